"""References such as ``support/reply@production``: the commit and the prompts that they name."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from basalt_cli.errors import BasaltError, NotFoundError
from basalt_cli.format.prompt.closure import Closure
from basalt_cli.text.reference import Reference, SelectorKind, parse_reference, parse_selector
from basalt_cli.text.slug import PROMPT_ENDING, expand_patterns, is_pattern
from basalt_cli.text.words import did_you_mean, list_names, plural
from basalt_cli.workspace.catalog import Catalog
from basalt_cli.workspace.project import Project

# A prompt of the working tree, the most frequent reference, needs neither the trunk nor a pointer.
if TYPE_CHECKING:
    from basalt_cli.model.pointer import Share
    from basalt_cli.pointers.trunk_state import TrunkState


class Selected(NamedTuple):
    """A prompt at a commit, or in the working tree where ``commit`` is None."""

    slug: str
    commit: str | None
    catalog: Catalog


def select(project: Project, text: str) -> Selected:
    """Resolve a reference, or the path of a prompt's file."""
    reference = parse_argument(project, text)
    if reference.selector is None:
        return Selected(reference.slug, None, open_catalog(project, None))
    from basalt_cli.pointers.trunk_state import TrunkState

    return Selected(reference.slug, *open_reference(TrunkState(project), reference))


def open_reference(state: TrunkState, reference: Reference) -> tuple[str, Catalog]:
    """Return the commit that a reference names, and the prompts there.

    Without a selector that is HEAD, or the trunk's tip where HEAD has no commit yet.
    """
    selector, project = reference.selector, state.checkout
    if selector is None:
        commit = project.repository.find_commit("HEAD") or state.commit
        return commit, open_catalog(project, commit, "HEAD")
    commit = find_commit(state, reference)
    if parse_selector(selector, project.config.environment_names).kind is SelectorKind.ENVIRONMENT:
        # What an environment runs is below the prompts folder that the trunk's basalt.yaml names.
        project = state.project
    return commit, open_catalog(project, commit, selector)


def parse_argument(project: Project, text: str) -> Reference:
    """Parse a reference; a path such as ``prompts/support/reply.yaml`` stands for its slug."""
    return parse_reference(strip_path(project, text))


def strip_path(project: Project, text: str) -> str:
    """Return the slug of a path of a prompt's file; any other text unchanged."""
    if not text.endswith(PROMPT_ENDING):
        return text
    return text.removeprefix("./").removeprefix(f"{project.config.prompts}/").removesuffix(PROMPT_ENDING)


def open_catalog(project: Project, commit: str | None, selector: str | None = None) -> Catalog:
    """Return the prompts at a commit, or in the working tree."""
    label = "in the working tree" if commit is None else f"at {selector or commit[:9]}"
    return Catalog(project.open_tree(commit), project.config.prompts, label)


def find_commit(state: TrunkState, reference: Reference) -> str:
    """Return the commit that a selector names for its prompt; raise NotFoundError that lists what exists."""
    assert reference.selector is not None
    project = state.checkout
    selector = parse_selector(reference.selector, project.config.environment_names)
    if selector.kind is SelectorKind.LATEST:
        return state.commit
    if selector.kind is SelectorKind.ENVIRONMENT:
        return _find_deployed(state, reference.slug, selector.value)
    if selector.kind is SelectorKind.RELEASE:
        return _find_release(project, reference.slug, selector.value)
    if selector.kind is SelectorKind.BACK:
        return _find_back(project, reference.slug, int(selector.value), state.commit)
    return find_revision(project, selector.value, selector.text)


def _find_deployed(state: TrunkState, slug: str, environment: str) -> str:
    pointers = state.pointers.get(environment, {})
    pointer = pointers.get(slug)
    if pointer is None:
        running = list_names(sorted(pointers))
        hint = f"Prompts in {environment}: {running}. Promote it: basalt promote {slug} --to {environment}"
        raise NotFoundError(f"{slug} is not deployed to {environment}", hint=hint)
    read_place(state.project, slug, environment, pointer.places[0])
    return pointer.version


