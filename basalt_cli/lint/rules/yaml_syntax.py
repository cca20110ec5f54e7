"""The file is not YAML.

Nothing else of a file can be checked until it parses; the place is where the parser gave up, the cause may be a
little above it.

Good::

    prompt: Answer politely.

Bad::

    prompt: "Answer politely.
"""

from __future__ import annotations

from basalt_cli.lint.rule import reported

ID = "Y101"
NAME = "yaml-syntax"
SEVERITY = "error"

check = reported(NAME)
