"""A template uses a filter that does not exist.

Rendering would fail.

Good::

    variables: {name: string}
    prompt: Hello {{ name | upper }}

Bad::

    variables: {name: string}
    prompt: Hello {{ name | uper }}
"""

from basalt_cli.lint.rule import reported

ID = "T304"
NAME = "unknown-filter"
SEVERITY = "error"

check = reported(NAME)
