"""A value is not one of those allowed.

The message lists what is.

Good::

    messages:
      - {role: user, content: Hello}

Bad::

    messages:
      - {role: usr, content: Hello}
"""

from __future__ import annotations

from basalt_cli.lint.rule import reported

ID = "S204"
NAME = "invalid-value"
SEVERITY = "error"

check = reported(NAME)
