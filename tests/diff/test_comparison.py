from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from basalt_cli.diff.comparison import compare_sides, diff_prompts
from basalt_cli.diff.sides import DiffRequest
from basalt_cli.errors import NotFoundError
from basalt_cli.model.change import Change, PromptDiff, Risk
from basalt_cli.versions.reach import Reach
from basalt_cli.workspace.project import Project, open_project

from tests.diff.folders import open_folders
from tests.diff.git_watch import GitWatch
from tests.diff.pointing import point
from tests.support import PROMPT, Repo

WORDING = Change("wording", "prompt", "one", "two", Risk.WORDING, "the words of prompt changed: +1 -1 words")


@pytest.fixture
def project(repo: Repo) -> Iterator[Project]:
    opened = open_project(repo.path)
    yield opened
    opened.close()


def summarize(project: Project, *references: str) -> list[tuple[str, list[str]]]:
    """Return slug and codes of each prompt that changed."""
    found = diff_prompts(project, DiffRequest(references))
    return [(diff.slug, [change.code for change in diff.changes]) for diff in found.diffs]


def test_prompts_without_a_change_are_left_out(tmp_path: Path) -> None:
    old = {"a.yaml": "prompt: one\n", "b.yaml": "prompt: one\n", "c/d.yaml": "prompt: one\n"}
    new = {"a.yaml": "prompt: two\n", "b.yaml": "# x\nprompt: one\n", "c/d.yaml": "prompt: two\n"}
    sides = open_folders(tmp_path, old, new)
    diffs = (PromptDiff("a", "old", "new", (WORDING,)), PromptDiff("c/d", "old", "new", (WORDING,)))
    assert compare_sides(sides) == diffs
    assert compare_sides(sides, ["c/d"]) == diffs[1:]
    assert compare_sides(sides, []) == ()


def test_a_side_without_the_prompt_has_no_label(tmp_path: Path) -> None:
    sides = open_folders(tmp_path, {"a.yaml": "prompt: one\n"}, {"b.yaml": "description: Other.\nprompt: two\n"})
    assert compare_sides(sides) == (
        PromptDiff("a", "old", None, (Change("prompt-removed", "", "a", None, Risk.BREAKING, "the prompt was removed"),)),
        PromptDiff("b", None, "new", (Change("prompt-added", "", None, "b", Risk.NONE, "the prompt was added"),)),
    )  # fmt: skip


def test_many_prompts_are_compared_in_several_processes(tmp_path: Path) -> None:
    old, new = ({f"p{number:03}.yaml": f"prompt: {word}\n" for number in range(100)} for word in ("one", "two"))
    diffs = compare_sides(open_folders(tmp_path, old, new))
    assert diffs == tuple(PromptDiff(f"p{number:03}", "old", "new", (WORDING,)) for number in range(100))


def test_slugs_and_patterns_name_prompts_of_either_side(repo: Repo, project: Project) -> None:
    repo.commit("More", {f"prompts/{slug}.yaml": f"prompt: one {slug}\n" for slug in ("a/x", "a/y", "b")})
    repo.git("rm", "-q", "prompts/b.yaml")
    for slug in ("a/x", "a/y", "c"):
        repo.write(f"prompts/{slug}.yaml", f"prompt: two\nname: {slug}\n")
    changed = ["wording", "name"]
    request = "HEAD..HEAD~1"
    assert summarize(project) == [
        ("a/x", changed),
        ("a/y", changed),
        ("b", ["prompt-removed"]),
        ("c", ["prompt-added"]),
    ]
    assert summarize(project, "b") == [("b", ["prompt-removed"])]
    assert summarize(project, "c") == [("c", ["prompt-added"])]
    assert summarize(project, request, "a/*", "b", "a/x") == [
        (slug, ["prompt-removed"]) for slug in ("a/x", "a/y", "b")
    ]
    assert summarize(project, request, "b", "a/y") == [(slug, ["prompt-removed"]) for slug in ("b", "a/y")]


@pytest.mark.parametrize("text", ["greting", "greting*"])
def test_a_prompt_that_neither_side_has_is_not_found(text: str, project: Project) -> None:
    with pytest.raises(NotFoundError) as caught:
        diff_prompts(project, DiffRequest(("HEAD..HEAD", text)))
    assert caught.value.message == f"there is no prompt {text!r} on either side"
    assert caught.value.hint == "Did you mean 'greeting'? Prompts of both sides: greeting."


