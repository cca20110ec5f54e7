"""Map a character of a scalar's value to its place in the YAML file, for every style of scalar."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from basalt_cli.model.source import Scalar, Span

_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_FOLDED_BREAKS = re.compile(r"[ \t]*(?:(?:\r\n|[\n\r\x85\u2028\u2029])[ \t]*)+")
_CONTINUATION = re.compile(r"\\(?:\r\n|[\n\r\x85\u2028\u2029])[ \t]*")
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^\r\n])")


def locate(text: str, scalar: Scalar, offset: int, length: int = 1) -> Span:
    """Return the span in the file ``text`` of ``length`` characters of the value, starting at ``offset``.

    An offset past the end of the value means its last character. Where value and file cannot be aligned (an unusual
    line break), the span of the whole scalar is returned.
    """
    offsets = source_offsets(text, scalar)
    if not offsets:
        return scalar.span
    start = offsets[min(offset, len(offsets) - 1)]
    end = offsets[min(offset + max(length, 1) - 1, len(offsets) - 1)]
    line, column = line_and_column(text, start)
    end_line, end_column = line_and_column(text, max(start, end))
    return Span(line, column, end_line, end_column + 1)


def line_and_column(text: str, index: int) -> tuple[int, int]:
    """Return the 1-based line and column of a character of a text; the line breaks are those of YAML."""
    starts = _line_starts(text)
    line = bisect_right(starts, index)
    return line, index - starts[line - 1] + 1


@lru_cache(maxsize=16)
def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in _BREAK.finditer(text))]


@lru_cache(maxsize=64)
def source_offsets(text: str, scalar: Scalar) -> list[int]:
    """Return the index in the file of each character of the value; empty where the two cannot be aligned."""
    offsets = _block_offsets(text, scalar) if scalar.style in ("|", ">") else _flow_offsets(text, scalar)
    return offsets if len(offsets) == len(scalar.text) else []


def _block_offsets(text: str, scalar: Scalar) -> list[int]:
    """Align line by line: the value contains every line that is not blank, without its indentation."""
    header = _BREAK.search(text, scalar.start)
    if header is None:
        return []
    lines = _lines(text, header.end(), scalar.end)
    indent = _indentation(text[scalar.start : header.start()], lines)
    offsets: list[int] = []
    for start, line in lines:
        content = line[indent:]
        if not content.strip(" ") and not content:
            continue
        found = scalar.text.find(content, len(offsets))
        if found < 0:
            break
        offsets += [start + indent - 1] * (found - len(offsets))
        offsets += range(start + indent, start + indent + len(content))
    offsets += [max(scalar.start, scalar.end - 1)] * (len(scalar.text) - len(offsets))
    return offsets


def _lines(text: str, start: int, end: int) -> list[tuple[int, str]]:
    lines = []
    while start < end:
        match = _BREAK.search(text, start, end)
        stop = match.start() if match else end
        lines.append((start, text[start:stop]))
        start = match.end() if match else end
    return lines


def _indentation(header: str, lines: list[tuple[int, str]]) -> int:
    first = next((line for _, line in lines if line.strip(" ")), "")
    found = len(first) - len(first.lstrip(" "))
    digit = re.match(r"[|>][-+]?([1-9])", header)
    if digit is None:
        return found
    # An explicit indicator counts from the parent's indentation, which libyaml does not report. The line that is
    # indented least has it, because leading spaces of the text itself only add to it.
    return min((len(line) - len(line.lstrip(" ")) for _, line in lines if line.strip(" ")), default=found)


def _flow_offsets(text: str, scalar: Scalar) -> list[int]:
    quoted = scalar.style in ('"', "'")
    index, end = scalar.start + quoted, scalar.end - quoted
    offsets: list[int] = []
    while index < end:
        folded = _FOLDED_BREAKS.match(text, index, end)
        if folded is not None:
            breaks = len(_BREAK.findall(folded.group()))
            offsets += [index] * max(1, breaks - 1)
            index = folded.end()
        elif scalar.style == '"' and text[index] == "\\":
            index = _escape(text, index, end, offsets)
        else:
            offsets.append(index)
            index += 2 if scalar.style == "'" and text.startswith("''", index) else 1
    return offsets


def _escape(text: str, index: int, end: int, offsets: list[int]) -> int:
    continued = _CONTINUATION.match(text, index, end)
    if continued is not None:
        return continued.end()
    match = _ESCAPE.match(text, index, end)
    offsets.append(index)
    return match.end() if match else index + 1
