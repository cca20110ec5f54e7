"""Print results to stdout, and notes and warnings to stderr; escape untrusted text, and colour only on a terminal."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any, NamedTuple

from basalt_cli.text.clean import UNSAFE, clean, clean_line

# GitHub Actions runs commands that a job prints: `::error ...` at the start of a line, `##[...]` anywhere.
_WORKFLOW_COMMAND = re.compile(r"^(\s*)::", re.MULTILINE)

_LONG_LIST = 100


class Segment(NamedTuple):
    """A piece of a line with its style as rich names it, for example ``bold red``.

    ``link`` is an address that a terminal with hyperlinks opens.
    """

    text: str
    style: str = ""
    link: str = ""


def print_json(payload: dict[str, Any]) -> None:
    """Print a JSON result to stdout."""
    sys.stdout.write(format_json(payload))


def format_json(payload: Any) -> str:
    """Return a result as JSON, with invisible characters and commands of CI systems escaped."""
    # Where the encoding of stdout is not UTF-8, characters outside ASCII are JSON escapes.
    is_unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = _dump(payload, ensure_ascii=not is_unicode)
    return UNSAFE.sub(_escape_json, text).replace("##[", "##\\u005b") + "\n"


def _dump(payload: Any, *, ensure_ascii: bool) -> str:
    """Return indented JSON; a list of more than 100 items gets one line for each item, which is ten times as fast."""
    import json

    if not isinstance(payload, dict) or not any(_is_long(value) for value in payload.values()):
        return json.dumps(payload, indent=2, ensure_ascii=ensure_ascii, allow_nan=False)
    parts = []
    for key, value in payload.items():
        items = value if _is_long(value) else None
        if items is None:
            body = json.dumps(value, ensure_ascii=ensure_ascii, allow_nan=False)
        else:
            lines = (json.dumps(item, ensure_ascii=ensure_ascii, allow_nan=False) for item in items)
            body = "[\n    " + ",\n    ".join(lines) + "\n  ]"
        parts.append(f"  {json.dumps(key)}: {body}")
    return "{\n" + ",\n".join(parts) + "\n}"


def _is_long(value: Any) -> bool:
    return isinstance(value, list) and len(value) > _LONG_LIST


def _escape_json(match: re.Match[str]) -> str:
    import json

    return json.dumps(match.group())[1:-1]


def print_text(text: str = "") -> None:
    """Print untrusted text to stdout, escaped."""
    sys.stdout.write(safe_text(text) + "\n")


def safe_text(text: str) -> str:
    """Return text in which control sequences of terminals and commands of GitHub Actions are escaped."""
    cleaned = clean(text)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        cleaned = _WORKFLOW_COMMAND.sub(r"\1\\::", cleaned).replace("##[", "## [")
    return cleaned


def note(message: str) -> None:
    """Print a note to stderr."""
    sys.stdout.flush()
    print(safe_text(f"note: {_one_line(message)}"), file=sys.stderr)


def warn(message: str) -> None:
    """Print a warning to stderr."""
    sys.stdout.flush()
    print(safe_text(f"warning: {_one_line(message)}"), file=sys.stderr)


def has_colour() -> bool:
    """Return whether stdout is a terminal with colour; NO_COLOR, CI and TERM=dumb turn colour off."""
    environment = os.environ
    is_refused = bool(environment.get("NO_COLOR")) or "CI" in environment or environment.get("TERM") == "dumb"
    return sys.stdout.isatty() and not is_refused


def print_lines(lines: Iterable[Sequence[Segment]]) -> None:
    """Print lines of styled segments one by one; they are plain text where stdout has no colour."""
    if not has_colour():
        for line in lines:
            sys.stdout.write(_plain(line))
        return
    console = _console(sys.stdout)
    for line in lines:
        console.print(_styled(line))


def format_lines(lines: Iterable[Sequence[Segment]]) -> str:
    """Return lines of styled segments as text, with colour codes where stdout has colour."""
    if not has_colour():
        return "".join(_plain(line) for line in lines)
    buffer = StringIO()
    console = _console(buffer)
    for line in lines:
        console.print(_styled(line))
    return buffer.getvalue()


def _plain(line: Sequence[Segment]) -> str:
    return safe_line("".join(segment.text for segment in line)).rstrip() + "\n"


def _styled(line: Sequence[Segment]) -> Any:
    from rich.text import Text

    return Text.assemble(*((safe_line(segment.text), _style(segment)) for segment in line))


def _style(segment: Segment) -> Any:
    if not segment.link:
        return segment.style
    from rich.style import Style

    return Style.parse(segment.style or "none") + Style(link=segment.link)


def _console(file: Any) -> Any:
    from rich.console import Console

    return Console(file=file, force_terminal=True, highlight=False, soft_wrap=True)


def safe_line(text: str) -> str:
    """Return untrusted text escaped, on one line."""
    return safe_text(_one_line(text))


def _one_line(text: str) -> str:
    r"""Return text with line breaks as ``\n``, so that a name or value cannot forge a line of the output."""
    return text.replace("\n", "\\n")


def align(rows: Sequence[Sequence[Segment]], gap: int = 2) -> list[list[Segment]]:
    """Return the rows of a table with each cell padded to the width of its column; the last column is not padded."""
    widths: dict[int, int] = {}
    cleaned = [[Segment(clean_line(cell.text), cell.style) for cell in row] for row in rows]
    for row in cleaned:
        for index, cell in enumerate(row[:-1]):
            widths[index] = max(widths.get(index, 0), len(cell.text))
    return [
        [*(Segment(cell.text.ljust(widths[index] + gap), cell.style) for index, cell in enumerate(row[:-1])), *row[-1:]]
        for row in cleaned
    ]


RISK_STYLES = {"breaking": "bold red", "behavioural": "yellow", "wording": "cyan", "none": "dim"}
SEVERITY_STYLES = {"error": "bold red", "warning": "yellow", "info": "cyan"}
