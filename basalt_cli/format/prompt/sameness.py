"""Tell whether an edit of a file changes anything for a program or a model."""

from __future__ import annotations

from typing import Any

from basalt_cli.format.prompt.closure import normalise_line_ends
from basalt_cli.format.prompt.file import PromptFile, parse_prompt
from basalt_cli.format.yaml.decoding import to_json
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt, TemplateText
from basalt_cli.model.source import Scalar, Span
from basalt_cli.text.slug import is_prompt_path, slug_of


def means_the_same(
    path: str, before: bytes, after: bytes, *, keeps_newline: bool = False, texts_only: bool = False
) -> bool:
    """Return whether a prompt file or a partial has the same meaning after an edit.

    Positions, layout and comments are ignored; with ``texts_only`` all that does not change the rendered texts is.
    ``keeps_newline``: some prompt renders the last line break of this partial. A prompt with errors has no rendering
    that could change.
    """
    if not is_prompt_path(path):
        return _partial_text(before, keeps_newline) == _partial_text(after, keeps_newline)
    old, new = parse_prompt(slug_of(path), before), parse_prompt(slug_of(path), after)
    if old.problems or old.prompt is None:
        return _has_fewer_problems(old, new) if texts_only else _document(old) == _document(new) is not None
    return (
        not new.problems
        and new.prompt is not None
        and (_meaning(old.prompt, texts_only=texts_only) == _meaning(new.prompt, texts_only=texts_only))
    )


def _has_fewer_problems(old: PromptFile, new: PromptFile) -> bool:
    """Return whether a file with errors has fewer of them after the edit."""
    return new.document.root is not None and len(new.problems) < len(old.problems)


def _document(file: PromptFile) -> Any:
    """Return the YAML value of a file, for one that is not a valid prompt; None where it is not YAML."""
    root = file.document.root
    return None if root is None else _without_breaks(to_json(root))


def _without_breaks(value: Json) -> Any:
    if isinstance(value, dict):
        return [(key, _without_breaks(item)) for key, item in value.items()]
    if isinstance(value, list):
        return [_without_breaks(item) for item in value]
    return value.removesuffix("\n") if isinstance(value, str) else (type(value), value)


def _partial_text(data: bytes, keeps_newline: bool) -> bytes:
    text = normalise_line_ends(data)
    return text if keeps_newline else text.removesuffix(b"\n")


def _meaning(prompt: Prompt, *, texts_only: bool) -> Any:
    texts = (prompt.turns, prompt.examples, prompt.variables, prompt.cases, prompt.whitespace)
    return _without_places(texts if texts_only else prompt, prompt.whitespace.keep_trailing_newline)


def _without_places(value: Any, keeps_newline: bool) -> Any:
    """Return a comparable value without spans and scalars, and with texts as they are sent."""
    if isinstance(value, TemplateText):
        return value.text if keeps_newline else value.text.removesuffix("\n")
    if isinstance(value, Span | Scalar):
        return None
    if isinstance(value, tuple | list):
        return [_without_places(item, keeps_newline) for item in value]
    if isinstance(value, dict):
        return [(key, _without_places(item, keeps_newline)) for key, item in value.items()]
    return (type(value), value)
