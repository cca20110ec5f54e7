"""A template writes untrusted text where the model may read it as instructions.

Write a variable with ``untrusted: true`` only into a message that is not a system message, and either alone or between
delimiters: ``<message>`` tags, a code fence, or ``| tojson``.

Good::

    variables: {mail: {type: string, untrusted: true}}
    prompt: |
      Summarise the mail.
      <mail>{{ mail }}</mail>

Bad::

    variables: {mail: {type: string, untrusted: true}}
    prompt: |
      Summarise the mail. {{ mail }}
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from basalt_cli.format.prompt.needs import existing_names
from basalt_cli.format.template import Include, TemplateFacts, analyse
from basalt_cli.lint.rule import Mark, Subject
from basalt_cli.model.prompt import Message, Prompt, TemplateText, Whitespace

ID = "V404"
NAME = "untrusted-placement"
SEVERITY = "warning"

_SYSTEM_ROLES = ("system", "developer")
# Tags, brackets such as [INPUT] and [BEGIN DATA], and marks that are the same at both ends.
_DELIMITER = re.compile(
    r"<(?P<open>[A-Za-z][\w:.-]*)(?:\s[^<>]{0,200})?>|</(?P<close>[A-Za-z][\w:.-]*)\s*>"
    r"|\[(?:/|END )(?P<end>[A-Z][A-Z _]{1,40})\]|\[(?:BEGIN )?(?P<begin>[A-Z][A-Z _]{1,40})\]"
    r"|(?P<mark>```+|~~~+|\"\"\"|'''|<<<|>>>|`|^[ \t]*(?:---+|===+|###+)[ \t]*$)",
    re.MULTILINE,
)
_JINJA = re.compile(r"\{[{%#][^{}]*[}%#]\}")
_DEEPEST = 20


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each expression that writes an untrusted value into a system message or without delimiters."""
    prompt = subject.prompt
    if prompt is None:
        return
    untrusted = frozenset(variable.name for variable in prompt.variables if variable.untrusted)
    if not untrusted:
        return
    roles = _roles(prompt)
    for template in subject.templates:
        assert template.owner is not None
        role = roles.get(template.owner.key, "user")
        for value in find_shown_values(template.text, template.facts, subject.partials, prompt.whitespace):
            names = sorted(value.names & untrusted)
            if names and role in _SYSTEM_ROLES:
                message = f"{names[0]!r} is untrusted, and is written into a {role} message"
                yield Mark(subject.span(template, value.offset), message, "Move it into a user message.")
            elif names and not value.is_delimited:
                message = f"{names[0]!r} is untrusted, and is written without delimiters"
                help_text = f"Write it between delimiters, as in <{names[0]}>...</{names[0]}>, or use | tojson."
                yield Mark(subject.span(template, value.offset), message, help_text)


def _roles(prompt: Prompt) -> dict[str, str]:
    roles = {}
    for turn in prompt.turns:
        if isinstance(turn, Message):
            texts = [turn.content] if isinstance(turn.content, TemplateText) else [p.content for p in turn.content]
            roles.update({text.key: turn.role for text in texts})
    return roles


class ShownValue(NamedTuple):
    """A place of a template where names from outside are written, by an expression or by an include."""

    names: frozenset[str]
    offset: int
    is_delimited: bool


def find_shown_values(
    text: str, facts: TemplateFacts, partials: Mapping[str, str], whitespace: Whitespace, depth: int = 0
) -> Iterator[ShownValue]:
    """Yield the places in reading order; the only value of a template without other text counts as delimited."""
    is_alone = len(facts.shown) == 1 and not facts.includes and not _JINJA.sub("", text).strip()
    regions = _find_regions(text)
    for shown in facts.shown:
        is_delimited = shown.is_encoded or is_alone or _is_inside(regions, shown.offset)
        yield ShownValue(shown.names, shown.offset, is_delimited)
    for include in facts.includes if depth < _DEEPEST else ():
        for partial in existing_names(include, partials) if include.sees_context else ():
            inner = partials[partial]
            around = _is_inside(regions, include.offset)
            for value in find_shown_values(inner, analyse(inner, whitespace), partials, whitespace, depth + 1):
                yield ShownValue(_outer_names(value.names, include), include.offset, around or value.is_delimited)


def _outer_names(names: frozenset[str], include: Include) -> frozenset[str]:
    origins = dict(include.origins)
    return frozenset().union(*(origins.get(name, frozenset((name,))) for name in names))


def _find_regions(text: str) -> list[tuple[int, int]]:
    """Return the ranges between pairs of delimiters, in order; ranges that overlap are joined."""
    found: list[tuple[int, int]] = []
    opened: dict[str, list[int]] = {}
    for match in _DELIMITER.finditer(text):
        kind = str(match.lastgroup)
        name = match.group(kind).strip()
        if kind == "mark":
            starts = opened.setdefault(name[:3].replace(">", "<"), [])
            if starts:
                found.append((starts.pop(), match.start()))
            else:
                starts.append(match.end())
        elif kind in ("open", "begin"):
            opened.setdefault(f"<{name}", []).append(match.end())
        elif opened.get(f"<{name}"):
            found.append((opened[f"<{name}"].pop(), match.start()))
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _is_inside(regions: list[tuple[int, int]], offset: int) -> bool:
    index = bisect_right(regions, offset, key=lambda region: region[0]) - 1
    return index >= 0 and offset < regions[index][1]
