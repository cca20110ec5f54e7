"""Two keys exclude each other.

system/prompt and messages are two ways to write the same thing, as are default and optional.

Good::

    system: Be kind.
    prompt: Hello

Bad::

    prompt: Hello
    messages:
      - {role: user, content: Hello}
"""

from __future__ import annotations

from basalt_cli.lint.rule import reported

ID = "S205"
NAME = "conflicting-keys"
SEVERITY = "error"

check = reported(NAME)
