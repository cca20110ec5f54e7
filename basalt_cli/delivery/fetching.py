"""Fetch the versions that a selector of a prompt means: an environment, a release, or any other selector."""

from __future__ import annotations

from basalt_cli.delivery.answer import Answer, Content
from basalt_cli.errors import NotFoundError
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.text.reference import Reference, Selector, SelectorKind, parse_selector
from basalt_cli.text.words import did_you_mean, list_names
from basalt_cli.versions.lookup import find_versions
from basalt_cli.versions.references import find_commit, open_catalog, read_place
from basalt_cli.workspace.project import Project

_COMMIT_DIGITS = 40


def fetch(state: TrunkState, slug: str, text: str) -> Answer:
    """Return what a selector means for a prompt; raise NotFoundError, with a hint that lists what exists."""
    project = state.project
    selector = parse_selector(text, state.policy.environment_names)
    if selector.kind is SelectorKind.ENVIRONMENT:
        return _fetch_deployed(state, slug, selector.value)
    if selector.kind is SelectorKind.REVISION and not _is_revision(project, selector):
        raise _unknown(state, selector)
    commit = find_commit(state, Reference(slug, selector.text))
    closure = open_catalog(project, commit, selector.text).get_closure(slug)
    folder = state.policy.prompts
    is_full_commit = len(selector.value) == _COMMIT_DIGITS and selector.value == commit
    if selector.kind is SelectorKind.RELEASE or is_full_commit:
        # The version is reported by the commit that the caller named; the history is not walked for it.
        return Answer((Content(slug, commit, closure, folder),), is_immutable=True)
    version = find_versions(project, [slug], commit).get(slug)
    is_same = version is not None and version.digest == closure.digest
    name = version.commit.id if version is not None and is_same else commit
    return Answer((Content(slug, name, closure, folder),))


def _is_revision(project: Project, selector: Selector) -> bool:
    return bool(project.repository.list_readings(selector.value)) or project.objects.has_commit(
        f"{selector.value}^{{commit}}"
    )


def _unknown(state: TrunkState, selector: Selector) -> NotFoundError:
    names = state.policy.environment_names
    guess = did_you_mean(selector.text, [*names, "latest"])
    hint = f"{guess}Tags are latest and the environments ({list_names(names)}); versions are releases and commits."
    return NotFoundError(f"there is no tag or version {selector.text!r}", hint=hint)


def _fetch_deployed(state: TrunkState, slug: str, environment: str) -> Answer:
    running = state.pointers.get(environment, {})
    pointer = running.get(slug)
    if pointer is None:
        hint = f"{did_you_mean(slug, running)}Prompts in {environment}: {list_names(sorted(running))}."
        raise NotFoundError(f"{slug} is not deployed to {environment}", hint=hint)
    folder = state.policy.prompts
    contents = tuple(
        Content(slug, place.version, read_place(state.project, slug, environment, place), folder)
        for place in pointer.places
    )
    return Answer(contents, tuple(share.percent for share in pointer.rollout), environment)
