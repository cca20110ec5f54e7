"""A value has the wrong type.

Numbers and booleans where text is expected want quotes.

Good::

    name: "2024"
    prompt: Hello

Bad::

    name: 2024
    prompt: Hello
"""

from __future__ import annotations

from basalt_cli.lint.rule import reported

ID = "S202"
NAME = "wrong-type"
SEVERITY = "error"

check = reported(NAME)
