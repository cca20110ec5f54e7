"""Compare what the model reads in two versions of a prompt: messages, examples, partials."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from basalt_cli.model.change import Change, Risk
from basalt_cli.model.prompt import Insert, Message, Prompt, TemplateText, Turn
from basalt_cli.pure.word_diff import Kind, count_words, diff_words
from basalt_cli.pure.words import plural


class _Line(NamedTuple):
    """A turn as it is compared: a role (or ``insert``), and its text with parts written out."""

    role: str
    text: str
    path: str


def compare_turns(old: Prompt, new: Prompt) -> Iterator[Change]:
    """Yield the changes of messages and examples; the form (system/prompt or messages) is no difference."""
    from difflib import SequenceMatcher

    before, after = _lines(old), _lines(new)
    matcher = SequenceMatcher(None, [line[:2] for line in before], [line[:2] for line in after], autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            yield from _compare_run(before[i1:i2], after[j1:j2])
    yield from _compare_examples(old, new)
    if old.whitespace != new.whitespace:
        message = "how blank space around template tags is kept changed"
        yield Change("whitespace", "template", repr(old.whitespace), repr(new.whitespace), Risk.WORDING, message)


def _lines(prompt: Prompt) -> list[_Line]:
    return [_line(turn, prompt) for turn in prompt.turns]


def _line(turn: Turn, prompt: Prompt) -> _Line:
    if isinstance(turn, Insert):
        return _Line("insert", turn.name, turn.key)
    return _Line(turn.role, _text_of(turn, prompt), turn.key)


def _text_of(message: Message, prompt: Prompt) -> str:
    if isinstance(message.content, TemplateText):
        return _as_sent(message.content.text, prompt)
    parts = []
    for part in message.content:
        settings = [value for value in (part.detail, part.media_type, part.filename) if value]
        parts.append(f"[{' '.join([part.kind, *settings])}] {_as_sent(part.content.text, prompt)}")
    return "\n".join(parts)


def _as_sent(text: str, prompt: Prompt) -> str:
    """Drop the last line break, as Jinja2 does unless it is told to keep it."""
    return text if prompt.whitespace.keep_trailing_newline else text.removesuffix("\n")


def _compare_run(old: list[_Line], new: list[_Line]) -> Iterator[Change]:
    """Pair the lines of a changed stretch by position; what is left over came or went."""
    for before, after in zip(old, new, strict=False):
        if before.role == after.role:
            yield compare_texts(after.path, before.text, after.text)
            continue
        yield Change(
            "message-role", f"{after.path}.role", before.role, after.role, Risk.BEHAVIOURAL,
            f"{after.path} went from {before.role} to {after.role}",
        )  # fmt: skip
        if before.text != after.text:
            yield compare_texts(after.path, before.text, after.text)
    for line in old[len(new) :]:
        message = f"the {line.role} message {line.path} is gone"
        yield Change("message-removed", line.path, line.text, None, Risk.BEHAVIOURAL, message)
    for line in new[len(old) :]:
        message = f"the {line.role} message {line.path} is new"
        yield Change("message-added", line.path, None, line.text, Risk.BEHAVIOURAL, message)


def compare_texts(path: str, old: str, new: str) -> Change:
    """Return the change from one template text to another: its logic, or only its words."""
    if _between(old, "{%", "%}") != _between(new, "{%", "%}"):
        return Change("logic", path, old, new, Risk.BEHAVIOURAL, f"the conditions, loops or includes of {path} changed")
    if _between(old, "{{", "}}") != _between(new, "{{", "}}"):
        return Change("expression", path, old, new, Risk.WORDING, f"the values that {path} shows changed")
    pieces = diff_words(old, new)
    removed, added = count_words(pieces, Kind.REMOVED), count_words(pieces, Kind.ADDED)
    amount = f"{plural(removed, 'word')} out, {added} in" if removed or added else "blank space only"
    return Change("wording", path, old, new, Risk.WORDING, f"the words of {path} changed: {amount}")


def _between(text: str, opening: str, closing: str) -> list[str]:
    """Return what stands between each pair of brackets, blank space and whitespace signs aside; in linear time."""
    found = []
    start = text.find(opening)
    while start >= 0:
        end = text.find(closing, start)
        if end < 0:
            break
        found.append(text[start + len(opening) : end].strip("+-").strip())
        start = text.find(opening, end)
    return found


def _compare_examples(old: Prompt, new: Prompt) -> Iterator[Change]:
    before = [(example.user.text, example.assistant.text) for example in old.examples]
    after = [(example.user.text, example.assistant.text) for example in new.examples]
    for index, (was, now) in enumerate(zip(before, after, strict=False)):
        for side, old_text, new_text in zip(("user", "assistant"), was, now, strict=True):
            if old_text != new_text:
                yield compare_texts(f"examples[{index}].{side}", old_text, new_text)
    for index in range(len(after), len(before)):
        old_pair = {"user": before[index][0], "assistant": before[index][1]}
        yield Change("example-removed", f"examples[{index}]", dict(old_pair), None, Risk.WORDING, "an example is gone")
    for index in range(len(before), len(after)):
        new_pair = {"user": after[index][0], "assistant": after[index][1]}
        yield Change("example-added", f"examples[{index}]", None, dict(new_pair), Risk.WORDING, "an example is new")


def compare_partials(old: dict[str, str], new: dict[str, str], missing: frozenset[str]) -> Iterator[Change]:
    """Yield the changes of partials; ``missing`` are those that the new side needs and lacks."""
    for path in sorted(old.keys() | new.keys()):
        if path not in new:
            risk = Risk.BREAKING if path in missing else Risk.WORDING
            yield Change("partial-removed", path, old[path], None, risk, f"{path} is no longer included")
        elif path not in old:
            yield Change("partial-added", path, None, new[path], Risk.WORDING, f"{path} is now included")
        elif old[path].removesuffix("\n") != new[path].removesuffix("\n"):
            change = compare_texts(path, old[path], new[path])
            yield Change("partial-" + change.code, path, change.old, change.new, change.risk, change.message)
