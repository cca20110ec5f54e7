"""What basalt remembers between runs: one Store, one codec. Every file in it can be deleted at any time.

Knows no prompt and no git: a user of the Store declares its own Kind and computes its own keys.
"""
