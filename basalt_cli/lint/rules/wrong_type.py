"""A value has the wrong type.

Write numbers and booleans in quotes where the format expects text.

Good::

    name: "2024"
    prompt: Hello

Bad::

    name: 2024
    prompt: Hello
"""

from basalt_cli.lint.rule import reported

ID = "S202"
NAME = "wrong-type"
SEVERITY = "error"

check = reported(NAME)
