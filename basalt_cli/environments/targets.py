"""What a promotion is about: which prompts, and which version of each."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from basalt_cli.errors import BasaltError, NotFoundError, UsageError
from basalt_cli.format.prompt.closure import normalise_line_ends
from basalt_cli.model.config import Environment
from basalt_cli.model.pointer import Pointer, Pointers
from basalt_cli.model.version import Version
from basalt_cli.text.reference import Reference, SelectorKind, parse_selector
from basalt_cli.text.slug import match_slugs, path_of
from basalt_cli.text.words import list_names
from basalt_cli.versions.references import expand_slugs, find_commit, open_catalog
from basalt_cli.versions.walk import find_versions
from basalt_cli.workspace.catalog import Catalog
from basalt_cli.workspace.outlines import OutlineReader
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.prompt_tree import CommitTree, hash_blob
from basalt_cli.workspace.trunk import Trunk, require_environment


class Wanted(NamedTuple):
    """What somebody asked for: patterns, or all prompts, from an environment or at a selector.

    Without ``source`` and ``selector`` the environment's policy decides.
    """

    patterns: tuple[str, ...]
    everything: bool = False
    source: str | None = None
    selector: str | None = None


class Targets(NamedTuple):
    """The version that each prompt should run, by slug in order, and the environment it was taken from, if one was."""

    versions: dict[str, Version]
    source: str | None


def find_targets(
    project: Project, wanted: Wanted, environment: Environment, trunk: Trunk, pointers: Pointers
) -> Targets:
    """Find the prompts that are meant, and the version that each should run."""
    source = wanted.source or (environment.source if wanted.selector is None else None)
    if source is not None:
        return Targets(_find_running(project, wanted, environment, source, pointers), source)
    catalog = open_catalog(project, trunk.commit, project.config.trunk)
    slugs = catalog.slugs if wanted.everything else _expand_committed(project, catalog, wanted.patterns)
    if wanted.selector is None:
        return Targets(_in_order(slugs, find_versions(project, slugs, trunk.commit)), None)
    return Targets(_in_order(slugs, _find_selected(project, slugs, wanted.selector, trunk)), None)


def _find_selected(project: Project, slugs: tuple[str, ...], selector: str, trunk: Trunk) -> dict[str, Version]:
    """Return what a selector names of each prompt; a revision, or latest, is the same commit for all of them."""
    kind = parse_selector(selector, project.config.environment_names).kind
    is_shared = kind in (SelectorKind.LATEST, SelectorKind.REVISION)
    by_commit: dict[str, list[str]] = {}
    if is_shared and slugs:
        by_commit[find_commit(project, Reference(slugs[0], selector), trunk)] = list(slugs)
    for slug in () if is_shared else slugs:
        by_commit.setdefault(find_commit(project, Reference(slug, selector), trunk), []).append(slug)
    versions: dict[str, Version] = {}
    for commit, there in by_commit.items():
        catalog = open_catalog(project, commit, selector)
        for slug in there:
            catalog.get_closure(slug)
        versions |= find_versions(project, there, commit)
    return versions


def _in_order(slugs: tuple[str, ...], versions: dict[str, Version]) -> dict[str, Version]:
    return {slug: versions[slug] for slug in slugs if slug in versions}


def _expand_committed(project: Project, catalog: Catalog, patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Expand patterns at the trunk; say of a prompt that only the working tree has that it must be committed."""
    try:
        return expand_slugs(catalog, patterns)
    except NotFoundError:
        working = find_working_tree(project)
        for pattern in patterns:
            if working is not None and pattern in working.slugs and pattern not in catalog.slugs:
                trunk = project.config.trunk
                message = f"{pattern} is not committed on {trunk}, and only what is committed there has versions"
                hint = f"Commit {working.path_of(pattern)} and merge it into {trunk} first."
                raise BasaltError(message, hint=hint) from None
        raise


def _find_running(
    project: Project, wanted: Wanted, environment: Environment, source: str, pointers: Pointers
) -> dict[str, Version]:
    require_environment(project, source)
    if source == environment.name:
        raise UsageError(f"{source} cannot be promoted from itself", hint="Name another environment with --from.")
    running = pointers.get(source, {})
    slugs = tuple(sorted(running)) if wanted.everything else _expand_running(wanted, environment, source, running)
    for slug in slugs:
        _require_settled(slug, source, running[slug])
    outlines = OutlineReader(project)
    return {slug: _read_version(project, outlines, slug, source, running[slug]) for slug in slugs}


def _read_version(project: Project, outlines: OutlineReader, slug: str, source: str, pointer: Pointer) -> Version:
    """Return what an environment runs; raise BasaltError where that cannot be what was promoted there."""
    commit = project.objects.read_commit(pointer.version)
    if commit is None or outlines.find_digest(pointer.version, slug) != pointer.digest:
        find_commit(project, Reference(slug, source))
        message = f"{source} runs {slug} at {pointer.version[:9]}, which does not have it"
        raise BasaltError(message, hint="basalt doctor says what mends it.")
    return Version(slug, commit, pointer.digest)


def _require_settled(slug: str, source: str, pointer: Pointer) -> None:
    if pointer.rollout:
        share = pointer.rollout[0]
        message = (
            f"{source} rolls {slug} out: {share.percent} % run {share.version[:9]}, the rest {pointer.version[:9]}"
        )
        hint = f"Name the version: --version {share.version[:9]}; or complete the roll-out in {source} first."
        raise BasaltError(message, hint=hint)


def _expand_running(
    wanted: Wanted, environment: Environment, source: str, running: dict[str, Pointer]
) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for pattern in wanted.patterns:
        matches = match_slugs(pattern, sorted(running))
        if not matches:
            hint = (
                f"In {source}: {list_names(sorted(running))}. "
                f"Promote it there first: basalt promote {pattern} --to {source}; "
                f"or name a version: --version latest."
            )
            raise NotFoundError(
                f"{pattern} is not deployed to {source}, from where {environment.name} takes it", hint=hint
            )
        found |= dict.fromkeys(matches)
    return tuple(found)


def find_edited(project: Project, trunk: Trunk, slugs: list[str]) -> list[str]:
    """Return the prompts that are another in the working tree than on the trunk; what is missing is left out."""
    working = find_working_tree(project)
    if working is None:
        return []
    outlines, tree = OutlineReader(project), project.open_commit(trunk.commit)

    @cache
    def is_same(path: str) -> bool:
        return _is_same(working.tree.read(path), tree, path)

    def is_edited(slug: str) -> bool:
        outline = outlines.find(trunk.commit, slug)
        return outline is None or not all(is_same(path) for path in outline.paths)

    return [slug for slug in slugs if working.tree.read(path_of(slug)) is not None and is_edited(slug)]


def _is_same(data: bytes | None, tree: CommitTree, path: str) -> bool:
    blob = tree.find_blob(path)
    if data is None or blob is None:
        return data is None and blob is None
    return hash_blob(data) == blob or normalise_line_ends(data) == normalise_line_ends(tree.read(path) or b"")


def find_working_tree(project: Project) -> Catalog | None:
    """Return the prompts on disk, for a word about them; a promotion itself never needs them."""
    is_there = project.root is not None and (project.root / project.config.prompts).is_dir()
    return open_catalog(project, None) if is_there else None
