"""The file uses an anchor, an alias or a merge key.

A few of them expand into gigabytes, and a reviewer of one prompt cannot see what another line pulls in. Partials
share text between prompts.

Good::

    prompt: |
      {% include "partials/voice.md" %}

Bad::

    system: &voice Be kind.
    prompt: *voice
"""

from __future__ import annotations

from basalt_cli.lint.rule import reported

ID = "Y104"
NAME = "anchor"
SEVERITY = "error"

check = reported(NAME)
