"""Versions, checked against an oracle that recomputes every closure at every commit by the words of the definition."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from basalt_cli.format.prompt.closure import Closure, collect_closure
from basalt_cli.versions.behind import count_behind
from basalt_cli.versions.lookup import find_version_of, find_versions
from basalt_cli.versions.one_prompt import list_versions, walk_exactly
from basalt_cli.workspace.closures import ClosureReader
from basalt_cli.workspace.project import Project, open_project

from tests.support import Repo, make_repo

INCLUDING = 'prompt: |\n  {% include "partials/voice.md" ignore missing %}\n  {% include "partials/extra.md" ignore missing %}\n'


class Oracle:
    """Walk the definition: to the first parent, in parent order, with an equal closure, until none has."""

    def __init__(self, repo: Repo, slug: str) -> None:
        self.repo = repo
        self.slug = slug
        self.closures: dict[str, Closure | None] = {}
        self.parents: dict[str, list[str]] = {}
        for line in repo.git("rev-list", "--parents", "--all").splitlines():
            commit, *parents = line.split()
            self.parents[commit] = parents

    def closure(self, commit: str) -> Closure | None:
        if commit not in self.closures:
            names = self.repo.git("ls-tree", "-r", "--name-only", commit, "--", "prompts/").splitlines()
            files = {
                name.removeprefix("prompts/"): (self.repo.git("show", f"{commit}:{name}") + "\n").encode()
                for name in names
            }
            self.closures[commit] = collect_closure(self.slug, files.get)
        return self.closures[commit]

    def digest(self, commit: str) -> str | None:
        closure = self.closure(commit)
        return closure.digest if closure else None

    def version(self, commit: str) -> str | None:
        if self.digest(commit) is None:
            return None
        while True:
            same = [parent for parent in self.parents[commit] if self.digest(parent) == self.digest(commit)]
            if not same:
                return commit
            commit = same[0]

    def entries(self, commit: str) -> set[str]:
        found: set[str] = set()
        seen: set[str] = set()
        pending = [commit]
        while pending:
            place = pending.pop()
            if place in seen:
                continue
            seen.add(place)
            version = self.version(place)
            if version is None:
                pending += self.parents[place]
            elif version not in found:
                found.add(version)
                pending += self.parents[version]
        return found


def check(repo: Repo, slugs: tuple[str, ...]) -> None:
    project = open_project(repo.path)
    try:
        for slug in slugs:
            oracle = Oracle(repo, slug)
            for commit in oracle.parents:
                versions = find_versions(project, [slug], commit)
                assert (versions[slug].id if slug in versions else None) == oracle.version(commit)
            for tip in repo.git("for-each-ref", "--format=%(objectname)", "refs/heads").splitlines():
                listed = [found.version.id for found in list_versions(project, slug, tip)]
                assert len(set(listed)) == len(listed)
                expected = oracle.entries(tip) if oracle.digest(tip) is not None else set()
                assert set(listed) == expected
                exact = [found.version.id for found in walk_exactly(project, slug, tip, ClosureReader(project))]
                assert len(set(exact)) == len(exact)
                assert set(exact) == expected
            _check_behind(project, oracle, slug)
    finally:
        project.close()


def _check_behind(project: Project, oracle: Oracle, slug: str) -> None:
    tip = oracle.repo.git("rev-parse", "main")
    pointers = {(slug, commit[:12]): commit for commit in oracle.parents if oracle.version(commit) == commit}
    expected = {key: len(oracle.entries(tip) - oracle.entries(commit)) for key, commit in pointers.items()}
    if oracle.closure(tip) is not None:
        assert count_behind(project, tip, pointers) == expected


def merge(repo: Repo, *branches: str, files: dict[str, str] | None = None, strategy: str = "") -> None:
    options = ["-s", strategy] if strategy else []
    repo.git("merge", "--quiet", "--no-ff", "--no-commit", *options, *branches, check=False)
    for name, text in (files or {}).items():
        repo.write(name, text)
    repo.git("add", "--all")
    repo.git("commit", "--quiet", "--allow-empty", "-m", f"merge {branches}")


@pytest.fixture
def history(tmp_path: Path) -> Repo:
    return make_repo(tmp_path / "history", {"prompts/a.yaml": "prompt: one\n", "prompts/b.yaml": INCLUDING})


def test_a_straight_line(history: Repo) -> None:
    history.commit("two", {"prompts/a.yaml": "prompt: two\n"})
    history.commit("unrelated", {"README.md": "x"})
    history.commit("partial", {"prompts/partials/voice.md": "voice"})
    history.commit("back", {"prompts/a.yaml": "prompt: one\n"})
    history.commit("unrelated again", {"README.md": "y"})
    check(history, ("a", "b", "nope"))


def test_a_revert_is_a_new_version_with_an_old_digest(history: Repo) -> None:
    first = history.head
    history.commit("two", {"prompts/a.yaml": "prompt: two\n"})
    third = history.commit("back", {"prompts/a.yaml": "prompt: one\n"})
    project = open_project(history.path)
    found = [entry.version for entry in list_versions(project, "a", "main")]
    project.close()
    assert [version.id for version in found][::2] == [third, first]
    assert found[0].digest == found[2].digest


def test_a_prompt_that_goes_and_comes_again(history: Repo) -> None:
    (history.path / "prompts/a.yaml").unlink()
    history.commit("gone")
    history.commit("again", {"prompts/a.yaml": "prompt: one\n"})
    check(history, ("a", "b"))


def test_a_merge_that_keeps_one_side_is_no_version(history: Repo) -> None:
    history.git("switch", "--quiet", "-c", "side")
    history.commit("side", {"prompts/a.yaml": "prompt: side\n"})
    history.git("switch", "--quiet", "main")
    history.commit("main", {"prompts/b.yaml": INCLUDING + "name: x\n"})
    merge(history, "side")
    history.commit("after", {"README.md": "z"})
    check(history, ("a", "b"))


@pytest.mark.parametrize("strategy", ["ours", ""])
def test_merges_of_changes_on_both_sides(history: Repo, strategy: str) -> None:
    history.git("switch", "--quiet", "-c", "side")
    history.commit("side", {"prompts/a.yaml": "prompt: side\n", "prompts/partials/voice.md": "side"})
    history.git("switch", "--quiet", "main")
    history.commit("main", {"prompts/a.yaml": "prompt: main\n", "prompts/partials/extra.md": "main"})
    merge(history, "side", strategy=strategy, files={} if strategy else {"prompts/a.yaml": "prompt: both\n"})
    check(history, ("a", "b"))


def test_an_evil_merge_of_branches_that_changed_nothing(history: Repo) -> None:
    """Both parents are cut down to one commit, and the change of the merge itself must still be seen."""
    history.git("switch", "--quiet", "-c", "side")
    history.commit("side", {"README.md": "side"})
    history.git("switch", "--quiet", "main")
    history.commit("main", {"LICENSE": "main"})
    merge(history, "side", files={"prompts/a.yaml": "prompt: evil\n"})
    history.commit("after", {"README.md": "after"})
    check(history, ("a", "b"))


def test_an_octopus_and_a_criss_cross(history: Repo) -> None:
    for name in ("x", "y", "z"):
        history.git("switch", "--quiet", "-c", name, "main")
        history.commit(name, {f"prompts/partials/{'voice' if name == 'x' else 'extra'}.md": name, f"{name}.txt": name})
    history.git("switch", "--quiet", "main")
    merge(history, "x", "y")
    for left, right in (("one", "two"), ("two", "one")):
        history.git("branch", left, "main", check=False)
        history.git("switch", "--quiet", left)
        history.commit(left, {"prompts/a.yaml": f"prompt: {left}\n"})
        history.git("branch", f"{left}-tip")
        merge(history, right, files={"prompts/a.yaml": f"prompt: {left}{right}\n"})
    history.git("switch", "--quiet", "main")
    merge(history, "one")
    merge(history, "two-tip", strategy="ours")
    check(history, ("a", "b"))


def test_line_ends_and_modes_are_no_versions(history: Repo) -> None:
    first = history.head
    history.commit("windows", {"prompts/a.yaml": "prompt: one\r\n"})
    (history.path / "prompts/a.yaml").chmod(0o755)
    history.commit("mode")
    project = open_project(history.path)
    assert find_versions(project, ["a"], history.head)["a"].id == first
    project.close()


@pytest.mark.parametrize("seed", range(6))
def test_random_histories(tmp_path: Path, seed: int) -> None:
    choose = random.Random(seed)
    repo = make_repo(tmp_path / "random", {"prompts/a.yaml": "prompt: 0\n", "prompts/b.yaml": INCLUDING})
    for index, _ in enumerate(itertools.repeat(None, 14)):
        action = choose.random()
        branches = repo.git("for-each-ref", "--format=%(refname:short)", "refs/heads").splitlines()
        if action < 0.2:
            repo.git("switch", "--quiet", "-c", f"b{index}")
        elif action < 0.35:
            repo.git("switch", "--quiet", choose.choice(branches))
        elif action < 0.55:
            other = choose.choice(branches)
            merge(repo, other, files=dict(_edits(choose, 0.4)), strategy=choose.choice(["", "ours"]))
        else:
            repo.commit(f"c{index}", dict(_edits(choose, 1.0)))
    repo.git("branch", "--force", "main", "HEAD", check=False)
    check(repo, ("a", "b"))


def _edits(choose: random.Random, chance: float) -> Iterator[tuple[str, str]]:
    if choose.random() < chance:
        name = choose.choice(["prompts/a.yaml", "prompts/partials/voice.md", "prompts/partials/extra.md", "README.md"])
        text = str(choose.randrange(3))
        yield name, f"prompt: {text}\n" if name.endswith(".yaml") else text


def test_several_prompts_are_found_in_one_walk(history: Repo) -> None:
    a = history.commit("a", {"prompts/a.yaml": "prompt: two\n"})
    b = history.commit("b", {"prompts/partials/voice.md": "x"})
    project = open_project(history.path)
    assert {slug: version.id for slug, version in find_versions(project, ["a", "b"], history.head).items()} == {
        "a": a,
        "b": b,
    }
    project.close()


def test_a_shallow_boundary_is_no_version(history: Repo, tmp_path: Path) -> None:
    history.commit("b", {"prompts/b.yaml": INCLUDING + "name: x\n"})
    history.git("clone", "--quiet", "--depth=1", f"file://{history.path}", str(tmp_path / "shallow"))
    project = open_project(tmp_path / "shallow")
    versions = find_versions(project, ["a"], "HEAD")
    assert versions["a"].id is None
    assert versions["a"].digest.startswith("sha256:")
    project.close()


def test_the_working_tree_has_a_version_while_nothing_is_edited(history: Repo) -> None:
    project = open_project(history.path)
    closure = collect_closure("a", lambda path: (history.path / "prompts" / path).read_bytes())
    assert closure is not None
    assert find_version_of(project, "a", None, closure.digest) == history.head
    assert find_version_of(project, "a", None, "sha256:other") is None
    project.close()


def test_lines_that_need_different_files_are_kept_apart(history: Repo) -> None:
    """Behind a merge that is a version, one side includes a partial and the other does not."""
    history.git("switch", "--quiet", "-c", "side", "main")
    history.commit(
        "include",
        {"prompts/a.yaml": "prompt: '{% include \"partials/voice.md\" %}'\n", "prompts/partials/voice.md": "one\n"},
    )
    history.commit("voice", {"prompts/partials/voice.md": "two\n"})
    history.git("switch", "--quiet", "main")
    history.commit("plain", {"prompts/a.yaml": "prompt: plain\n"})
    merge(history, "side", files={"prompts/a.yaml": "prompt: both\n"})
    history.commit("after", {"prompts/a.yaml": "prompt: after\n"})
    check(history, ("a", "b"))
    project = open_project(history.path)
    assert len(list(list_versions(project, "a", history.head))) == 6
    project.close()