def read_place(
    project: Project, slug: str, environment: str, place: Share, catalogs: dict[str, Catalog] | None = None
) -> Closure:
    """Return the closure that an environment runs; raise BasaltError where the pointer does not describe its commit.

    ``catalogs`` keeps the catalog of each commit for the next call.
    """
    commit = place.version[:9]
    if not project.objects.has_commit(place.version):
        hint = "Fetch it (git fetch --all), or promote again."
        if project.repository.is_shallow:
            hint = "This clone is shallow: git fetch --unshallow brings the rest."
        raise BasaltError(f"{environment} runs {slug} at {commit}, a commit that is not in this clone", hint=hint)
    catalogs = {} if catalogs is None else catalogs
    if place.version not in catalogs:
        catalogs[place.version] = open_catalog(project, place.version, environment)
    closure = catalogs[place.version].find_closure(slug)
    if closure is None:
        raise BasaltError(f"{environment} runs {slug} at {commit}, where it does not exist", hint="Promote it again.")
    if closure.digest != place.digest:
        message = f"the digest of {slug} in {environment} differs from that of its version {commit}"
        raise BasaltError(message, hint="deployments.yaml was edited by hand or by a merge; promote it again.")
    return closure


def _find_release(project: Project, slug: str, number: str) -> str:
    releases = list_releases(project, slug)
    commit = releases.get(f"v{number}")
    if commit is None:
        hint = f"Releases of {slug}: {list_names(releases)}. A release is an annotated tag '{slug}@v{number}'."
        raise NotFoundError(f"{slug} has no release {number}", hint=hint)
    return commit


def list_releases(project: Project, slug: str) -> dict[str, str]:
    """Return the commits of a prompt's releases, oldest number first, by name as in ``v1.2.0``."""
    return {release.name: release.commit for release in project.repository.list_releases() if release.slug == slug}


def _find_back(project: Project, slug: str, steps: int, tip: str) -> str:
    from basalt_cli.versions.one_prompt import list_versions
    from basalt_cli.workspace.trunk import require_full_history

    require_full_history(project, "counting versions")
    versions = list_versions(project, slug, tip)
    found = next(islice(versions, steps, None), None)
    if found is None:
        known = sum(1 for _ in list_versions(project, slug, tip))
        hint = f"It has {plural(known, 'version')}: ~0 is the newest, ~{max(0, known - 1)} the oldest."
        raise NotFoundError(f"{slug} has no version {steps} before the newest", hint=hint)
    return found.version.commit.id


def find_revision(project: Project, revision: str, text: str | None = None) -> str:
    """Return the commit that a git revision names; ``text`` is how the user wrote it."""
    readings = project.repository.list_readings(revision)
    if len(set(readings.values())) > 1:
        hint = f"Choose one: {', '.join(f'rev:{name}' for name in readings)}."
        listed = ", ".join(f"{name} ({commit[:9]})" for name, commit in readings.items())
        raise BasaltError(f"{text or revision!r} is ambiguous: {listed}", hint=hint)
    commit = project.repository.find_commit(revision)
    if commit is not None:
        return commit
    environments = project.config.environment_names
    guess = did_you_mean(revision, [*environments, "latest"])
    hint = (
        f"{guess}A selector is latest, an environment ({list_names(environments)}), a release such as 1.2.0, "
        "~N for N versions back, or a git revision."
    )
    raise NotFoundError(f"there is no version {text or revision!r}", hint=hint)


def expand_slugs(catalog: Catalog, patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the slugs that patterns name, in order and once each; raise NotFoundError for one that names no prompt."""

    def refuse(pattern: str) -> NotFoundError:
        if not is_pattern(pattern):
            catalog.get_closure(parse_reference(pattern).slug)
        hint = f"Prompts {catalog.label}: {list_names(catalog.slugs)}."
        return NotFoundError(f"no prompt matches {pattern!r} {catalog.label}", hint=hint)

    return expand_patterns(patterns, catalog.slugs, refuse)
