r"""The file is not plain UTF-8.

UTF-16, a byte order mark, NUL and control characters are read differently by different tools, so a reviewer and a model
may see different texts.

Good::

    prompt: Café

Bad::

    prompt: "Caf\xe9" in Latin-1
"""

from basalt_cli.lint.rule import reported

ID = "Y102"
NAME = "encoding"
SEVERITY = "error"

check = reported(NAME)
