"""An expression is far too large, or reaches for Python's internals.

Rendering runs in a sandbox under limits; this finds what would run into them.

Good::

    variables: {n: integer}
    prompt: '{{ n * 2 }}'

Bad::

    prompt: '{{ 9 ** (9 ** 9) }}'
"""

from __future__ import annotations

from basalt_cli.lint.rule import reported

ID = "T310"
NAME = "unsafe-expression"
SEVERITY = "error"

check = reported(NAME)
