"""Apply the fixes that rules offer, except those that would change what is sent to the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from basalt_cli.format.prompt.closure import collect_closure
from basalt_cli.format.prompt.file import parse_prompt
from basalt_cli.format.prompt.sameness import means_the_same
from basalt_cli.lint.engine import Linter, Source
from basalt_cli.lint.rule_choice import Choice
from basalt_cli.model.finding import Finding
from basalt_cli.model.lint_report import FixedFile
from basalt_cli.model.source import Edit, Fix
from basalt_cli.text.edits import apply_edits
from basalt_cli.text.slug import is_prompt_path, slug_of
from basalt_cli.workspace.prompt_tree import OverlaidTree, PromptTree

# A fix can make another one possible. More rounds than this happen only when two fixes undo each other.
_MOST_ROUNDS = 10


class Fixer:
    """Fixes the files of one source; with ``unsafe``, also by fixes that may change the meaning of a file."""

    def __init__(self, source: Source, choice: Choice, *, unsafe: bool) -> None:
        self._source = source
        self._choice = choice
        self._unsafe = unsafe

    def fix(self, path: str) -> FixedFile:
        """Return what a file is after its fixes, by its path below the prompts folder; writes nothing."""
        before = current = self._source.tree.read(path) or b""
        fixed = 0
        refused: list[Finding] = []
        for _ in range(_MOST_ROUNDS):
            accepted, refused = self._judge(path, current)
            if not accepted:
                break
            fixed += len(accepted)
            current = _edit(current, accepted)
        return FixedFile(path, before, current, fixed, tuple(refused))

    def _judge(self, path: str, current: bytes) -> tuple[list[Fix], list[Finding]]:
        """Return the fixes to apply in one round, and the findings whose fix would change what is sent."""
        accepted: list[Fix] = []
        refused: list[Finding] = []
        for finding, fix in self._find_offers(path, current):
            if _overlaps(fix, accepted):
                continue
            keeps_newline = path in self._keeping
            so_far, after = _edit(current, accepted), _edit(current, [*accepted, fix])
            if means_the_same(path, so_far, after, keeps_newline=keeps_newline, texts_only=not fix.is_safe):
                accepted.append(fix)
            else:
                refused.append(finding)
        return accepted, refused

    def _find_offers(self, path: str, current: bytes) -> Iterator[tuple[Finding, Fix]]:
        source = self._source._replace(tree=OverlaidTree(self._source.tree, path, current))
        for finding in Linter(source, self._choice).lint_file(path).findings:
            if finding.fix is not None and (finding.fix.is_safe or self._unsafe):
                yield finding, finding.fix

    @cached_property
    def _keeping(self) -> frozenset[str]:
        """The files of all prompts that keep the line break at the end of a template."""
        return frozenset(_find_keeping(self._source.tree))


def _find_keeping(tree: PromptTree) -> Iterator[str]:
    for path in tree.list_paths():
        data = tree.read(path) if is_prompt_path(path) else None
        if data is not None and b"keep_trailing_newline" in data:
            prompt = parse_prompt(slug_of(path), data).prompt
            closure = collect_closure(slug_of(path), tree.read)
            if prompt is not None and prompt.whitespace.keep_trailing_newline and closure is not None:
                yield from closure.paths


def _overlaps(fix: Fix, others: Iterable[Fix]) -> bool:
    taken = [edit for other in others for edit in other.edits]
    return any(edit.start < other.end and other.start < edit.end for edit in fix.edits for other in taken)


def _edit(data: bytes, fixes: Sequence[Fix]) -> bytes:
    edits: set[Edit] = {edit for fix in fixes for edit in fix.edits}
    return apply_edits(data.decode(), edits).encode()