def test_a_file_named_like_a_pattern_does_not_replace_its_matches(repo: Repo, project: Project) -> None:
    for name in ("greeting", "g*"):
        repo.write(f"prompts/{name}.yaml", "prompt: other\n")
    assert [slug for slug, _ in summarize(project, "HEAD..HEAD", "greeting", "g*")] == []
    repo.commit("Pattern")
    assert [slug for slug, _ in summarize(project, "HEAD~1..HEAD", "greeting", "g*")] == ["greeting"]


def test_a_named_prompt_is_compared_without_reading_other_folders(repo: Repo, git_watch: GitWatch) -> None:
    repo.commit("More", {"prompts/far/a.yaml": "prompt: one\n"})
    repo.write("prompts/greeting.yaml", PROMPT.replace("Hello", "Hi"))
    far = repo.git("rev-parse", "HEAD:prompts/far")
    asked = []
    for references in (("greeting",), (), ("HEAD..", "greeting*")):
        git_watch.reset()
        project = open_project(repo.path)
        diff_prompts(project, DiffRequest(references))
        project.close()
        asked.append(far in git_watch.objects)
    assert asked == [False, True, True]


def test_named_prompts_are_not_joined_to_renames(repo: Repo, project: Project) -> None:
    repo.git("mv", "prompts/greeting.yaml", "prompts/hello.yaml")
    assert summarize(project) == [("hello", ["prompt-moved"])]
    assert summarize(project, "greeting") == [("greeting", ["prompt-removed"])]
    assert summarize(project, "hello") == [("hello", ["prompt-added"])]


def test_removing_or_renaming_hurts_only_where_the_prompt_is_deployed(repo: Repo) -> None:
    first = repo.head
    repo.git("mv", "prompts/greeting.yaml", "prompts/hello.yaml")
    repo.commit("Rename")

    def judge(*references: str) -> list[tuple[Risk, str]]:
        project = open_project(repo.path)
        diffs = diff_prompts(project, DiffRequest(references)).diffs
        project.close()
        return [(change.risk, change.message) for diff in diffs for change in diff.changes]

    assert judge("HEAD~1..HEAD") == [(Risk.NONE, "the prompt was renamed from greeting (not deployed)")]
    assert judge("HEAD~1..HEAD", "greeting") == [(Risk.NONE, "the prompt was removed (not deployed)")]
    point(repo, {"staging": {"greeting": first}, "production": {"greeting": first}})
    message = "the prompt was renamed from greeting (deployed to staging, production)"
    assert judge("HEAD~2..HEAD") == [(Risk.BREAKING, message)]
    message = "the prompt was removed (deployed to staging, production)"
    assert judge("HEAD~2..HEAD", "greeting") == [(Risk.BREAKING, message)]
    assert judge("HEAD..HEAD~2", "greeting") == [(Risk.NONE, "the prompt was added")]


INCLUDING = "prompt: '{% include \"v.md\" %}'\n"


def test_a_partial_stands_for_the_prompts_that_include_it(repo: Repo) -> None:
    files = {"prompts/a.yaml": INCLUDING, "prompts/b.yaml": INCLUDING, "prompts/c.yaml": "prompt: one\n"}
    first = repo.commit("One", {**files, "prompts/v.md": "Be kind."})
    repo.commit(
        "Two", {"prompts/v.md": "Be warm.", "prompts/b.yaml": "prompt: two\n", "prompts/c.yaml": "prompt: two\n"}
    )
    point(repo, {"staging": {"b": first, "c": first}, "production": {}})
    project = open_project(repo.path)
    found = diff_prompts(project, DiffRequest(("v.md", "HEAD~2..HEAD")))
    assert [(diff.slug, diff.changes[0].code) for diff in found.diffs] == [("a", "partial-wording"), ("b", "include")]
    assert found.reach == Reach("v.md", ("a", "b"), (("staging", ("b",)),))
    assert summarize(project, "prompts/v.md") == []
    assert diff_prompts(project, DiffRequest(("HEAD~2..HEAD",))).reach is None
    with pytest.raises(NotFoundError, match=r"no prompt includes 'none\.md'"):
        diff_prompts(project, DiffRequest(("none.md",)))
    project.close()


def test_the_sides_of_a_comparison_are_those_of_its_diffs(repo: Repo, project: Project) -> None:
    repo.write("prompts/greeting.yaml", PROMPT.replace("Hello", "Hi"))
    found = diff_prompts(project, DiffRequest(("greeting",)))
    (diff,) = found.diffs
    assert (diff.old, diff.new) == (found.sides.old.name("greeting"), found.sides.new.name("greeting"))
    assert diff.new == "working tree"
