"""A key is not a string.

YAML 1.1 and YAML 1.2 read keys such as ``1``, ``null`` or a list differently.

Good::

    metadata: {"1": first}
    prompt: Hello

Bad::

    metadata: {1: first}
    prompt: Hello
"""

from basalt_cli.lint.rule import reported

ID = "Y106"
NAME = "non-string-key"
SEVERITY = "error"

check = reported(NAME)
