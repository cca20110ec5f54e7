"""The two sides of a diff: where each prompt is looked up on each of them, and how messages call that place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from basalt_cli.errors import UsageError
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.text.reference import Reference, SelectorKind, parse_selector
from basalt_cli.text.slug import is_pattern, path_of
from basalt_cli.versions.references import find_commit, find_start, open_catalog, parse_argument
from basalt_cli.workspace.catalog import Catalog
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.prompt_tree import OverlaidTree
from basalt_cli.workspace.trunk import require_environment

WORKING_TREE = "working tree"
STAGED = "index"
STDIN = "-"


@dataclass(frozen=True)
class OneTree:
    """A side on which every prompt comes from one tree."""

    catalog: Catalog
    label: str

    def slugs(self) -> tuple[str, ...]:
        """Return the slugs of all prompts there."""
        return self.catalog.slugs

    def find(self, slug: str) -> Catalog | None:
        """Return the catalog that has the prompt; None where it does not exist."""
        return self.catalog if self.catalog.find_closure(slug) is not None else None

    def name(self, slug: str) -> str:  # noqa: ARG002 - other sides have a place for each prompt
        """Return how messages call the place of a prompt."""
        return self.label


class Deployed:
    """A side on which every prompt comes from the commit that an environment runs it at."""

    def __init__(self, state: TrunkState, environment: str) -> None:
        self._state = state
        self._environment = environment
        self._pointers = state.pointers.get(environment, {})
        self._catalogs: dict[str, Catalog] = {}

    def slugs(self) -> tuple[str, ...]:
        """Return the slugs of all prompts that run there."""
        return tuple(sorted(self._pointers))

    def find(self, slug: str) -> Catalog | None:
        """Return the catalog that has the prompt; None where it does not run."""
        if slug not in self._pointers:
            return None
        commit = find_commit(self._state, Reference(slug, self._environment))
        if commit not in self._catalogs:
            self._catalogs[commit] = open_catalog(self._state.project, commit, self._environment)
        return self._catalogs[commit]

    def name(self, slug: str) -> str:
        """Return how messages call the place of a prompt."""
        pointer = self._pointers.get(slug)
        return f"{self._environment} ({pointer.version[:9]})" if pointer else self._environment


Side = OneTree | Deployed


class Sides(NamedTuple):
    """Both sides, and the references to prompts that were named; none means all."""

    old: Side
    new: Side
    slugs: tuple[str, ...]


class DiffRequest(NamedTuple):
    """What somebody asked to compare: references or a range, environments, or what is staged.

    ``unsaved`` is what was read from standard input, for a ``-`` among the references.
    """

    references: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    is_staged: bool = False
    unsaved: bytes | None = None


def open_sides(project: Project, request: DiffRequest) -> Sides:
    """Work out which two sides a request compares; what is not named is HEAD before, and the working tree after."""
    if request.environments:
        return _open_environments(project, request)
    if request.is_staged:
        if any("@" in text or ".." in text for text in request.references):
            raise UsageError("--staged compares HEAD with the index", hint="Name prompts only, or leave --staged out.")
        staged = Catalog(project.open_staged(), project.config.prompts, "in the index")
        return Sides(_head(project), OneTree(staged, STAGED), _slugs(project, request.references))
    if request.references and ".." in request.references[0]:
        return _open_range(project, request)
    return _open_references(project, request)


def _open_environments(project: Project, request: DiffRequest) -> Sides:
    if len(request.environments) > 2 or any("@" in text or ".." in text for text in request.references):
        hint = "As in basalt diff support/reply --env staging --env production."
        raise UsageError("--env names one or two environments, and goes with prompts alone", hint=hint)
    for name in request.environments:
        require_environment(project, name)
    state = TrunkState(project)
    sides: list[Side] = [Deployed(state, name) for name in request.environments]
    if len(sides) == 1:
        sides.append(_working(project))
    return Sides(sides[0], sides[1], _slugs(project, request.references))


def _open_range(project: Project, request: DiffRequest) -> Sides:
    old, _, new = request.references[0].partition("..")
    sides = _side(project, old or "HEAD"), _side(project, new.lstrip(".") or "HEAD")
    return Sides(*sides, _slugs(project, request.references[1:]))


def _side(project: Project, selector: str) -> Side:
    """Return the side that a selector names for all prompts."""
    parsed = parse_selector(selector, project.config.environment_names)
    if parsed.kind is SelectorKind.ENVIRONMENT:
        return Deployed(TrunkState(project), selector)
    if parsed.kind in (SelectorKind.BACK, SelectorKind.RELEASE):
        hint = f"Name one prompt: basalt diff SLUG@{selector}."
        raise UsageError(f"{selector!r} means another commit for each prompt", hint=hint)
    return _at(project, Reference("", selector))


def _at(project: Project, reference: Reference) -> OneTree:
    commit = find_commit(TrunkState(project), reference)
    label = f"{reference.selector} ({commit[:9]})" if reference.selector != commit[:9] else commit[:9]
    return OneTree(open_catalog(project, commit, reference.selector), label)


def _open_references(project: Project, request: DiffRequest) -> Sides:
    texts = request.references
    if not texts:
        return Sides(_head(project), _working(project), ())
    first = parse_argument(project, texts[0])
    before = _at(project, first) if first.selector is not None else _head(project)
    if len(texts) == 1:
        return Sides(before, _working(project), (first.slug,))
    if len(texts) > 2:
        hint = "Compare two versions of one prompt, or a range: A..B SLUGS."
        raise UsageError(f"{len(texts)} references are too many", hint=hint)
    if texts[1] == STDIN:
        tree = OverlaidTree(project.open_tree(None), path_of(first.slug), request.unsaved or b"")
        return Sides(before, OneTree(Catalog(tree, project.config.prompts, "on stdin"), "stdin"), (first.slug,))
    second = parse_argument(project, texts[1])
    if second.slug != first.slug:
        hint = f"Compare two versions of one prompt, as in {first.slug}@~1 {first.slug}@latest."
        raise UsageError(f"{first.slug} and {second.slug} are different prompts", hint=hint)
    after = _at(project, second) if second.selector is not None else _working(project)
    return Sides(before, after, (first.slug,))


def _slugs(project: Project, texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text if is_pattern(text) else parse_argument(project, text).slug for text in texts)


def _head(project: Project) -> OneTree:
    commit = find_start(TrunkState(project), Reference("", None))
    return OneTree(open_catalog(project, commit, "HEAD"), f"HEAD ({commit[:9]})")


def _working(project: Project) -> OneTree:
    return OneTree(open_catalog(project, None), WORKING_TREE)
