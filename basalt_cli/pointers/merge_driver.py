"""Merges two sides of deployments.yaml pointer by pointer, as git's merge driver."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from basalt_cli.errors import BasaltError
from basalt_cli.files.write import replace_file
from basalt_cli.git.command import merge_text
from basalt_cli.model.pointer import Move, Pointer, Pointers
from basalt_cli.pointers.deployments_file import parse_deployments
from basalt_cli.pointers.file_writer import apply_moves


class Merged(NamedTuple):
    """The result of a merge; ``conflicts`` are the pointers that both sides moved, as ``SLUG in ENV``."""

    is_clean: bool
    conflicts: tuple[str, ...]


def merge_deployments(base: Path, ours: Path, theirs: Path) -> Merged:
    """Merge into the file ``ours``; as text with markers where both sides moved one pointer or a file is damaged."""
    contents = [path.read_bytes() for path in (base, ours, theirs)]
    conflicts: tuple[str, ...] = ()
    try:
        pointers = [parse_deployments(content) if content.strip() else {} for content in contents]
        moves, conflicts = _find_moves(*pointers)
        if not conflicts:
            replace_file(ours, apply_moves(contents[1] or None, moves))
            return Merged(True, ())
    except (BasaltError, UnicodeDecodeError):
        pass
    return Merged(merge_text(base, ours, theirs) and not conflicts, conflicts)


def _find_moves(base: Pointers, ours: Pointers, theirs: Pointers) -> tuple[tuple[Move, ...], tuple[str, ...]]:
    """Return the moves of their side alone, and the pointers that both sides moved differently."""
    moves, conflicts = [], []
    for environment in sorted(base.keys() | theirs.keys()):
        for slug in sorted(base.get(environment, {}).keys() | theirs.get(environment, {}).keys()):
            was, here, there = (_find(side, environment, slug) for side in (base, ours, theirs))
            if there in (was, here):
                continue
            if here == was:
                moves.append(Move(slug, environment, here, there))
            else:
                conflicts.append(f"{slug} in {environment}")
    return tuple(moves), tuple(conflicts)


def _find(pointers: Pointers, environment: str, slug: str) -> Pointer | None:
    return pointers.get(environment, {}).get(slug)
