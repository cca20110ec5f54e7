"""A template is not valid Jinja2.

The place is the line of the template in the YAML file.

Good::

    variables: {name: string}
    prompt: Hello {{ name }}

Bad::

    variables: {name: string}
    prompt: Hello {{ name }
"""

from basalt_cli.lint.rule import reported

ID = "T301"
NAME = "template-syntax"
SEVERITY = "error"

check = reported(NAME)
