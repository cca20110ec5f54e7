"""A character is invisible.

Zero-width characters hide words from reviewers and searches, but the model reads them. Joiners inside emoji, and
between letters of scripts that need them, are allowed.

Good::

    prompt: Answer politely.

Bad::

    prompt: Answer<U+....> politely.
"""

from basalt_cli.lint.rule import characters
from basalt_cli.text.clean import INVISIBLE

ID = "X602"
NAME = "invisible-character"
SEVERITY = "error"

check = characters(INVISIBLE, "is invisible", "Remove it, or write it as an escape in double quotes.")
