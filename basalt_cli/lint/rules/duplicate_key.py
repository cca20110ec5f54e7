"""A mapping has the same key twice.

Most YAML libraries keep the last value without a warning; a merge of two correct branches can produce such a pair.

Good::

    prompt: Hello

Bad::

    prompt: Hello
    prompt: Goodbye
"""

from basalt_cli.lint.rule import reported

ID = "Y103"
NAME = "duplicate-key"
SEVERITY = "error"

check = reported(NAME)
