"""A key is not text.

Readers of YAML 1.1 and 1.2 disagree about what 1:, null: or a list is as a key.

Good::

    metadata: {"1": first}
    prompt: Hello

Bad::

    metadata: {1: first}
    prompt: Hello
"""

from __future__ import annotations

from basalt_cli.lint.rule import reported

ID = "Y106"
NAME = "non-string-key"
SEVERITY = "error"

check = reported(NAME)
