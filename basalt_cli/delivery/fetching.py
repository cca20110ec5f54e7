"""Fetch what a slug means to an application: by a pointer, a release or any other selector."""

from __future__ import annotations

from typing import NamedTuple

from basalt_cli.errors import NotFoundError
from basalt_cli.format.prompt.closure import Closure
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.text.reference import Reference, Selector, SelectorKind, parse_selector
from basalt_cli.text.words import did_you_mean, list_names
from basalt_cli.versions.lookup import find_versions
from basalt_cli.versions.references import find_commit, open_catalog, read_place
from basalt_cli.workspace.project import Project

_COMMIT_DIGITS = 40


class FetchedVersion(NamedTuple):
    """A version, its files, and for how many of 100 callers it is."""

    version: str
    closure: Closure
    percent: int = 100


class Fetched(NamedTuple):
    """What runs: for all whom no side of ``rollout`` is for, ``current``.

    ``environment`` is set where a pointer was followed; ``is_immutable`` where the same words always mean this.
    """

    current: FetchedVersion
    rollout: tuple[FetchedVersion, ...] = ()
    environment: str | None = None
    is_immutable: bool = False


def fetch(state: TrunkState, slug: str, text: str) -> Fetched:
    """Return what a selector means for a prompt; raise NotFoundError that lists what exists instead."""
    project = state.project
    selector = parse_selector(text, state.policy.environment_names)
    if selector.kind is SelectorKind.ENVIRONMENT:
        return _fetch_deployed(state, slug, selector.value)
    if selector.kind is SelectorKind.REVISION and not _is_revision(project, selector):
        raise _unknown(state, selector)
    commit = find_commit(state, Reference(slug, selector.text))
    closure = open_catalog(project, commit, selector.text).get_closure(slug)
    is_release = selector.kind is SelectorKind.RELEASE
    is_whole = len(selector.value) == _COMMIT_DIGITS and selector.value == commit
    if is_release or is_whole:
        # A release or a whole commit id always means the same version: no history needs to be walked.
        return Fetched(FetchedVersion(commit, closure), is_immutable=True)
    version = find_versions(project, [slug], commit).get(slug)
    is_it = version is not None and version.digest == closure.digest
    return Fetched(FetchedVersion(version.commit.id if version is not None and is_it else commit, closure))


def _is_revision(project: Project, selector: Selector) -> bool:
    return bool(project.repository.list_readings(selector.value)) or project.objects.has_commit(
        f"{selector.value}^{{commit}}"
    )


def _unknown(state: TrunkState, selector: Selector) -> NotFoundError:
    names = state.policy.environment_names
    guess = did_you_mean(selector.text, [*names, "latest"])
    hint = f"{guess}Tags are latest and the environments ({list_names(names)}); versions are releases and commits."
    return NotFoundError(f"there is no tag or version {selector.text!r}", hint=hint)


def _fetch_deployed(state: TrunkState, slug: str, environment: str) -> Fetched:
    running = state.pointers.get(environment, {})
    pointer = running.get(slug)
    if pointer is None:
        hint = f"{did_you_mean(slug, running)}Prompts in {environment}: {list_names(sorted(running))}."
        raise NotFoundError(f"{slug} is not deployed to {environment}", hint=hint)
    found = [
        FetchedVersion(place.version, read_place(state.project, slug, environment, place), place.percent)
        for place in pointer.places
    ]
    return Fetched(found[0], tuple(found[1:]), environment)
