"""Snapshots: what the cases of a prompt render to, as text that is read in a review.

A section each case, a heading each message. A line of a message that looks like a heading has a backslash in front, and
a carriage return is shown, since git or an editor would take it away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

from basalt_cli.text.words import squeeze_blanks

ENDING = ".snap.md"
Messages: TypeAlias = tuple[tuple[str, str], ...]
"""Role and text of each message, in order."""

_HEADING = re.compile(r"^(\\*#{1,3} )", re.MULTILINE)
_SIGN = "\u240d"
_RETURN = re.compile(rf"(\\*)([\r{_SIGN}])")
_SECTION = re.compile(r"^## (.*)$", re.MULTILINE)


def snapshot_path(slug: str) -> str:
    """Return the path of a prompt's snapshots below the prompts folder."""
    return slug + ENDING


def format_section(messages: Messages) -> str:
    """Return what stands below the heading of a case."""
    return "".join(f"\n### {role}\n\n{_HEADING.sub(_escape, _RETURN.sub(_show, text))}\n" for role, text in messages)


def format_snapshots(slug: str, sections: Mapping[str, str]) -> str:
    """Return the whole file, the cases in their order."""
    return f"# {slug}\n" + "".join(f"\n## {section_name(case)}\n{body}" for case, body in sections.items())


def parse_snapshots(text: str) -> dict[str, str]:
    """Return the sections by the names of their cases, as ``format_section`` made them."""
    text = text.replace("\r\n", "\n")
    found = list(_SECTION.finditer(text))
    ends = [*(match.start() - 1 for match in found[1:]), len(text)]
    return {match.group(1): text[match.end() + 1 : end] for match, end in zip(found, ends, strict=False)}


def section_name(case: str) -> str:
    """Return the name of a case as it stands in a heading."""
    return squeeze_blanks(case)


def _escape(match: re.Match[str]) -> str:
    return f"\\{match.group(1)}"


def _show(match: re.Match[str]) -> str:
    """Return a carriage return, or the sign for it, so that the two still differ whatever stands in front."""
    backslashes, found = match.groups()
    mark = "\\" if found == _SIGN else ""
    return f"{backslashes * 2}{mark}{_SIGN}"
