"""An include names its partial by an expression.

A version of a prompt is its file and every partial that it includes; the partials are known only if their names are
constants.

Good::

    prompt: |
      {% include "partials/voice.md" %}

Bad::

    variables: {voice: string}
    prompt: |
      {% include voice %}
"""

from basalt_cli.lint.rule import reported

ID = "T307"
NAME = "dynamic-include"
SEVERITY = "error"

check = reported(NAME)
