"""An include names a file outside the prompts folder.

Only files in the prompts folder belong to a version; any other path could read a secret file into a prompt.

Good::

    prompt: |
      {% include "partials/voice.md" %}

Bad::

    prompt: |
      {% include "../secrets.txt" %}
"""

from basalt_cli.lint.rule import reported

ID = "T308"
NAME = "outside-include"
SEVERITY = "error"

check = reported(NAME)
