"""The status: the version of every prompt by environment, how many versions behind it is, and flaws of pointers."""

from __future__ import annotations

from basalt_cli.diff.many import Step, compare_steps
from basalt_cli.git.command import list_config
from basalt_cli.model.change import Risk, worst_risk
from basalt_cli.model.config import DEPLOYMENTS_NAME
from basalt_cli.model.pointer import Pointers
from basalt_cli.model.status import DeployedVersion, PromptStatus, Status
from basalt_cli.model.version import Version
from basalt_cli.pointers.integrity import find_flaws
from basalt_cli.pointers.plain_deployments import has_pointers
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.versions.behind import count_behind_versions
from basalt_cli.versions.listing import read_releases
from basalt_cli.versions.lookup import find_versions
from basalt_cli.versions.references import open_catalog
from basalt_cli.workspace.outlines import OutlineReader
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import Trunk


def compute_status(state: TrunkState) -> Status:
    """Return the state of every prompt on the trunk or in an environment."""
    project, trunk, pointers = state.checkout, state.trunk, state.pointers
    catalog = open_catalog(project, trunk.commit, project.config.trunk)
    environments = project.config.environment_names
    slugs = sorted({*catalog.slugs, *(slug for name in environments for slug in pointers.get(name, {}))})
    latest = find_versions(project, slugs, trunk.commit)
    reader = _Reader(project, trunk, pointers, latest)
    prompts = tuple(
        PromptStatus(
            slug, latest.get(slug), {name: found for name in environments if (found := reader.find(name, slug))}
        )
        for slug in slugs
    )
    return Status(environments, prompts, tuple(_notes(state)))


class _Reader:
    """Describes pointers one by one, from what was computed for all of them at once."""

    def __init__(self, project: Project, trunk: Trunk, pointers: Pointers, latest: dict[str, Version]) -> None:
        self._pointers = pointers
        self._latest = latest
        self._outlines = OutlineReader(project)
        self._trunk = trunk
        self._flaws = {(flaw.environment, flaw.slug): flaw for flaw in find_flaws(project, trunk, pointers)}
        self._behind = self._count_behind(project)
        self._releases = read_releases(project)
        self._risks = self._find_risks(project)

    def find(self, environment: str, slug: str) -> DeployedVersion | None:
        """Return what an environment runs of a prompt; None where it has no pointer."""
        pointer = self._pointers.get(environment, {}).get(slug)
        if pointer is None:
            return None
        key = (slug, environment)
        release = self._releases.get((slug, pointer.digest))
        return DeployedVersion(
            pointer, release, self._behind.get(key), self._risks.get(key), self._flaws.get((environment, slug))
        )

    def _find_risks(self, project: Project) -> dict[tuple[str, str], Risk]:
        """Return the risk of advancing each pointer to the newest version, where it is behind."""
        steps = {key: self._to_step(*key) for key, behind in self._behind.items() if behind}
        changes = compare_steps(project, list(steps.values()))
        return {key: worst_risk(found) for key, found in zip(steps, changes, strict=True)}

    def _to_step(self, slug: str, environment: str) -> Step:
        pointer, newest = self._pointers[environment][slug], self._latest.get(slug)
        new = (newest.commit.id, newest.digest) if newest is not None else None
        # The digest of what the commit has is compared, not the digest that the pointer claims.
        digest = self._outlines.find_digest(pointer.version, slug)
        return Step(slug, (pointer.version, digest) if digest is not None else None, new)

    def _count_behind(self, project: Project) -> dict[tuple[str, str], int | None]:
        counts: dict[tuple[str, str], int | None] = {}
        asked: dict[tuple[str, str], str] = {}
        for environment, slugs in self._pointers.items():
            for slug, pointer in slugs.items():
                newest = self._latest.get(slug)
                flaw = self._flaws.get((environment, slug))
                if flaw is not None and flaw.is_gone:
                    counts[slug, environment] = None
                elif newest is not None and newest.digest == pointer.digest:
                    counts[slug, environment] = 0
                else:
                    asked[slug, environment] = pointer.version
        return {**counts, **(count_behind_versions(project, self._trunk.commit, self._latest, asked) if asked else {})}


def _notes(state: TrunkState) -> list[str]:
    project, trunk, pointers = state.checkout, state.trunk, state.pointers
    unknown = [name for name, slugs in pointers.items() if slugs and name not in project.config.environment_names]
    undeclared = [f"there are pointers for {name!r}, which basalt.yaml does not declare" for name in unknown]
    return [*([trunk.warning] if trunk.warning else []), *undeclared, *_notes_on_tags(state)]


def _notes_on_tags(state: TrunkState) -> list[str]:
    """Return what hides pointer tags, or what looks like a pointer and is none."""
    project = state.checkout
    if state.policy.deployments != "tags":
        return []
    notes = []
    if "--no-tags" in list_config(project.repository, r"^remote\..*\.tagopt$").values():
        notes.append("this clone fetches no tags, and pointers are tags here: run basalt doctor")
    left = project.read_committed(state.commit, DEPLOYMENTS_NAME)
    if left is not None and has_pointers(left):
        notes.append(f"{DEPLOYMENTS_NAME} has pointers, which are ignored while basalt.yaml has deployments: tags")
    return notes
