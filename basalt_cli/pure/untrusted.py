"""Where a template writes the values of its callers, and whether delimiters stand around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from basalt_cli.model.prompt import Whitespace
from basalt_cli.pure.needs import existing_names
from basalt_cli.pure.template import Include, TemplateFacts, analyse

_TAG = re.compile(r"<(/?)([A-Za-z][\w:.-]*)(?:\s[^<>]*)?>")
_FENCE = re.compile(r"```+|~~~+|\"\"\"|'''|^[ \t]*(?:---+|===+|###+)[ \t]*$", re.MULTILINE)
_JINJA = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
_DEEPEST = 20


class ShownValue(NamedTuple):
    """A place of a template that writes outer names, itself or through an include."""

    names: frozenset[str]
    offset: int
    is_delimited: bool


def find_shown_values(
    text: str, facts: TemplateFacts, partials: Mapping[str, str], whitespace: Whitespace, depth: int = 0
) -> Iterator[ShownValue]:
    """Yield the places in reading order; a template that is nothing but one value needs no delimiters."""
    is_alone = len(facts.shown) == 1 and not facts.includes and not _JINJA.sub("", text).strip()
    for shown in facts.shown:
        is_delimited = shown.is_encoded or is_alone or _is_delimited(text, shown.offset)
        yield ShownValue(shown.names, shown.offset, is_delimited)
    for include in facts.includes if depth < _DEEPEST else ():
        for partial in existing_names(include, partials) if include.sees_context else ():
            inner = partials[partial]
            around = _is_delimited(text, include.offset)
            for value in find_shown_values(inner, analyse(inner, whitespace), partials, whitespace, depth + 1):
                yield ShownValue(_outer_names(value.names, include), include.offset, around or value.is_delimited)


def _outer_names(names: frozenset[str], include: Include) -> frozenset[str]:
    origins = dict(include.origins)
    return frozenset().union(*(origins.get(name, frozenset((name,))) for name in names))


def _is_delimited(text: str, offset: int) -> bool:
    """Say whether a place lies inside a tag that is opened before it and closed behind it, or inside a fence."""
    before, behind = text[:offset], text[offset:]
    opened: list[str] = []
    for match in _TAG.finditer(before):
        if not match.group(1):
            opened.append(match.group(2))
        elif match.group(2) in opened:
            opened.remove(match.group(2))
    if any(f"</{name}>" in behind for name in opened):
        return True
    fences = [match.group().strip()[:3] for match in _FENCE.finditer(before)]
    return any(fences.count(fence) % 2 and fence in behind for fence in set(fences))
