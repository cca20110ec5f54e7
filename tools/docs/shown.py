"""Parse the commands that a Markdown page shows, and put new outputs into it. Pure.

What a page can hold:

- ``<!-- state: NAME -->`` starts a new shell in a folder that the function NAME of ``states`` makes.
- A ``console`` block: lines with ``$ `` are commands, lines with ``> `` right below continue one, the rest is output. A
  line ``...`` stands for any number of lines.
- A ``sh`` block: commands without output.
- A block with ``title="PATH"``: a file, written at this point of the page.
- ``<!-- run: COMMAND -->``: a command that readers do not see.
- ``<!-- not run: REASON -->`` right above a ``console`` or ``sh`` block: it is not run.

A command must exit with 0, or with N where its comment says ``exit code N``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

_FENCE = re.compile(r"(`{3,})(\w*)(.*)\Z")
_TITLE = re.compile(r'title="([^"]+)"')
_MARKER = re.compile(r"<!-- (state|run|not run): (.*?) ?-->\Z", re.DOTALL)
_EXIT_CODE = re.compile(r"#.*exit code (\d+)")
_SHELLS = frozenset(("sh", "bash", "shell"))
ANY_LINES = "..."


class PageError(Exception):
    """A page that cannot be read; the message names its line."""


class State(NamedTuple):
    """A new shell in the folder of a named state."""

    line: int
    name: str


class FileText(NamedTuple):
    """A file that the page shows, to be written below the working directory."""

    line: int
    path: str
    text: str


class Command(NamedTuple):
    """A command; ``output`` is None where the page shows none, ``start`` and ``stop`` the output's lines (0-based)."""

    line: int
    text: str
    exit_code: int
    output: tuple[str, ...] | None = None
    start: int = 0
    stop: int = 0


class NotRun(NamedTuple):
    """A block that is not run, and why."""

    line: int
    reason: str


Step: TypeAlias = State | FileText | Command | NotRun


def parse_page(text: str) -> list[Step]:
    """Return the steps of a page in order; raise PageError for a block that no state comes before."""
    lines = text.split("\n")
    steps: list[Step] = []
    not_run: NotRun | None = None
    index = 0
    while index < len(lines):
        line = lines[index]
        if line.startswith("<!-- "):
            index, not_run = _read_marker(lines, index, steps, not_run)
        elif (fence := _FENCE.match(line)) is not None:
            stop = _find_fence_end(lines, index, fence.group(1))
            _read_block(lines, index, stop, fence, steps, not_run)
            index, not_run = stop, None
        elif line.strip():
            not_run = None
        index += 1
    return steps


def _read_marker(lines: list[str], index: int, steps: list[Step], not_run: NotRun | None) -> tuple[int, NotRun | None]:
    start = index
    while "-->" not in lines[index]:
        index += 1
        if index == len(lines):
            raise PageError(f"line {start + 1}: the comment does not end")
    found = _MARKER.match("\n".join(lines[start : index + 1]))
    if found is None:
        return index, not_run
    kind, value = found.groups()
    if kind == "state":
        steps.append(State(start + 1, value.strip()))
    elif kind == "run":
        steps.append(Command(start + 1, value.strip(), _exit_code(value)))
    else:
        return index, NotRun(start + 1, value.strip())
    return index, None


def _find_fence_end(lines: list[str], start: int, fence: str) -> int:
    for index in range(start + 1, len(lines)):
        if lines[index].rstrip() == fence:
            return index
    raise PageError(f"line {start + 1}: the block does not end")


def _read_block(
    lines: list[str], start: int, stop: int, fence: re.Match[str], steps: list[Step], not_run: NotRun | None
) -> None:
    language, rest = fence.group(2), fence.group(3)
    title = _TITLE.search(rest)
    is_run = language == "console" or language in _SHELLS
    if not is_run and title is None:
        return
    if not_run is not None:
        steps.append(not_run)
        return
    if not any(isinstance(step, State) for step in steps):
        raise PageError(f"line {start + 1}: no <!-- state: NAME --> comes before this block")
    if title is not None:
        text = "".join(f"{line}\n" for line in lines[start + 1 : stop])
        steps.append(FileText(start + 1, title.group(1), text))
    elif language == "console":
        steps.extend(_read_console(lines, start + 1, stop))
    else:
        steps.extend(_read_script(lines, start + 1, stop))


def _read_console(lines: list[str], start: int, stop: int) -> list[Command]:
    commands = []
    index = start
    while index < stop:
        if not lines[index].startswith("$ "):
            raise PageError(f"line {index + 1}: a console block starts with a command, '$ '")
        line = index
        parts = [lines[index][2:]]
        index += 1
        while index < stop and lines[index].startswith("> "):
            parts.append(lines[index][2:])
            index += 1
        first = index
        while index < stop and not lines[index].startswith("$ "):
            index += 1
        text = "\n".join(parts)
        commands.append(Command(line + 1, text, _exit_code(text), tuple(lines[first:index]), first, index))
    return commands


def _read_script(lines: list[str], start: int, stop: int) -> list[Command]:
    commands = []
    parts: list[str] = []
    for index in range(start, stop):
        if not parts and (not lines[index].strip() or lines[index].startswith("#")):
            continue
        parts.append(lines[index])
        if not lines[index].endswith("\\"):
            text = "\n".join(parts)
            commands.append(Command(index + 2 - len(parts), text, _exit_code(text)))
            parts = []
    return commands


def _exit_code(text: str) -> int:
    found = _EXIT_CODE.search(text)
    return int(found.group(1)) if found is not None else 0


def matches(shown: tuple[str, ...], real: tuple[str, ...]) -> bool:
    """Say whether a shown output is the real one, where a line ``...`` stands for any number of lines."""
    if ANY_LINES not in shown:
        return shown == real
    first = shown.index(ANY_LINES)
    if shown[:first] != real[:first]:
        return False
    rest = shown[first + 1 :]
    return any(matches(rest, real[start:]) for start in range(first, len(real) + 1))


def replace_outputs(text: str, outputs: Mapping[int, tuple[str, ...]]) -> str:
    """Return a page with new outputs, given by the line of their command."""
    lines = text.split("\n")
    commands = [step for step in parse_page(text) if isinstance(step, Command) and step.output is not None]
    for command in reversed(commands):
        if command.line in outputs:
            lines[command.start : command.stop] = outputs[command.line]
    return "\n".join(lines)


def normalise(text: str, commits: Mapping[str, str], folder: str) -> tuple[str, ...]:
    """Return an output's lines with everything replaced that differs from run to run.

    ``commits`` maps full commit ids to those that are shown in their place, also where they are shortened; ``folder``
    is shown as ``~``, a time of day as a fixed one. Spaces at line ends and empty lines at the end are dropped.
    """
    text = show_commits(text, commits)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2026-03-02T09:30:00Z", text)
    text = re.sub(r"\b\d+(\.\d+)? ?ms\b", "12 ms", text)
    return tuple(line.rstrip() for line in text.replace(folder, "~").rstrip().split("\n")) if text.strip() else ()


def show_commits(text: str, commits: Mapping[str, str]) -> str:
    """Return a text with other commit ids in the place of those of ``commits``, full or shortened."""
    # A colour code ends in a letter, so a word boundary does not always come before an id.
    return re.sub(r"(?<![0-9a-f])[0-9a-f]{7,40}(?![0-9a-f])", lambda found: _shown_id(found.group(), commits), text)


def _shown_id(word: str, commits: Mapping[str, str]) -> str:
    full = next((commit for commit in commits if commit.startswith(word)), None)
    return word if full is None else commits[full][: len(word)]
