"""Compare the messages and the examples that two versions of a prompt send."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

from basalt_cli.diff.templates import as_sent, compare_texts
from basalt_cli.format.template.pieces import cut_template
from basalt_cli.model.change import Change, Risk
from basalt_cli.model.prompt import Example, Insert, Message, Part, Prompt, TemplateText, Turn, Whitespace

_Spaces = tuple[Whitespace, Whitespace]
_Run = tuple[slice, slice]


class _Row(NamedTuple):
    """A message or an insert; two rows with equal keys send the same."""

    turn: Turn
    key: Hashable
    whitespace: Whitespace

    @property
    def role(self) -> str:
        return "insert" if isinstance(self.turn, Insert) else self.turn.role

    @property
    def text(self) -> str:
        """Return the row as one text, for messages to users."""
        if isinstance(self.turn, Insert):
            return self.turn.name
        return "\n".join(as_sent(part.content.text, self.whitespace) for part in _parts(self.turn))


def compare_turns(old: Prompt, new: Prompt) -> Iterator[Change]:
    """Yield the changes of messages; ``system``/``prompt`` and ``messages`` with the same content are equal."""
    before, after = _rows(old), _rows(new)
    keys = [row.key for row in before], [row.key for row in after]
    if _is_reordered(*keys):
        roles = [", ".join(row.role for row in rows) for rows in (before, after)]
        message = "the order of the messages changed"
        yield Change("messages-reordered", "messages", roles[0], roles[1], Risk.BEHAVIOURAL, message)
        return
    for removed, added in _find_runs(*keys):
        yield from _compare_rows(before[removed], after[added])


def compare_examples(old: Prompt, new: Prompt) -> Iterator[Change]:
    """Yield the changes of examples (few-shot pairs); an equal one is matched at any index."""
    spaces = (old.whitespace, new.whitespace)
    keys = [[_example_key(e, side.whitespace) for e in side.examples] for side in (old, new)]
    if _is_reordered(*keys):
        message = "the order of the examples changed"
        yield Change("examples-reordered", "examples", len(keys[0]), len(keys[1]), Risk.WORDING, message)
        return
    for removed, added in _find_runs(*keys):
        before, after = list(enumerate(old.examples))[removed], list(enumerate(new.examples))[added]
        for (_, was), (index, now) in zip(before, after, strict=False):
            yield from compare_texts(f"examples[{index}].user", was.user.text, now.user.text, spaces)
            yield from compare_texts(f"examples[{index}].assistant", was.assistant.text, now.assistant.text, spaces)
        for index, example in before[len(after) :]:
            path, pair = f"examples[{index}]", _example_to_json(example)
            yield Change("example-removed", path, dict(pair), None, Risk.WORDING, "an example was removed")
        for index, example in after[len(before) :]:
            path, pair = f"examples[{index}]", _example_to_json(example)
            yield Change("example-added", path, None, dict(pair), Risk.WORDING, "an example was added")


def _is_reordered(old: Sequence[Hashable], new: Sequence[Hashable]) -> bool:
    return old != new and Counter(old) == Counter(new)


def _find_runs(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[_Run]:
    """Yield the ranges of both lists between the items that they share in order."""
    from difflib import SequenceMatcher

    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield slice(i1, i2), slice(j1, j2)


def _rows(prompt: Prompt) -> list[_Row]:
    return [_Row(turn, _turn_key(turn, prompt.whitespace), prompt.whitespace) for turn in prompt.turns]


def _turn_key(turn: Turn, whitespace: Whitespace) -> Hashable:
    if isinstance(turn, Insert):
        return ("insert", turn.name)
    if isinstance(turn.content, TemplateText):
        return (turn.role, cut_template(turn.content.text, whitespace))
    return (turn.role, tuple((_settings(part), cut_template(part.content.text, whitespace)) for part in turn.content))


def _example_key(example: Example, whitespace: Whitespace) -> Hashable:
    return cut_template(example.user.text, whitespace), cut_template(example.assistant.text, whitespace)


def _example_to_json(example: Example) -> dict[str, str]:
    return {"user": example.user.text, "assistant": example.assistant.text}


def _compare_rows(old: list[_Row], new: list[_Row]) -> Iterator[Change]:
    """Compare rows pairwise by position; the rest of the longer list was removed or added."""
    for before, after in zip(old, new, strict=False):
        path = after.turn.key
        if isinstance(before.turn, Insert) or isinstance(after.turn, Insert):
            yield _describe_removed(before)
            yield _describe_added(after)
            continue
        if before.role != after.role:
            message = f"the role of {path} changed from {before.role} to {after.role}"
            yield Change("message-role", f"{path}.role", before.role, after.role, Risk.BEHAVIOURAL, message)
        yield from _compare_content(path, before.turn, after.turn, (before.whitespace, after.whitespace))
    yield from (_describe_removed(row) for row in old[len(new) :])
    yield from (_describe_added(row) for row in new[len(old) :])


def _describe_removed(row: _Row) -> Change:
    message = f"the {row.role} message {row.turn.key} was removed"
    return Change("message-removed", row.turn.key, row.text, None, Risk.BEHAVIOURAL, message)


def _describe_added(row: _Row) -> Change:
    message = f"the {row.role} message {row.turn.key} was added"
    return Change("message-added", row.turn.key, None, row.text, Risk.BEHAVIOURAL, message)


def _compare_content(path: str, old: Message, new: Message, whitespace: _Spaces) -> Iterator[Change]:
    is_text = isinstance(old.content, TemplateText), isinstance(new.content, TemplateText)
    before, after = _parts(old), _parts(new)
    kinds = [", ".join(part.kind for part in parts) for parts in (before, after)]
    if kinds[0] != kinds[1]:
        message = f"the parts of {path} changed from {kinds[0]} to {kinds[1]}"
        yield Change("parts", path, kinds[0], kinds[1], Risk.BEHAVIOURAL, message)
        return
    if is_text[0] != is_text[1]:
        message = f"{path} changed between one text and a list of parts, with the same parts"
        yield Change("message-form", path, len(before), len(after), Risk.NONE, message)
    for index, (was, now) in enumerate(zip(before, after, strict=True)):
        part_path = f"{path}.content[{index}]"
        if all(is_text):
            part_path = f"{path}.content" if path.startswith("messages[") else path
        if _settings(was) != _settings(now):
            settings = [" ".join(value for value in _settings(part) if value) for part in (was, now)]
            message = f"the settings of {part_path} changed from {settings[0]} to {settings[1]}"
            yield Change("part-setting", part_path, settings[0], settings[1], Risk.BEHAVIOURAL, message)
        yield from compare_texts(part_path, was.content.text, now.content.text, whitespace)


def _settings(part: Part) -> tuple[str | None, ...]:
    return (part.kind, part.detail, part.media_type, part.filename)


def _parts(message: Message) -> list[Part]:
    return [Part("text", message.content)] if isinstance(message.content, TemplateText) else list(message.content)
