"""A value is not one of the allowed values.

The message lists the allowed values.

Good::

    messages:
      - {role: user, content: Hello}

Bad::

    messages:
      - {role: usr, content: Hello}
"""

from basalt_cli.lint.rule import reported

ID = "S204"
NAME = "invalid-value"
SEVERITY = "error"

check = reported(NAME)
