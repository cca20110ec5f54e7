"""Two keys exclude each other.

``messages`` replaces ``system`` and ``prompt``; a variable with a ``default`` is never missing, so it cannot be
``optional``.

Good::

    system: Be kind.
    prompt: Hello

Bad::

    prompt: Hello
    messages:
      - {role: user, content: Hello}
"""

from basalt_cli.lint.rule import reported

ID = "S205"
NAME = "conflicting-keys"
SEVERITY = "error"

check = reported(NAME)
