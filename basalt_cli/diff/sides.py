"""The two sides of a diff: the version of each prompt on each side, and the name of the side in outputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from basalt_cli.errors import UsageError
from basalt_cli.format.prompt.closure import Closure
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.text.reference import Reference, SelectorKind, parse_selector
from basalt_cli.text.slug import is_pattern, path_of
from basalt_cli.versions.references import open_catalog, open_reference, parse_argument, read_place
from basalt_cli.workspace.catalog import Catalog
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.prompt_tree import OverlaidTree
from basalt_cli.workspace.trunk import require_environment

WORKING_TREE = "working tree"
STAGED = "index"
STDIN = "-"
_HEAD = Reference("", None)


@dataclass(frozen=True)
class TreeSide:
    """A side on which every prompt comes from one tree."""

    catalog: Catalog
    label: str

    def slugs(self) -> tuple[str, ...]:
        """Return the slugs of all prompts of the tree."""
        return self.catalog.slugs

    def find(self, slug: str) -> Catalog | None:
        """Return the catalog that has the prompt; None where it does not exist."""
        return self.catalog if self.catalog.find_closure(slug) is not None else None

    def name(self, slug: str) -> str:  # noqa: ARG002 - the other kind of side names each prompt's version
        """Return the name of the prompt's version in outputs."""
        return self.label


class EnvironmentSide:
    """A side on which every prompt is the version that an environment runs."""

    def __init__(self, state: TrunkState, environment: str) -> None:
        """Read the pointers of an environment; raise NotFoundError where the trunk does not exist."""
        self._project = state.project
        self._environment = environment
        self._pointers = state.pointers.get(environment, {})
        self._catalogs: dict[str, Catalog] = {}

    def slugs(self) -> tuple[str, ...]:
        """Return the slugs of all prompts that are deployed to the environment."""
        return tuple(sorted(self._pointers))

    def find(self, slug: str) -> Catalog | None:
        """Return the catalog that has the prompt; None where it is not deployed.

        Raises BasaltError where the pointer's version is missing, or has another digest than the pointer.
        """
        pointer = self._pointers.get(slug)
        if pointer is None:
            return None
        read_place(self._project, slug, self._environment, pointer.places[0], self._catalogs)
        return self._catalogs[pointer.version]

    def name(self, slug: str) -> str:
        """Return the name of the prompt's version in outputs."""
        pointer = self._pointers.get(slug)
        return f"{self._environment} ({pointer.version[:9]})" if pointer else self._environment


DiffSide = TreeSide | EnvironmentSide


def find_closure(side: DiffSide, slug: str) -> Closure | None:
    """Return the closure of a prompt on a side; None where it does not exist."""
    catalog = side.find(slug)
    return catalog.find_closure(slug) if catalog is not None else None


class Sides(NamedTuple):
    """Both sides, the slugs and patterns that the request names (none means all prompts), and the trunk."""

    old: DiffSide
    new: DiffSide
    slugs: tuple[str, ...]
    state: TrunkState

    def list_slugs(self) -> list[str]:
        """Return the slugs of all prompts that either side has, sorted."""
        return sorted({*self.old.slugs(), *self.new.slugs()})


class DiffRequest(NamedTuple):
    """What to compare: references or a range, environments, or the index.

    ``unsaved`` is the content of standard input, for a ``-`` among the references.
    """

    references: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    is_staged: bool = False
    unsaved: bytes | None = None


def open_sides(project: Project, request: DiffRequest) -> Sides:
    """Return the two sides that a request names; by default HEAD is the old one, and the working tree the new one."""
    state, texts = TrunkState(project), request.references
    if request.environments:
        return Sides(*_open_environments(state, request), _parse_slugs(project, texts), state)
    if request.is_staged:
        if any(_names_version(text) for text in texts):
            raise UsageError("--staged compares HEAD with the index", hint="Name prompts only, or leave --staged out.")
        staged = Catalog(project.open_staged(), project.config.prompts, "in the index")
        return Sides(_open_version(state, _HEAD), TreeSide(staged, STAGED), _parse_slugs(project, texts), state)
    if texts and ".." in texts[0]:
        old, _, new = texts[0].partition("..")
        ends = [_open_end(state, end or "HEAD") for end in (old, new.lstrip("."))]
        return Sides(ends[0], ends[1], _parse_slugs(project, texts[1:]), state)
    if not texts:
        return Sides(_open_version(state, _HEAD), _open_working_tree(project), (), state)
    first = parse_argument(project, texts[0])
    return Sides(_open_version(state, first), _open_second(state, request, first.slug), (first.slug,), state)


def _names_version(text: str) -> bool:
    return "@" in text or ".." in text


def _parse_slugs(project: Project, texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text if is_pattern(text) else parse_argument(project, text).slug for text in texts)


def _open_environments(state: TrunkState, request: DiffRequest) -> tuple[DiffSide, DiffSide]:
    if len(request.environments) > 2 or any(_names_version(text) for text in request.references):
        hint = "As in basalt diff support/reply --env staging --env production."
        raise UsageError("--env takes one or two environments, and prompts without a version", hint=hint)
    for name in request.environments:
        require_environment(state.checkout, name)
    sides = [EnvironmentSide(state, name) for name in request.environments]
    return sides[0], sides[1] if len(sides) == 2 else _open_working_tree(state.checkout)


def _open_end(state: TrunkState, selector: str) -> DiffSide:
    """Return the side at one end of a range; raise UsageError for a selector that differs for each prompt."""
    kind = parse_selector(selector, state.checkout.config.environment_names).kind
    if kind is SelectorKind.ENVIRONMENT:
        return EnvironmentSide(state, selector)
    if kind in (SelectorKind.BACK, SelectorKind.RELEASE):
        hint = f"Name one prompt: basalt diff SLUG@{selector}."
        raise UsageError(f"{selector!r} means another commit for each prompt", hint=hint)
    return _open_version(state, Reference("", selector))


def _open_second(state: TrunkState, request: DiffRequest, slug: str) -> TreeSide:
    """Return the side of the second reference, the working tree where there is none."""
    project, texts = state.checkout, request.references
    if len(texts) == 1:
        return _open_working_tree(project)
    if len(texts) > 2:
        hint = "Compare two versions of one prompt, or a range: A..B SLUGS."
        raise UsageError(f"diff takes at most 2 references, not {len(texts)}", hint=hint)
    if texts[1] == STDIN:
        tree = OverlaidTree(project.open_tree(None), path_of(slug), request.unsaved or b"")
        return TreeSide(Catalog(tree, project.config.prompts, "on stdin"), "stdin")
    second = parse_argument(project, texts[1])
    if second.slug != slug:
        hint = f"Compare two versions of one prompt, as in {slug}@~1 {slug}@latest."
        raise UsageError(f"{slug} and {second.slug} are different prompts", hint=hint)
    return _open_version(state, second) if second.selector is not None else _open_working_tree(project)


def _open_version(state: TrunkState, reference: Reference) -> TreeSide:
    commit, catalog = open_reference(state, reference)
    name = reference.selector or "HEAD"
    return TreeSide(catalog, f"{name} ({commit[:9]})" if name != commit[:9] else name)


def _open_working_tree(project: Project) -> TreeSide:
    return TreeSide(open_catalog(project, None), WORKING_TREE)
