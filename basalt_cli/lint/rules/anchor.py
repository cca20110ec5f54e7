"""The file uses an anchor, an alias or a merge key.

A few nested aliases can expand to gigabytes, and a reviewer of one line does not see the text that an alias on it
stands for. Use a partial for text that prompts share.

Good::

    prompt: |
      {% include "partials/voice.md" %}

Bad::

    system: &voice Be kind.
    prompt: *voice
"""

from basalt_cli.lint.rule import reported

ID = "Y104"
NAME = "anchor"
SEVERITY = "error"

check = reported(NAME)
