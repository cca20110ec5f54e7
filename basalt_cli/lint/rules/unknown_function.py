"""A template calls a function that does not exist.

Templates have the functions of Jinja2, and the macros that they define or import. A variable is a value, and cannot be
called.

Good::

    variables: {items: array}
    prompt: "{% for index in range(items | length) %}{{ items[index] }}{% endfor %}"

Bad::

    variables: {items: array}
    prompt: "{% for index in enumerate(items) %}{{ index }}{% endfor %}"
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.format.prompt.needs import find_needs
from basalt_cli.format.template import GLOBAL_NAMES
from basalt_cli.lint.rule import Mark, Subject, span_in_file
from basalt_cli.text.words import did_you_mean, list_names

ID = "T312"
NAME = "unknown-function"
SEVERITY = "error"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each call of a name that is not a function."""
    if subject.prompt is None:
        return
    for need in find_needs(subject.prompt, subject.partials):
        if not need.is_called or need.name in GLOBAL_NAMES:
            continue
        where = f", which {need.partial} calls" if need.partial else ""
        message = f"there is no function {need.name!r}{where}"
        help_text = f"{did_you_mean(need.name, GLOBAL_NAMES)}Functions: {list_names(sorted(GLOBAL_NAMES))}, and macros."
        if subject.prompt.find_variable(need.name) is not None:
            message = f"{need.name!r} is a variable, and cannot be called"
            help_text = "Remove the parentheses: a variable is a value."
        yield Mark(span_in_file(subject.text, need.template, need.offset, need.length), message, help_text)
