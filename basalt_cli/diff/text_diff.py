"""Compare what the model reads in two versions of a prompt: messages, examples, partials."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from typing import NamedTuple

from basalt_cli.diff.contract import find_tokens
from basalt_cli.diff.template_diff import as_sent, compare_texts
from basalt_cli.format.template.pieces import PieceKind, cut_template
from basalt_cli.model.change import Change, Risk
from basalt_cli.model.prompt import Example, Insert, Message, Part, Prompt, TemplateText, Turn, Whitespace

_Spaces = tuple[Whitespace, Whitespace]


class _Row(NamedTuple):
    """A turn with what it is compared by: equal keys are sent equally."""

    turn: Turn
    key: Hashable
    whitespace: Whitespace

    @property
    def role(self) -> str:
        return "insert" if isinstance(self.turn, Insert) else self.turn.role

    @property
    def text(self) -> str:
        """Return the turn as one text, for people."""
        if isinstance(self.turn, Insert):
            return self.turn.name
        content = self.turn.content
        parts = [content] if isinstance(content, TemplateText) else [part.content for part in content]
        return "\n".join(as_sent(part.text, self.whitespace) for part in parts)


def compare_turns(old: Prompt, new: Prompt) -> Iterator[Change]:
    """Yield the changes of messages; the form (system/prompt or messages) is no difference."""
    from difflib import SequenceMatcher

    before, after = _rows(old), _rows(new)
    keys = [row.key for row in before], [row.key for row in after]
    if keys[0] != keys[1] and Counter(keys[0]) == Counter(keys[1]):
        roles = [", ".join(row.role for row in rows) for rows in (before, after)]
        message = "the messages stand in another order"
        yield Change("messages-reordered", "messages", roles[0], roles[1], Risk.BEHAVIOURAL, message)
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from _compare_run(before[i1:i2], after[j1:j2])


def _rows(prompt: Prompt) -> list[_Row]:
    return [_Row(turn, _key(turn, prompt.whitespace), prompt.whitespace) for turn in prompt.turns]


def _key(turn: Turn, whitespace: Whitespace) -> Hashable:
    if isinstance(turn, Insert):
        return ("insert", turn.name)
    if isinstance(turn.content, TemplateText):
        return (turn.role, cut_template(turn.content.text, whitespace))
    return (turn.role, tuple((_settings(part), cut_template(part.content.text, whitespace)) for part in turn.content))


def _settings(part: Part) -> tuple[str | None, ...]:
    return (part.kind, part.detail, part.media_type, part.filename)


def _compare_run(old: list[_Row], new: list[_Row]) -> Iterator[Change]:
    """Pair the rows of a changed stretch by position; what is left over came or went."""
    for before, after in zip(old, new, strict=False):
        path = after.turn.key
        if isinstance(before.turn, Insert) or isinstance(after.turn, Insert):
            yield _gone(before)
            yield _come(after)
            continue
        if before.role != after.role:
            message = f"{path} went from {before.role} to {after.role}"
            yield Change("message-role", f"{path}.role", before.role, after.role, Risk.BEHAVIOURAL, message)
        yield from _compare_content(path, before.turn, after.turn, (before.whitespace, after.whitespace))
    yield from (_gone(row) for row in old[len(new) :])
    yield from (_come(row) for row in new[len(old) :])


def _gone(row: _Row) -> Change:
    message = f"the {row.role} message {row.turn.key} is gone"
    return Change("message-removed", row.turn.key, row.text, None, Risk.BEHAVIOURAL, message)


def _come(row: _Row) -> Change:
    message = f"the {row.role} message {row.turn.key} is new"
    return Change("message-added", row.turn.key, None, row.text, Risk.BEHAVIOURAL, message)


def _compare_content(path: str, old: Message, new: Message, whitespace: _Spaces) -> Iterator[Change]:
    if isinstance(old.content, TemplateText) and isinstance(new.content, TemplateText):
        yield from compare_texts(_text_path(path), old.content.text, new.content.text, whitespace)
        return
    was, now = _parts(old), _parts(new)
    if [part.kind for part in was] != [part.kind for part in now]:
        kinds = ", ".join(part.kind for part in was), ", ".join(part.kind for part in now)
        message = f"the parts of {path} went from {kinds[0]} to {kinds[1]}"
        yield Change("parts", path, kinds[0], kinds[1], Risk.BEHAVIOURAL, message)
        return
    if isinstance(old.content, TemplateText) or isinstance(new.content, TemplateText):
        message = f"{path} is sent in another form, with the same parts"
        yield Change("message-form", path, len(was), len(now), Risk.NONE, message)
    for index, (before, after) in enumerate(zip(was, now, strict=True)):
        part_path = f"{path}.content[{index}]"
        if _settings(before) != _settings(after):
            settings = [" ".join(value for value in _settings(part) if value) for part in (before, after)]
            message = f"how {part_path} is sent went from {settings[0]} to {settings[1]}"
            yield Change("part-setting", part_path, settings[0], settings[1], Risk.BEHAVIOURAL, message)
        yield from compare_texts(part_path, before.content.text, after.content.text, whitespace)


def _text_path(path: str) -> str:
    return f"{path}.content" if path.startswith("messages[") else path


def _parts(message: Message) -> list[Part]:
    if isinstance(message.content, TemplateText):
        return [Part("text", message.content)]
    return list(message.content)


def compare_examples(old: Prompt, new: Prompt) -> Iterator[Change]:
    """Yield the changes of few-shot pairs, each found again wherever it stands."""
    from difflib import SequenceMatcher

    spaces = (old.whitespace, new.whitespace)
    keys = [[_example_key(e, side.whitespace) for e in side.examples] for side in (old, new)]
    if keys[0] != keys[1] and Counter(keys[0]) == Counter(keys[1]):
        message = "the examples stand in another order"
        yield Change("examples-reordered", "examples", len(keys[0]), len(keys[1]), Risk.WORDING, message)
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        shared = min(i2 - i1, j2 - j1)
        for i, j in zip(range(i1, i1 + shared), range(j1, j1 + shared), strict=True):
            was, now = old.examples[i], new.examples[j]
            yield from compare_texts(f"examples[{j}].user", was.user.text, now.user.text, spaces)
            yield from compare_texts(f"examples[{j}].assistant", was.assistant.text, now.assistant.text, spaces)
        for i in range(i1 + shared, i2):
            pair = _pair(old.examples[i])
            yield Change("example-removed", f"examples[{i}]", dict(pair), None, Risk.WORDING, "an example is gone")
        for j in range(j1 + shared, j2):
            pair = _pair(new.examples[j])
            yield Change("example-added", f"examples[{j}]", None, dict(pair), Risk.WORDING, "an example is new")


def _example_key(example: Example, whitespace: Whitespace) -> Hashable:
    return cut_template(example.user.text, whitespace), cut_template(example.assistant.text, whitespace)


def _pair(example: Example) -> dict[str, str]:
    return {"user": example.user.text, "assistant": example.assistant.text}


def compare_partials(
    old: dict[str, str], new: dict[str, str], missing: frozenset[str], whitespace: _Spaces
) -> Iterator[Change]:
    """Yield the changes of partials; ``missing`` are those that the new side needs and lacks."""
    for path in sorted(old.keys() | new.keys()):
        if path not in new:
            risk = Risk.BREAKING if path in missing else Risk.WORDING
            yield Change("partial-removed", path, old[path], None, risk, f"{path} is no longer included")
        elif path not in old:
            yield Change("partial-added", path, None, new[path], Risk.WORDING, f"{path} is now included")
        elif old[path] != new[path]:
            for change in compare_texts(path, old[path], new[path], whitespace):
                yield change._replace(code=f"partial-{change.code}")


def compare_contracts(
    old: Prompt, new: Prompt, old_partials: dict[str, str], new_partials: dict[str, str]
) -> Iterator[Change]:
    """Yield what a program may look for in the answer and that only one side's texts name."""
    was, now = find_tokens(_plain_texts(old, old_partials)), find_tokens(_plain_texts(new, new_partials))
    gone, come = [token for token in was if token not in now], [token for token in now if token not in was]
    if gone or come:
        parts = [f"{', '.join(tokens[:6])} {word}" for tokens, word in ((gone, "gone"), (come, "new")) if tokens]
        message = f"output contract: text that a program may look for changed ({'; '.join(parts)})"
        yield Change("output-contract", "", list(gone), list(come), Risk.BEHAVIOURAL, message)


def _plain_texts(prompt: Prompt, partials: dict[str, str]) -> Iterator[str]:
    for text in (*(template.text for template in prompt.templates), *partials.values()):
        for piece in cut_template(text, prompt.whitespace):
            if piece.kind is PieceKind.TEXT:
                yield piece.text
