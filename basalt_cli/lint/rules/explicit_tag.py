"""A value has an explicit tag.

A tag makes YAML construct values that other readers do not support; a prompt needs none.

Good::

    name: "true"
    prompt: Hello

Bad::

    name: !!str true
    prompt: Hello
"""

from basalt_cli.lint.rule import reported

ID = "Y105"
NAME = "explicit-tag"
SEVERITY = "error"

check = reported(NAME)
