"""A mapping has the same key twice.

YAML libraries take the last one and say nothing; a merge can make such a pair out of two good branches.

Good::

    prompt: Hello

Bad::

    prompt: Hello
    prompt: Goodbye
"""

from __future__ import annotations

from basalt_cli.lint.rule import reported

ID = "Y103"
NAME = "duplicate-key"
SEVERITY = "error"

check = reported(NAME)
