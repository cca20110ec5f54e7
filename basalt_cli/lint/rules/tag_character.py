"""A character is a Unicode tag character.

Tag characters are an invisible alphabet: whole sentences in it are hidden from people, but a model can follow them.

Good::

    prompt: Answer politely.

Bad::

    prompt: Answer<U+....> politely.
"""

from basalt_cli.lint.rule import characters
from basalt_cli.text.clean import TAGS

ID = "X603"
NAME = "tag-character"
SEVERITY = "error"

check = characters(TAGS, "is a tag character: it is invisible, but a model reads it", "Remove it.")
