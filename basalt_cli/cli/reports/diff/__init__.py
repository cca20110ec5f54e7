"""The report of ``basalt diff``: a module for each format, each with ``format_diff(report) -> str``."""

from __future__ import annotations

from importlib import import_module
from typing import Literal, NamedTuple, TypeAlias

from basalt_cli.model.change import Change, PromptDiff
from basalt_cli.model.rendered_case import RenderedCase
from basalt_cli.versions.reach import Reach

DiffFormat: TypeAlias = Literal["text", "json", "markdown", "html"]

# Changes whose sides are texts, shown word by word. The messages of all other changes contain the values.
_TEXT_CODES = frozenset(("wording", "logic", "expression", "include", "template-language"))


class DiffReport(NamedTuple):
    """What a report shows: changes of prompts, and with ``--rendered`` the cases by slug whose messages differ.

    ``reach`` is set for the diff of a partial.
    """

    diffs: tuple[PromptDiff, ...]
    rendered: dict[str, tuple[RenderedCase, ...]] | None = None
    reach: Reach | None = None


def format_diff(name: DiffFormat, report: DiffReport) -> str:
    """Return the report in a format."""
    module = import_module(f"basalt_cli.cli.reports.diff.{name}_format")
    text: str = module.format_diff(report)
    return text


def find_texts(change: Change) -> tuple[str, str] | None:
    """Return both sides of a change of text; None for any other change."""
    is_text = isinstance(change.old, str) and isinstance(change.new, str)
    if not is_text or change.code.removeprefix("partial-") not in _TEXT_CODES:
        return None
    return str(change.old), str(change.new)


def describe_case(case: RenderedCase) -> str:
    """Return one line about a case whose messages differ."""
    if case.new_error is not None:
        state = "fails on both sides" if case.old_error is not None else "fails on the new side"
        return f"case {case.name!r} {state}: {case.new_error}"
    if case.old_error is not None:
        return f"case {case.name!r} failed on the old side ({case.old_error}), and renders on the new side"
    if case.old is None or case.new is None:
        return f"case {case.name!r} exists on the {'new' if case.old is None else 'old'} side only"
    return f"the messages of case {case.name!r} differ"


def join_messages(messages: tuple[tuple[str, str], ...] | None) -> str:
    """Return messages as one text, with roles as headings."""
    return "\n\n".join(f"# {role}\n\n{text}" for role, text in messages or ())
