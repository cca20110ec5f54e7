"""A required key is missing.

A prompt needs ``prompt`` or ``messages``, a message needs ``role`` and ``content``, an example needs ``user`` and
``assistant``.

Good::

    prompt: Hello

Bad::

    name: Greeting
"""

from basalt_cli.lint.rule import reported

ID = "S203"
NAME = "missing-key"
SEVERITY = "error"

check = reported(NAME)
