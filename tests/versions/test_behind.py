"""How many versions a pointer is behind."""

from __future__ import annotations

from basalt_cli.versions.behind import count_behind, count_behind_versions
from basalt_cli.versions.lookup import find_versions
from basalt_cli.workspace.project import open_project

from tests.support import PROMPT, Repo


def make_line(repo: Repo, count: int) -> list[str]:
    return [
        repo.commit(str(number), {"prompts/greeting.yaml": PROMPT.replace("Hello", f"Hello {number}")})
        for number in range(count)
    ]


def test_on_one_line_each_version_counts_once(repo: Repo) -> None:
    line = make_line(repo, 4)
    repo.commit("Something else", {"README.md": "x\n"})
    project = open_project(repo.path)
    pointers = {("greeting", f"at-{number}"): commit for number, commit in enumerate(line)}
    counts = count_behind(project, repo.head, pointers)
    assert counts == {("greeting", f"at-{number}"): 3 - number for number in range(4)}
    project.close()


def test_a_side_branch_counts_what_the_pointer_does_not_reach(repo: Repo) -> None:
    (base,) = make_line(repo, 1)
    repo.git("switch", "--quiet", "--create", "side")
    side = repo.commit("side", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Side")})
    repo.git("switch", "--quiet", "main")
    repo.commit("main", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Main")})
    repo.git("merge", "--quiet", "-s", "ours", "-m", "Merge", "side")
    project = open_project(repo.path)
    counts = count_behind(project, repo.head, {("greeting", "a"): base, ("greeting", "b"): side})
    # An -s ours merge keeps the closure of its first parent: the side is not reached from the newest version.
    assert counts == {("greeting", "a"): 1, ("greeting", "b"): 1}
    project.close()


def test_counts_are_remembered_by_both_versions(repo: Repo) -> None:
    line = make_line(repo, 3)
    project = open_project(repo.path)
    latest = find_versions(project, ["greeting"], repo.head)
    asked = {("greeting", "staging"): line[0]}
    assert count_behind_versions(project, repo.head, latest, asked) == {("greeting", "staging"): 2}
    assert count_behind_versions(project, repo.head, latest, asked) == {("greeting", "staging"): 2}
    project.close()
