"""The text contains a placeholder of another template language.

To Jinja2, ``{name}`` (Python), ``${name}`` (shell), ``%(name)s`` and ``<<name>>`` are plain text: the model receives
the placeholder instead of the value. Reported only for names that are, or nearly are, names of variables.

Good::

    variables: {tone: string}
    prompt: Answer in a {{ tone }} tone.

Bad::

    variables: {tone: string}
    prompt: Answer in a {tone} tone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from basalt_cli.format.template.plain_text import mask_tags
from basalt_cli.lint.rule import Mark, Subject
from basalt_cli.text.words import closest

ID = "T317"
NAME = "leftover-placeholder"
SEVERITY = "warning"

_PLACEHOLDER = re.compile(
    r"(?<![{\\\w^_}/])\{(?P<f>[A-Za-z_]\w*)(?:![rsa])?(?::[^{}\n]{0,20})?\}(?!\})"
    r"|\$\{(?P<shell>[A-Za-z_]\w*)\}|<<(?P<angle>[A-Za-z_]\w*)>>|%\((?P<percent>[A-Za-z_]\w*)\)s"
)
_LIKENESS = 0.8


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each placeholder with the name of a variable."""
    if subject.prompt is None:
        return
    declared = [variable.name for variable in subject.prompt.variables]
    # Masking the tags of a template is slow, and most templates contain no placeholder.
    texts = [t for t in subject.templates if t.owner is None or not t.owner.key.startswith("examples[")]
    suspects = [template for template in texts if _PLACEHOLDER.search(template.text)]
    for template in suspects if declared else ():
        for match in _PLACEHOLDER.finditer(mask_tags(template.text)):
            name = next(group for group in match.groups() if group)
            meant = name if name in declared else closest(name, declared, _LIKENESS)
            if meant is not None:
                message = f"{match.group()} is plain text to Jinja2, not a variable"
                span = subject.span(template, match.start(), len(match.group()))
                yield Mark(span, message, f"Write {{{{ {meant} }}}}.")
