"""An include leads outside the prompts folder.

Only files below it belong to a version; anything else would read a stranger's file into a prompt.

Good::

    prompt: |
      {% include "partials/voice.md" %}

Bad::

    prompt: |
      {% include "../secrets.txt" %}
"""

from __future__ import annotations

from basalt_cli.lint.rule import reported

ID = "T308"
NAME = "outside-include"
SEVERITY = "error"

check = reported(NAME)
