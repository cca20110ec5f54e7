"""An expression is far too large, or reads internals of Python.

Rendering runs in a sandbox with limits; this rule finds expressions that would exceed them.

Good::

    variables: {n: integer}
    prompt: '{{ n * 2 }}'

Bad::

    prompt: '{{ 9 ** (9 ** 9) }}'
"""

from basalt_cli.lint.rule import reported

ID = "T310"
NAME = "unsafe-expression"
SEVERITY = "error"

check = reported(NAME)
