"""The targets of a promotion: which prompts move, and to which version."""

from __future__ import annotations

from functools import cache

from basalt_cli.environments.request import Request
from basalt_cli.errors import BasaltError, NotFoundError, UsageError
from basalt_cli.format.prompt.closure import normalise_line_ends
from basalt_cli.model.config import Environment
from basalt_cli.model.pointer import Pointer
from basalt_cli.model.version import Version
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.text.reference import Reference, SelectorKind, parse_selector
from basalt_cli.text.slug import expand_patterns, path_of
from basalt_cli.text.words import list_names
from basalt_cli.versions.lookup import find_versions
from basalt_cli.versions.references import expand_slugs, find_commit, open_catalog
from basalt_cli.workspace.catalog import Catalog
from basalt_cli.workspace.outlines import OutlineReader
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.prompt_tree import CommitTree, hash_blob
from basalt_cli.workspace.trunk import require_environment


def find_source(request: Request, environment: Environment) -> str | None:
    """Return the environment that the versions are taken from; None where they are taken from the trunk."""
    return request.source or (environment.source if request.selector is None else None)


def find_targets(state: TrunkState, request: Request, environment: Environment) -> dict[str, Version]:
    """Return the version that each prompt of a request should run, by slug in order."""
    source = find_source(request, environment)
    if source is not None:
        return _find_running(state, request, environment, source)
    project = state.project
    catalog = open_catalog(project, state.commit, project.config.trunk)
    slugs = catalog.slugs if request.everything else _expand_committed(project, catalog, request.patterns)
    if request.selector is None:
        return _in_order(slugs, find_versions(project, slugs, state.commit))
    return _in_order(slugs, _find_selected(state, slugs, request.selector))


def _find_selected(state: TrunkState, slugs: tuple[str, ...], selector: str) -> dict[str, Version]:
    """Return what a selector names of each prompt; a revision, or latest, is the same commit for all of them."""
    project = state.project
    kind = parse_selector(selector, project.config.environment_names).kind
    is_shared = kind in (SelectorKind.LATEST, SelectorKind.REVISION)
    by_commit: dict[str, list[str]] = {}
    if is_shared and slugs:
        by_commit[find_commit(state, Reference(slugs[0], selector))] = list(slugs)
    for slug in () if is_shared else slugs:
        by_commit.setdefault(find_commit(state, Reference(slug, selector)), []).append(slug)
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
    """Expand patterns at the trunk; raise BasaltError for a prompt that only the working tree has."""
    try:
        return expand_slugs(catalog, patterns)
    except NotFoundError:
        working = find_working_tree(project)
        for pattern in patterns:
            if working is not None and pattern in working.slugs and pattern not in catalog.slugs:
                trunk = project.config.trunk
                message = f"{pattern} is not committed on {trunk}, so it has no version there"
                hint = f"Commit {working.path_of(pattern)} and merge it into {trunk} first."
                raise BasaltError(message, hint=hint) from None
        raise


def _find_running(state: TrunkState, request: Request, environment: Environment, source: str) -> dict[str, Version]:
    require_environment(state.project, source)
    if source == environment.name:
        raise UsageError(f"{source} cannot be promoted from itself", hint="Name another environment with --from.")
    running = state.pointers.get(source, {})
    known = tuple(sorted(running))

    def refuse(pattern: str) -> NotFoundError:
        hint = (
            f"In {source}: {list_names(known)}. Promote it there first: basalt promote {pattern} --to {source}; "
            "or name a version: --version latest."
        )
        message = f"{pattern} is not deployed to {source}, which {environment.name} takes its versions from"
        return NotFoundError(message, hint=hint)

    slugs = known if request.everything else expand_patterns(request.patterns, known, refuse)
    for slug in slugs:
        _require_settled(slug, source, running[slug])
    outlines = OutlineReader(state.project)
    return {slug: _read_version(state, outlines, slug, source) for slug in slugs}


def _read_version(state: TrunkState, outlines: OutlineReader, slug: str, source: str) -> Version:
    """Return what an environment runs; raise BasaltError where the pointer does not describe its commit."""
    pointer = state.pointers[source][slug]
    commit = state.project.objects.read_commit(pointer.version)
    if commit is None or outlines.find_digest(pointer.version, slug) != pointer.digest:
        find_commit(state, Reference(slug, source))
        message = f"{source} runs {slug} at {pointer.version[:9]}, a commit that does not have it"
        raise BasaltError(message, hint="See what is wrong with it: basalt doctor")
    return Version(slug, commit, pointer.digest)


def _require_settled(slug: str, source: str, pointer: Pointer) -> None:
    if pointer.rollout:
        share = pointer.rollout[0]
        message = (
            f"{source} rolls {slug} out: {share.percent} % run {share.version[:9]}, the rest {pointer.version[:9]}"
        )
        hint = f"Name the version: --version {share.version[:9]}; or complete the roll-out in {source} first."
        raise BasaltError(message, hint=hint)


def find_edited(state: TrunkState, slugs: list[str]) -> list[str]:
    """Return the prompts that differ between the working tree and the trunk; absent ones are left out."""
    project, working = state.project, find_working_tree(state.project)
    if working is None:
        return []
    outlines, tree = OutlineReader(project), project.open_commit(state.commit)

    @cache
    def is_same(path: str) -> bool:
        return _is_same(working.tree.read(path), tree, path)

    def is_edited(slug: str) -> bool:
        outline = outlines.find(state.commit, slug)
        return outline is None or not all(is_same(path) for path in outline.paths)

    return [slug for slug in slugs if working.tree.read(path_of(slug)) is not None and is_edited(slug)]


def _is_same(data: bytes | None, tree: CommitTree, path: str) -> bool:
    blob = tree.find_blob(path)
    if data is None or blob is None:
        return data is None and blob is None
    return hash_blob(data) == blob or normalise_line_ends(data) == normalise_line_ends(tree.read(path) or b"")


def find_working_tree(project: Project) -> Catalog | None:
    """Return the prompts of the working tree, for notes alone; None where there is no prompts folder."""
    is_there = project.root is not None and (project.root / project.config.prompts).is_dir()
    return open_catalog(project, None) if is_there else None
