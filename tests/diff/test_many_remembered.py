"""Many comparisons at once: the changes are those of comparing anew, whatever is remembered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from basalt_cli.diff import many
from basalt_cli.diff.many import Step, compare_steps, open_comparison
from basalt_cli.model.change import Change
from basalt_cli.versions.references import open_catalog
from basalt_cli.workspace.outlines import OutlineReader
from basalt_cli.workspace.project import Project, open_project

from tests.support import Repo, make_repo

COUNT = 50
Open = Callable[[], Project]


def edition(word: str) -> dict[str, str]:
    return {f"prompts/p{n}.yaml": f"prompt: '{word} {n} {{% include \"voice.md\" %}}'\n" for n in range(COUNT)}


@pytest.fixture
def crowd(tmp_path: Path) -> Repo:
    """Many prompts that include one partial: a first edition, a second one, and a third with another partial."""
    repo = make_repo(tmp_path / "crowd", {**edition("one"), "prompts/voice.md": "Kindly.\n"})
    repo.commit("Second", edition("two"))
    repo.commit("Partial", {"prompts/voice.md": "Gladly.\n"})
    return repo


def compare(repo: Repo, old: str, new: str) -> dict[str, tuple[Change, ...]]:
    project = open_project(repo.path)
    sides = [open_catalog(project, repo.git("rev-parse", revision), revision) for revision in (old, new)]
    comparison = open_comparison(project, *sides)
    assert comparison is not None
    found = comparison.compare([f"p{n}" for n in range(COUNT)])
    project.close()
    return {slug: compared.changes for slug, compared in found.items()}


def refuse(*_: object) -> tuple[Change, ...]:
    raise AssertionError


def test_trees_are_compared_once(crowd: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    first = compare(crowd, "HEAD~2", "HEAD~1")
    assert len(first) == COUNT
    assert all(changes for changes in first.values())
    monkeypatch.setattr(many, "_compare_closures", refuse)
    assert compare(crowd, "HEAD~2", "HEAD~1") == first


def test_another_partial_is_another_comparison(crowd: Repo) -> None:
    """The key of a comparison of trees names the prompt's own file only."""
    assert len(compare(crowd, "HEAD~1", "HEAD")) == COUNT
    assert compare(crowd, "HEAD~1", "HEAD~1") == {}
    both, words = compare(crowd, "HEAD~2", "HEAD"), compare(crowd, "HEAD~2", "HEAD~1")
    assert both.keys() == words.keys()
    assert all(both[slug] != words[slug] for slug in both)
    assert compare(crowd, "HEAD~2", "HEAD~1") == words


def test_steps_are_compared_once(crowd: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = crowd.git("rev-parse", "HEAD~1"), crowd.head

    def run() -> list[tuple[Change, ...]]:
        project = open_project(crowd.path)
        outlines = OutlineReader(project)
        digests = [[outlines.find_digest(commit, f"p{n}") or "" for commit in (old, new)] for n in range(COUNT)]
        steps = [Step(f"p{n}", (old, before), (new, after)) for n, (before, after) in enumerate(digests)]
        steps += [steps[0], Step("p0", steps[0].old, None), Step("p0", None, steps[0].new), Step("none", None, None)]
        found = compare_steps(project, steps)
        project.close()
        return found

    first = run()
    assert len(first) == COUNT + 4
    assert first[0] == first[COUNT] != ()
    assert [[change.code for change in changes] for changes in first[COUNT + 1 :]] == [
        ["prompt-removed"],
        ["prompt-added"],
        [],
    ]
    monkeypatch.setattr(many, "_compare_closures", refuse)
    assert run() == first


def test_few_comparisons_leave_no_store(crowd: Repo) -> None:
    crowd.commit("One", {"prompts/p7.yaml": "prompt: other\n"})
    assert list(compare(crowd, "HEAD~1", "HEAD")) == ["p7"]
    assert not (crowd.path / ".git/basalt").exists()
