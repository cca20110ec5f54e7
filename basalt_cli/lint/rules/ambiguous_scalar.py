"""YAML 1.1 and YAML 1.2 read a plain value differently.

basalt reads YAML 1.2, where ``no`` and dates are text and ``010`` is ten. Many tools still read YAML 1.1, where ``no``
is false and ``010`` is eight. Quotes, or another spelling of the number, give the same value in both.

Good::

    variables:
      answer: {type: string, enum: ["yes", "no"]}
    prompt: Say {{ answer }}

Bad::

    variables:
      answer: {type: string, enum: [yes, no]}
    prompt: Say {{ answer }}
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.format.yaml.writer import format_number, quote
from basalt_cli.format.yaml.yaml11 import find_other_reading
from basalt_cli.lint.rule import Mark, Subject
from basalt_cli.model.source import Edit, Fix, Scalar

ID = "Y109"
NAME = "ambiguous-scalar"
SEVERITY = "warning"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each plain key or value that the two versions of YAML read differently."""
    for scalar in subject.scalars():
        # A scalar with a tag, or over several lines, is longer in the file than its text: it cannot be ambiguous.
        is_plain = not scalar.style and scalar.end - scalar.start == len(scalar.text)
        other = find_other_reading(scalar.text, scalar.value) if is_plain else None
        if other is not None and not scalar.text.lstrip("+-").lower().startswith((".inf", ".nan")):
            spelling = _spell(scalar)
            message = f"YAML 1.1 reads {scalar.text} as {other}, and YAML 1.2 as {_name(scalar)}"
            fix = Fix((Edit(scalar.start, scalar.end, spelling),))
            yield Mark(scalar.span, message, f"Write {spelling}.", fix)


def _spell(scalar: Scalar) -> str:
    return format_number(scalar.value) if isinstance(scalar.value, int | float) else quote(scalar.text)


def _name(scalar: Scalar) -> str:
    return "text" if isinstance(scalar.value, str) else str(scalar.value)
