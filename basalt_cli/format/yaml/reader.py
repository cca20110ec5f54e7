"""Read YAML strictly: the 1.2 core schema, no aliases, no tags, no duplicate keys, bounded size, exact positions.

The events of the parser are turned into nodes here, one by one, so that a hostile document is rejected before it is
built: libyaml's own composer crashes at about 25,000 levels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isfinite
from typing import Any, NamedTuple

import yaml

from basalt_cli.model.source import FILE_START, Document, Mapping, Node, Problem, Scalar, Sequence, Span

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_TRUE = frozenset(("true", "True", "TRUE"))
_FALSE = frozenset(("false", "False", "FALSE"))
_NUMBER_START = frozenset("+-.0123456789")
_INTEGER = re.compile(r"[-+]?[0-9]+\Z|0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z|[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z"
)
_LONGEST_NUMBER = 40

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_QUOTE_HELP = "Quote the value to keep it as text."


class Limits(NamedTuple):
    """How large a document may be."""

    size_bytes: int = 256 * 1024
    depth: int = 32
    events: int = 20_000


PROMPT_LIMITS = Limits()


class _StopReadingError(Exception):
    """The rest of the document cannot be read."""


def read_yaml(data: bytes, limits: Limits = PROMPT_LIMITS) -> Document:
    """Parse one document; problems are part of the result, and none is raised."""
    if len(data) > limits.size_bytes:
        message = f"the file has more than {limits.size_bytes:,} bytes"
        return Document("", None, (Problem("document-bounds", message, FILE_START, "Move long texts to partials."),))
    text, problem = decode(data)
    if problem is not None:
        return Document(text, None, (problem,))
    reader = _DocumentReader(text, limits)
    try:
        root = reader.read()
    except _StopReadingError:
        root = None
    return Document(text, root, tuple(reader.problems))


def decode(data: bytes) -> tuple[str, Problem | None]:
    """Return the text of UTF-8 without a byte order mark or NUL; else an empty text and a problem."""
    if data.startswith(b"\xef\xbb\xbf"):
        return "", _encoding("the file starts with a byte order mark", FILE_START)
    if data.startswith(_UTF16_MARKS):
        return "", _encoding("the file is UTF-16", FILE_START)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        return "", _encoding(f"byte 0x{data[error.start]:02x} is not UTF-8", _span_at(before, len(before)))
    if (nul := text.find("\0")) >= 0:
        return "", Problem("encoding", "the file contains a NUL character", _span_at(text, nul), "Remove it.")
    return text, None


def _encoding(message: str, span: Span) -> Problem:
    return Problem("encoding", message, span, "Save the file as UTF-8 without a byte order mark.")


def _span_at(text: str, index: int) -> Span:
    line = text.count("\n", 0, index) + 1
    column = index - (text.rfind("\n", 0, index) + 1) + 1
    return Span(line, column, line, column + 1)


class _DocumentReader:
    """Turn the events of one document into nodes."""

    def __init__(self, text: str, limits: Limits) -> None:
        self.text = text
        self.limits = limits
        self.problems: list[Problem] = []

    def read(self) -> Node | None:
        root: Node | None = None
        documents = 0
        events = self._events()
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._add("yaml-syntax", "a second document starts here", event, "Keep one document.")
                    raise _StopReadingError
            elif isinstance(event, yaml.NodeEvent):
                root = self._node(event, events, 1)
        return root

    def _events(self) -> Iterator[Any]:
        try:
            for count, event in enumerate(yaml.parse(self.text, Loader=_LOADER)):
                if count > self.limits.events:
                    self._add("document-bounds", f"more than {self.limits.events:,} nodes", event, "Split the file.")
                    raise _StopReadingError
                yield event
        except yaml.MarkedYAMLError as error:
            self.problems.append(_syntax_problem(error))
            raise _StopReadingError from None
        except yaml.reader.ReaderError as error:
            character = ord(error.character) if isinstance(error.character, str) else error.character
            index = self.text.find(chr(character))
            span = _span_at(self.text, index) if index >= 0 else FILE_START
            message = f"U+{character:04X} is not allowed in YAML"
            self.problems.append(Problem("encoding", message, span, "Remove it, or write it as an escape."))
            raise _StopReadingError from None

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        if depth > self.limits.depth:
            self._add("document-bounds", f"nested deeper than {self.limits.depth} levels", event, "Use fewer levels.")
            raise _StopReadingError
        self._check_properties(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, events, depth)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event, events, depth)
        name = event.anchor
        self._add("anchor", f"alias *{name}", event, "Share text through a partial instead: {% include %}.")
        return Scalar(None, "", "", event.start_mark.index, event.end_mark.index, _span(event))

    def _check_properties(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent):
            return
        if event.anchor is not None:
            share = "Share text through a partial instead: {% include %}."
            self._add("anchor", f"anchor &{event.anchor}", event, share)
        if event.tag is not None:
            self._add(
                "explicit-tag", f"explicit tag {event.tag}", event, "Remove the tag; quote the value if it is text."
            )

    def _sequence(self, start: Any, events: Iterator[Any], depth: int) -> Sequence:
        items: list[Node] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                return Sequence(tuple(items), _span(start, event))
            items.append(self._node(event, events, depth + 1))
        raise _StopReadingError

    def _mapping(self, start: Any, events: Iterator[Any], depth: int) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                return Mapping(tuple(entries.values()), _span(start, event), bool(start.flow_style))
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            if isinstance(key, Scalar) and self._is_usable_key(key, entries):
                entries[key.text] = (key, value)
            elif not isinstance(key, Scalar):
                self._report("non-string-key", "a key must be text, not a list or mapping", key.span, None)
        raise _StopReadingError

    def _is_usable_key(self, key: Scalar, entries: dict[str, tuple[Scalar, Node]]) -> bool:
        if key.text == "<<" and not key.style:
            share = "Share text through a partial instead: {% include %}."
            self._report("anchor", "merge key <<", key.span, share)
            return False
        if not isinstance(key.value, str):
            quoted = f'Write "{key.text}" if you mean the text.'
            self._report("non-string-key", f"the key {key.text or 'null'} is not text", key.span, quoted)
            return False
        if key.text in entries:
            first = entries[key.text][0].span.line
            message = f"the key {key.text!r} is already on line {first}"
            self._report(
                "duplicate-key", message, key.span, "Keep one of the two; other YAML readers silently use the last."
            )
            return False
        return True

    def _scalar(self, event: Any) -> Scalar:
        text = event.value
        if "\0" in text:
            self._add("encoding", "a NUL character, written as an escape", event, "Remove it.")
        style = event.style or ""
        value: bool | int | float | str | None = text
        if not style and event.tag is None:
            value = self._resolve(text, event)
        return Scalar(value, text, style, event.start_mark.index, event.end_mark.index, _span(event))

    def _resolve(self, text: str, event: Any) -> bool | int | float | str | None:
        if text[:1] in _NUMBER_START and (_INTEGER.match(text) or _FLOAT.match(text)) and len(text) > _LONGEST_NUMBER:
            self._add("document-bounds", f"a number of {len(text):,} digits", event, _QUOTE_HELP)
            return text
        value = resolve_plain(text)
        if isinstance(value, float) and not isfinite(value):
            self._add("wrong-type", f"{text} is not a JSON number", event, _QUOTE_HELP)
            return text
        return value

    def _add(self, rule: str, message: str, event: Any, help_text: str | None) -> None:
        self._report(rule, message, _span(event), help_text)

    def _report(self, rule: str, message: str, span: Span, help_text: str | None) -> None:
        self.problems.append(Problem(rule, message, span, help_text))


def resolve_plain(text: str) -> bool | int | float | str | None:
    """Return the value of a plain scalar by the core schema of YAML 1.2 (10.3.2): ``no`` and dates are text."""
    if text[:1] in _NUMBER_START:
        return _resolve_number(text) if len(text) <= _LONGEST_NUMBER else text
    if text in _NULL:
        return None
    if text in _TRUE:
        return True
    return False if text in _FALSE else text


def _resolve_number(text: str) -> int | float | str:
    if _INTEGER.match(text):
        if text.startswith("0o"):
            return int(text, 8)
        return int(text, 16) if text.startswith("0x") else int(text)
    if not _FLOAT.match(text):
        return text
    # Python spells infinity and not-a-number without the dot of YAML.
    return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))


def _span(event: Any, end_event: Any = None) -> Span:
    start, end = event.start_mark, (end_event or event).end_mark
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _syntax_problem(error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    span = Span(mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 2) if mark else FILE_START
    message = str(error.problem or error.context or "not YAML")
    if "nesting depth" in message:
        # libyaml has its own bound since 0.2.6, and reads ahead: it can fail before the bound of this reader.
        return Problem("document-bounds", "nested too deeply", span, "Use fewer levels.")
    if error.context and error.context != error.problem and error.context_mark:
        message += f" ({error.context} that starts on line {error.context_mark.line + 1})"
    return Problem("yaml-syntax", message, span, _syntax_help(message))


def _syntax_help(message: str) -> str:
    if "cannot start any token" in message:
        return "Indent with spaces, not tabs, and quote values that start with @, ` or %."
    if "mapping values are not allowed" in message:
        return "Quote a value that contains a colon followed by a space."
    if "did not find expected key" in message:
        return "Check the indentation of this line against the lines above."
    return "Check the indentation, the quotes and the brackets around this place."
