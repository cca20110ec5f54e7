"""What is remembered of versions, outlines and changes gives the answers that working them out anew gives."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from basalt_cli.versions import behind, lookup
from basalt_cli.versions.behind import count_behind, count_behind_versions
from basalt_cli.versions.lookup import find_versions
from basalt_cli.workspace import outlines
from basalt_cli.workspace.closures import ClosureReader
from basalt_cli.workspace.outlines import OutlineReader
from basalt_cli.workspace.project import open_project

from tests.support import Repo, make_repo
from tests.versions.fast_import import Importer
from tests.versions.test_imported_histories import START, _random_files
from tests.versions.test_walk import INCLUDING, Oracle


@pytest.fixture(autouse=True)
def _remember_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "_FEWEST_TO_REMEMBER", 2)
    for module, kind in ((behind, "_COUNTS"), (outlines, "_INCLUDES"), (outlines, "_DIGESTS")):
        monkeypatch.setattr(module, kind, getattr(module, kind)._replace(fewest_new=1))


def _random_repo(folder: Path, seed: int) -> Repo:
    choose = random.Random(seed)
    made = Importer()
    made.commit(files=START)
    for number in range(2, 26):
        count = choose.choices([1, 2], [6, 3])[0]
        # The line mostly goes on from the newest commit, as a trunk does.
        parents = [number - 1, *choose.sample(range(max(1, number - 6), number), min(count, number - 1))][:count]
        made.commit(list(dict.fromkeys(parents)), _random_files(choose))
    made.branch("main", 25)
    return made.write(folder)


@pytest.mark.parametrize("seed", range(8))
def test_versions_are_the_oracles_whatever_is_remembered(tmp_path: Path, seed: int) -> None:
    repo = _random_repo(tmp_path / "made", seed)
    oracles = [Oracle(repo, slug) for slug in ("a", "b")]
    commits = repo.git("rev-list", "--reverse", "--topo-order", "main").splitlines()
    choose = random.Random(seed)
    # Forward as a trunk grows, then anywhere: what is remembered is of another commit each time.
    for commit in [*commits, *choose.sample(commits, 10)]:
        project = open_project(repo.path)
        found = find_versions(project, ["a", "b"], commit)
        project.close()
        for oracle in oracles:
            expected = oracle.version(commit)
            assert (found[oracle.slug].id if oracle.slug in found else None) == expected
    assert list((repo.path / ".git/basalt").glob("versions-*.json"))


def test_a_side_that_came_back_to_the_same_is_not_mistaken(tmp_path: Path) -> None:
    """The trunk went away from a content and back; a branch from before that is merged as the first parent."""
    made = Importer()
    one = made.commit(files=START)
    away = made.commit([one], {"a.yaml": "prompt: away\n"})
    back = made.commit([away], {"a.yaml": START["a.yaml"]})
    side = made.commit([one], {"README.md": "side"})
    merged = made.commit([side, back])
    made.branch("main", merged)
    repo = made.write(tmp_path / "made")
    oracle = Oracle(repo, "a")
    project = open_project(repo.path)
    marks = repo.git("rev-list", "--topo-order", "--reverse", "main").splitlines()
    for commit in (next(c for c in marks if repo.git("log", "-1", "--format=%s", c) == "Commit 3"), marks[-1]):
        assert find_versions(project, ["a", "b"], commit)["a"].id == oracle.version(commit)
    project.close()


@pytest.mark.parametrize("seed", range(4))
def test_counts_are_the_same_the_second_time(tmp_path: Path, seed: int) -> None:
    repo = _random_repo(tmp_path / "made", seed)
    tip = repo.git("rev-parse", "main")
    oracle = Oracle(repo, "b")
    pointers = {("b", commit[:10]): commit for commit in oracle.parents if oracle.version(commit) == commit}
    for _ in range(2):
        project = open_project(repo.path)
        latest = find_versions(project, ["a", "b"], tip)
        if "b" in latest:
            expected = count_behind(project, tip, pointers)
            assert count_behind_versions(project, tip, latest, pointers) == expected
        project.close()


@pytest.mark.parametrize("seed", range(3))
def test_outlines_are_those_of_closures(tmp_path: Path, seed: int) -> None:
    repo = _random_repo(tmp_path / "made", seed)
    for _ in range(2):
        project = open_project(repo.path)
        reader, closures = OutlineReader(project), ClosureReader(project)
        for commit in repo.git("rev-list", "main").splitlines():
            for slug in ("a", "b", "nope"):
                closure, outline = closures.find(commit, slug), reader.find(commit, slug)
                expected = (closure.paths, closure.digest) if closure is not None else None
                assert (tuple(outline) if outline is not None else None) == expected
                assert reader.find_digest(commit, slug) == (closure.digest if closure is not None else None)
        project.close()


def test_a_damaged_store_costs_time_only(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "repo", {"prompts/a.yaml": "prompt: one\n", "prompts/b.yaml": INCLUDING})
    expected = None
    for damage in (None, b"", b"{}", b"[1, 2, 3]", b"\0\xff"):
        for store in (repo.path / ".git/basalt").glob("*.json") if damage is not None else ():
            store.write_bytes(damage or b"")
        project = open_project(repo.path)
        found = find_versions(project, ["a", "b"], repo.head)
        project.close()
        expected = expected or found
        assert found == expected
