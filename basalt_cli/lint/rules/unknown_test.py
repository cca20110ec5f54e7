"""A template uses a test that does not exist.

Rendering would fail.

Good::

    variables: {n: integer}
    prompt: '{% if n is odd %}odd{% endif %}'

Bad::

    variables: {n: integer}
    prompt: '{% if n is ood %}odd{% endif %}'
"""

from basalt_cli.lint.rule import reported

ID = "T305"
NAME = "unknown-test"
SEVERITY = "error"

check = reported(NAME)
