from __future__ import annotations

import pytest
from basalt_cli.diff.many import Step, compare_steps
from basalt_cli.versions.references import open_catalog
from basalt_cli.workspace.project import open_project

from tests.diff.git_watch import GitWatch
from tests.support import Repo

SLUGS = [f"p{number:02}" for number in range(48)]


def find_side(repo: Repo, commit: str, slug: str) -> tuple[str, str] | None:
    """Return commit and digest of a prompt; None where it does not exist."""
    project = open_project(repo.path)
    closure = open_catalog(project, commit).find_closure(slug)
    project.close()
    return (commit, closure.digest) if closure is not None else None


def codes(repo: Repo, steps: list[Step]) -> list[list[str]]:
    project = open_project(repo.path)
    found = compare_steps(project, steps)
    project.close()
    return [[change.code for change in changes] for changes in found]


def test_each_step_has_its_changes_in_order(repo: Repo) -> None:
    one = repo.commit("One", {"prompts/a.yaml": "prompt: one\n"})
    two = repo.commit("Two", {"prompts/a.yaml": "prompt: two\n", "prompts/b.yaml": "prompt: b\n"})
    sides = {(commit, slug): find_side(repo, commit, slug) for commit in (one, two) for slug in "ab"}
    changed = Step("a", sides[one, "a"], sides[two, "a"])
    added = Step("b", sides[one, "b"], sides[two, "b"])
    assert added.old is None
    same = Step("a", sides[two, "a"], sides[two, "a"])
    removed = Step("b", sides[two, "b"], None)
    steps = [changed, added, same, removed, changed]
    assert codes(repo, steps) == [["wording"], ["prompt-added"], [], ["prompt-removed"], ["wording"]]
    assert codes(repo, []) == []
    assert codes(repo, steps * 10) == [["wording"], ["prompt-added"], [], ["prompt-removed"], ["wording"]] * 10


def test_a_key_names_the_slug_and_both_digests() -> None:
    assert Step("a/b", ("1" * 40, "sha256:x"), ("2" * 40, "sha256:y")).key == "a/b sha256:x sha256:y"
    assert Step("a", None, ("2" * 40, "sha256:y")).key == "a - sha256:y"
    assert Step("a", ("1" * 40, "sha256:x"), None).key == "a sha256:x -"


@pytest.mark.parametrize(("count", "is_remembered"), [(47, False), (48, True)])
def test_many_steps_are_remembered_by_their_digests(
    count: int, is_remembered: bool, repo: Repo, git_watch: GitWatch
) -> None:
    one, two = (
        repo.commit(word, {f"prompts/{slug}.yaml": f"prompt: {word} {slug}\n" for slug in SLUGS})
        for word in ("one", "two")
    )
    steps = [Step(slug, find_side(repo, one, slug), find_side(repo, two, slug)) for slug in SLUGS[:count]]
    words = [["wording"]] * count
    assert codes(repo, steps) == words
    git_watch.reset()
    assert codes(repo, steps) == words
    assert bool(git_watch.objects) is not is_remembered
