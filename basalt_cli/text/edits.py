"""Apply edits to a text."""

from __future__ import annotations

from collections.abc import Iterable

from basalt_cli.model.source import Edit


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with all edits applied; they must not overlap."""
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text
