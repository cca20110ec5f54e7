"""Parse and format snapshot files: the rendered messages of a prompt's cases, in Markdown for a review.

A file has a section for each case and a heading for each message. A line of a message that looks like a heading is
escaped by a backslash, and a carriage return is written as a sign, because git or an editor would remove it.
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
    """Return the path of a prompt's snapshots from the prompts folder."""
    return slug + ENDING


def format_section(messages: Messages) -> str:
    """Return the section of a case, without its heading."""
    return "".join(f"\n### {role}\n\n{_HEADING.sub(_escape, _RETURN.sub(_show, text))}\n" for role, text in messages)


def format_snapshots(slug: str, sections: Mapping[str, str]) -> str:
    """Return the whole file; ``sections`` are those of the cases by name, in order."""
    return f"# {slug}\n" + "".join(f"\n## {section_name(case)}\n{body}" for case, body in sections.items())


def parse_snapshots(text: str) -> dict[str, str]:
    """Return the sections by the names of their cases, as ``format_section`` returned them."""
    text = text.replace("\r\n", "\n")
    found = list(_SECTION.finditer(text))
    ends = [*(match.start() - 1 for match in found[1:]), len(text)]
    return {match.group(1): text[match.end() + 1 : end] for match, end in zip(found, ends, strict=False)}


def section_name(case: str) -> str:
    """Return the name of a case as its heading has it: on one line, with single blanks."""
    return squeeze_blanks(case)


def _escape(match: re.Match[str]) -> str:
    return f"\\{match.group(1)}"


def _show(match: re.Match[str]) -> str:
    """Return the sign for a carriage return; the sign itself is escaped, and so are the backslashes before both."""
    backslashes, found = match.groups()
    mark = "\\" if found == _SIGN else ""
    return f"{backslashes * 2}{mark}{_SIGN}"
