"""The file is too large, too deeply nested, or contains a huge number.

The limits keep a hostile file from using up memory and time: 256 KiB, 32 levels, 20,000 nodes, numbers of 40 digits.

Good::

    prompt: Hello

Bad::

    metadata: {a: 123456789012345678901234567890123456789012345678901234567890}
    prompt: Hello
"""

from basalt_cli.lint.rule import reported

ID = "Y107"
NAME = "document-bounds"
SEVERITY = "error"

check = reported(NAME)
