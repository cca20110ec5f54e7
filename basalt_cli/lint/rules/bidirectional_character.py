"""A character changes the direction of the text.

A reviewer sees the text in another order than the model reads it (CVE-2021-42574).

Good::

    prompt: Answer politely.

Bad::

    prompt: Answer<U+....> politely.
"""

from basalt_cli.lint.rule import characters
from basalt_cli.text.clean import BIDIRECTIONAL

ID = "X601"
NAME = "bidirectional-character"
SEVERITY = "error"

check = characters(
    BIDIRECTIONAL, "changes the direction of the text", "Remove it: text in Hebrew or Arabic needs no such character."
)
