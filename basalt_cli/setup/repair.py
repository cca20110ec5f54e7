"""Fix what ``doctor`` found, where a fix is safe."""

from __future__ import annotations

from basalt_cli.git.command import write_commit_graph
from basalt_cli.model.change import Risk
from basalt_cli.model.diagnosis import Diagnosis
from basalt_cli.model.pointer import Move, Plan, Pointer
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.pointers.types import Delivery
from basalt_cli.setup.scaffold import MERGE_ATTRIBUTE, add_attributes, install_merge_driver
from basalt_cli.versions.lookup import find_again
from basalt_cli.workspace.project import Project


def fix(project: Project, found: tuple[Diagnosis, ...]) -> tuple[str, ...]:
    """Fix the diagnoses that have a fix, and return a line about each fix."""
    done = []
    kinds = {diagnosis.fix for diagnosis in found}
    if "commit-graph" in kinds:
        write_commit_graph(project.repository)
        done.append("wrote a commit-graph")
    if "merge-driver" in kinds and project.root is not None:
        add_attributes(project.root, MERGE_ATTRIBUTE)
        install_merge_driver(project.repository)
        done.append("installed the merge driver; commit .gitattributes")
    subjects = [diagnosis.subject for diagnosis in found if diagnosis.fix == "repoint" and diagnosis.subject]
    if subjects:
        done += _repoint(project, subjects)
    return tuple(done)


def _repoint(project: Project, subjects: list[str]) -> list[str]:
    """Point pointers at the commit of the trunk that has the same digest, so that each keeps what it runs."""
    state = TrunkState(project)
    moves = []
    for subject in subjects:
        environment, slug = subject.split(" ")
        old = state.pointers[environment][slug]
        again = find_again(project, state.trunk, slug, old.digest)
        if again is not None and again.commit.id != old.version:
            new = Pointer(again.commit.id, old.digest, old.rollout)
            moves.append(Move(slug, environment, old, new, risk=Risk.NONE))
    if not moves:
        return []
    plan = Plan("repair", tuple(moves), "the commit is not on the trunk; this one has the same digest")
    state.open_writer().write(plan, Delivery())
    return [
        f"{move.environment} runs {move.slug} at {move.new.version[:9]} now: the same digest"
        for move in moves
        if move.new is not None
    ]
