"""An include does not name its file.

A version of a prompt is the prompt and every partial it includes; that can only be told from constant names.

Good::

    prompt: |
      {% include "partials/voice.md" %}

Bad::

    variables: {voice: string}
    prompt: |
      {% include voice %}
"""

from __future__ import annotations

from basalt_cli.lint.rule import reported

ID = "T307"
NAME = "dynamic-include"
SEVERITY = "error"

check = reported(NAME)
