"""The file is not valid YAML.

Nothing else in the file can be checked. The place is where the parser stopped; the mistake may be a little before it.

Good::

    prompt: Answer politely.

Bad::

    prompt: "Answer politely.
"""

from basalt_cli.lint.rule import reported

ID = "Y101"
NAME = "yaml-syntax"
SEVERITY = "error"

check = reported(NAME)
