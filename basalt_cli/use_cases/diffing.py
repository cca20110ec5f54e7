"""Work out which two sides a diff compares, and compare them."""

from __future__ import annotations

from basalt_cli.errors import UsageError
from basalt_cli.model.change import PromptDiff
from basalt_cli.pure.reference import Reference
from basalt_cli.use_cases.catalog import Catalog
from basalt_cli.use_cases.comparing import compare_catalogs
from basalt_cli.use_cases.project import Project
from basalt_cli.use_cases.selection import find_commit, open_catalog, parse_argument
from basalt_cli.use_cases.trunk import get_trunk

_WORKING_TREE = "working tree"


def diff_references(project: Project, old: str | None, new: str | None) -> tuple[PromptDiff, ...]:
    """Compare two versions of a prompt; what is not named is HEAD on the old side, the working tree on the new."""
    if old is None:
        before, after = _head(project), _working(project)
        slugs = sorted({*before[0].slugs, *after[0].slugs})
        return compare_catalogs(before[0], after[0], slugs, (before[1], after[1]))
    first = parse_argument(project, old)
    second = _second(project, first, new)
    before = _open(project, first) if first.selector is not None else _head(project)
    after = _open(project, second) if second is not None else _working(project)
    if before[0].find_closure(first.slug) is None and after[0].find_closure(first.slug) is None:
        after[0].get_closure(first.slug)
    return compare_catalogs(before[0], after[0], [first.slug], (before[1], after[1]))


def _second(project: Project, first: Reference, text: str | None) -> Reference | None:
    if text is None:
        return None
    second = parse_argument(project, text)
    if second.slug != first.slug:
        hint = f"Compare two versions of one prompt, as in {first.slug}@~1 {first.slug}@latest."
        raise UsageError(f"{first.slug} and {second.slug} are different prompts", hint=hint)
    return second if second.selector is not None else None


def _open(project: Project, reference: Reference) -> tuple[Catalog, str]:
    commit = find_commit(project, reference)
    label = f"{reference.selector} ({commit[:9]})" if reference.selector != commit[:9] else commit[:9]
    return open_catalog(project, commit, reference.selector), label


def _head(project: Project) -> tuple[Catalog, str]:
    commit = project.repository.find_commit("HEAD") or get_trunk(project).commit
    return open_catalog(project, commit, "HEAD"), f"HEAD ({commit[:9]})"


def _working(project: Project) -> tuple[Catalog, str]:
    return open_catalog(project, None), _WORKING_TREE
