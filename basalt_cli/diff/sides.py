"""The two sides of a diff: the version of each prompt on each side, and the name of the side in outputs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from basalt_cli.errors import UsageError
from basalt_cli.format.prompt.closure import Closure
from basalt_cli.model.pointer import Pointers
from basalt_cli.text.reference import Reference, SelectorKind, parse_selector
from basalt_cli.text.slug import is_pattern, path_of
from basalt_cli.versions.reach import find_pointers
from basalt_cli.versions.references import find_commit, open_catalog, open_head, parse_argument, read_place
from basalt_cli.workspace.catalog import Catalog
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.prompt_tree import OverlaidTree
from basalt_cli.workspace.trunk import get_trunk, require_environment

WORKING_TREE = "working tree"
STAGED = "index"
STDIN = "-"


class TrunkPointers:
    """The pointers on the trunk, read once a command, and only where a side or a removed prompt needs them."""

    def __init__(self, project: Project) -> None:
        self._project = project

    @cached_property
    def found(self) -> Pointers | None:
        """The pointers of all environments; None without a repository or a trunk."""
        return find_pointers(self._project)

    def get(self) -> Pointers:
        """Return the pointers of all environments; raise NotFoundError without a trunk."""
        if self.found is None:
            get_trunk(self._project)
        return self.found or {}

    def list_environments(self, slug: str) -> tuple[str, ...] | None:
        """Return the environments that run a prompt; None without a repository or a trunk."""
        if self.found is None:
            return None
        return tuple(name for name, deployed in self.found.items() if slug in deployed)


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

    def __init__(self, project: Project, environment: str, pointers: Pointers) -> None:
        self._project = project
        self._environment = environment
        self._pointers = pointers.get(environment, {})
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
    """Both sides, the slugs and patterns that the request names (none means all prompts), and the pointers."""

    old: DiffSide
    new: DiffSide
    slugs: tuple[str, ...]
    pointers: TrunkPointers

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
    pointers = TrunkPointers(project)
    texts = request.references
    if request.environments:
        return Sides(*_open_environments(project, request, pointers), _parse_slugs(project, texts), pointers)
    if request.is_staged:
        if any(_names_version(text) for text in texts):
            raise UsageError("--staged compares HEAD with the index", hint="Name prompts only, or leave --staged out.")
        staged = Catalog(project.open_staged(), project.config.prompts, "in the index")
        return Sides(_open_head(project), TreeSide(staged, STAGED), _parse_slugs(project, texts), pointers)
    if texts and ".." in texts[0]:
        old, _, new = texts[0].partition("..")
        ends = [_open_end(project, end or "HEAD", pointers) for end in (old, new.lstrip("."))]
        return Sides(ends[0], ends[1], _parse_slugs(project, texts[1:]), pointers)
    if not texts:
        return Sides(_open_head(project), _open_working_tree(project), (), pointers)
    first = parse_argument(project, texts[0])
    before = _open_version(project, first) if first.selector is not None else _open_head(project)
    return Sides(before, _open_second(project, request, first.slug), (first.slug,), pointers)


def _names_version(text: str) -> bool:
    return "@" in text or ".." in text


def _parse_slugs(project: Project, texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text if is_pattern(text) else parse_argument(project, text).slug for text in texts)


def _open_environments(project: Project, request: DiffRequest, pointers: TrunkPointers) -> tuple[DiffSide, DiffSide]:
    if len(request.environments) > 2 or any(_names_version(text) for text in request.references):
        hint = "As in basalt diff support/reply --env staging --env production."
        raise UsageError("--env takes one or two environments, and prompts without a version", hint=hint)
    for name in request.environments:
        require_environment(project, name)
    sides = [EnvironmentSide(project, name, pointers.get()) for name in request.environments]
    return sides[0], sides[1] if len(sides) == 2 else _open_working_tree(project)


def _open_end(project: Project, selector: str, pointers: TrunkPointers) -> DiffSide:
    """Return the side at one end of a range; raise UsageError for a selector that differs for each prompt."""
    kind = parse_selector(selector, project.config.environment_names).kind
    if kind is SelectorKind.ENVIRONMENT:
        return EnvironmentSide(project, selector, pointers.get())
    if kind in (SelectorKind.BACK, SelectorKind.RELEASE):
        hint = f"Name one prompt: basalt diff SLUG@{selector}."
        raise UsageError(f"{selector!r} means another commit for each prompt", hint=hint)
    return _open_version(project, Reference("", selector))


def _open_second(project: Project, request: DiffRequest, slug: str) -> TreeSide:
    """Return the side of the second reference, the working tree where there is none."""
    texts = request.references
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
    return _open_version(project, second) if second.selector is not None else _open_working_tree(project)


def _open_version(project: Project, reference: Reference) -> TreeSide:
    commit = find_commit(project, reference)
    label = f"{reference.selector} ({commit[:9]})" if reference.selector != commit[:9] else commit[:9]
    return TreeSide(open_catalog(project, commit, reference.selector), label)


def _open_head(project: Project) -> TreeSide:
    commit, catalog = open_head(project)
    return TreeSide(catalog, f"HEAD ({commit[:9]})")


def _open_working_tree(project: Project) -> TreeSide:
    return TreeSide(open_catalog(project, None), WORKING_TREE)
