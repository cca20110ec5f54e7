"""Files of the working tree and of basalt's own: atomic writes, locks, stat signatures, the shipped schemas.

No git, no YAML, no prompt: nothing here reads what a file means.
"""
