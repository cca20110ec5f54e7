"""The versions of one prompt, through renames, merges and deletions."""

from __future__ import annotations

from basalt_cli.versions.one_prompt import list_versions, walk_exactly
from basalt_cli.workspace.closures import ClosureReader
from basalt_cli.workspace.project import open_project

from tests.support import PROMPT, Repo

LONG = "description: A prompt with enough text that git finds it again after a rename.\n" + PROMPT


def listed(repo: Repo, slug: str, commit: str = "HEAD") -> list[tuple[str, str]]:
    """Return slug and subject of each version, which both walks must agree on."""
    project = open_project(repo.path)
    tip = repo.git("rev-parse", commit)
    quick = [(e.version.slug, e.version.commit.subject) for e in list_versions(project, slug, tip)]
    exact = [
        (e.version.slug, e.version.commit.subject) for e in walk_exactly(project, slug, tip, ClosureReader(project))
    ]
    project.close()
    assert sorted(exact) == sorted(quick)
    return quick


def test_a_rename_continues_under_the_earlier_slug(repo: Repo) -> None:
    repo.commit("One", {"prompts/old.yaml": LONG})
    repo.commit("Two", {"prompts/old.yaml": LONG.replace("Hello", "Hi")})
    (repo.path / "prompts/new").mkdir()
    repo.git("mv", "prompts/old.yaml", "prompts/new/name.yaml")
    repo.commit("Rename")
    repo.commit("Three", {"prompts/new/name.yaml": LONG.replace("Hello", "Hey")})
    assert listed(repo, "new/name") == [
        ("new/name", "Three"),
        ("new/name", "Rename"),
        ("old", "Two"),
        ("old", "One"),
    ]


def test_previous_is_the_closure_at_the_first_parent(repo: Repo) -> None:
    repo.commit("One", {"prompts/old.yaml": LONG})
    repo.git("mv", "prompts/old.yaml", "prompts/new.yaml")
    repo.commit("Rename")
    project = open_project(repo.path)
    for entries in (
        list(list_versions(project, "new", repo.head)),
        list(walk_exactly(project, "new", repo.head, ClosureReader(project))),
    ):
        paths = [entry.previous.path if entry.previous is not None else None for entry in entries]
        assert paths == ["old.yaml", None]
    project.close()


def test_both_sides_of_a_merge_and_a_rename_on_one(repo: Repo) -> None:
    repo.commit("One", {"prompts/old.yaml": LONG, "prompts/voice.md": "x\n"})
    repo.git("switch", "--quiet", "--create", "side")
    repo.git("mv", "prompts/old.yaml", "prompts/new.yaml")
    repo.commit("Rename")
    repo.git("switch", "--quiet", "main")
    repo.commit("Two", {"prompts/old.yaml": LONG.replace("Hello", "Hi")})
    repo.git("merge", "--quiet", "--no-edit", "-m", "Merge", "side")
    newest, *others = listed(repo, "new")
    # The two sides have one time, so git may list either first.
    assert (newest, others[-1]) == (("new", "Merge"), ("old", "One"))
    assert sorted(others[:-1]) == [("new", "Rename"), ("old", "Two")]


def test_a_deletion_does_not_end_the_history(repo: Repo) -> None:
    repo.commit("One", {"prompts/x.yaml": LONG})
    repo.git("rm", "--quiet", "prompts/x.yaml")
    repo.commit("Gone")
    repo.commit("Back", {"prompts/x.yaml": LONG.replace("Hello", "Hi")})
    assert listed(repo, "x") == [("x", "Back"), ("x", "One")]
    assert listed(repo, "x", "HEAD~1") == []


def test_line_ends_alone_are_no_version(repo: Repo) -> None:
    repo.commit("One", {"prompts/x.yaml": LONG})
    repo.commit("CRLF", {"prompts/x.yaml": LONG.replace("\n", "\r\n")})
    assert listed(repo, "x") == [("x", "One")]
