"""A key is not part of the format.

A misspelt key would be ignored, and the prompt would run without its value.

Good::

    description: Greets
    prompt: Hello

Bad::

    descripton: Greets
    prompt: Hello
"""

from basalt_cli.lint.rule import reported

ID = "S201"
NAME = "unknown-key"
SEVERITY = "error"

check = reported(NAME)
