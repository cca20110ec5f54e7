from __future__ import annotations

import pytest
from basalt_cli.format.prompt.closure import Closure
from basalt_cli.history.blame import blame, list_lines, match_lines
from basalt_cli.workspace.catalog import InvalidPromptError
from basalt_cli.workspace.project import Project, open_project

from tests.diff.git_watch import GitWatch
from tests.support import Repo


def run(repo: Repo, text: str) -> list[tuple[str, str]]:
    """Return each line with the subject of its commit."""
    project = open_project(repo.path)
    lines = blame(project, text)
    project.close()
    return [(line.text, line.commit.subject) for line in lines]


def test_each_line_has_the_commit_that_added_it(repo: Repo) -> None:
    text = 'system: |\n  {% include "v.md" %}\n  Be brief.\nprompt: |\n  One\n  Two\n'
    repo.commit("First", {"prompts/a.yaml": text, "prompts/v.md": "Be kind.\n"})
    repo.commit("Voice", {"prompts/v.md": "Be warm.\n"})
    repo.commit("Two", {"prompts/a.yaml": text.replace("  Two\n", "  2\n  Three\n")})
    repo.commit("Name", {"prompts/a.yaml": "name: n\n" + repo.read("prompts/a.yaml")})
    assert run(repo, "a") == [
        ("# system", "First"), ("Be warm.", "Voice"), ("Be brief.", "First"),
        ("# user", "First"), ("One", "First"), ("2", "Two"), ("Three", "Two"),
    ]  # fmt: skip
    assert run(repo, "a@HEAD~2")[-1] == ("Two", "First")
    assert run(repo, "a@~3")[1] == ("Be kind.", "First")


def test_a_line_that_came_back_has_the_later_commit(repo: Repo) -> None:
    for subject, word in (("One", "x"), ("Two", "y"), ("Three", "x")):
        repo.commit(subject, {"prompts/a.yaml": f"prompt: |\n  a\n  {word}\n"})
    assert run(repo, "a") == [("# user", "One"), ("a", "One"), ("x", "Three")]


def test_lines_of_a_merged_branch_belong_to_the_merge(repo: Repo) -> None:
    repo.commit("Base", {"prompts/a.yaml": "prompt: |\n  one\n  two\n  three\n"})
    repo.git("switch", "--quiet", "--create", "branch")
    repo.commit("Side", {"prompts/a.yaml": "prompt: |\n  one\n  two\n  three\n  four\n"})
    repo.git("switch", "--quiet", "main")
    repo.commit("Main", {"prompts/a.yaml": "prompt: |\n  zero\n  one\n  two\n  three\n"})
    repo.git("merge", "--quiet", "-m", "Merge", "branch")
    assert run(repo, "a") == [
        ("# user", "Base"), ("zero", "Main"), ("one", "Base"), ("two", "Base"), ("three", "Base"), ("four", "Merge")
    ]  # fmt: skip


def test_history_is_read_only_as_far_as_lines_need_it(repo: Repo, git_watch: GitWatch) -> None:
    for subject, text in (
        ("One", "prompt: one\n"),
        ("Two", "prompt: two\n"),
        ("Three", "messages: [{role: system, content: x}]\n"),
    ):
        repo.commit(subject, {"prompts/a.yaml": text})
    blobs = [repo.git("rev-parse", f"HEAD~{back}:prompts/a.yaml") for back in range(3)]
    assert run(repo, "a") == [("# system", "Three"), ("x", "Three")]
    assert [blob in git_watch.objects for blob in blobs] == [True, True, False]


def test_blame_follows_a_renamed_prompt(repo: Repo) -> None:
    text = "name: A name\ndescription: A text that is long enough.\nprompt: |\n  one\n"
    repo.commit("First", {"prompts/a.yaml": text})
    repo.git("mv", "prompts/a.yaml", "prompts/b.yaml")
    repo.commit("Rename", {"prompts/b.yaml": f"{text}  two\n"})
    assert run(repo, "b") == [("# user", "First"), ("one", "First"), ("two", "Rename")]


def test_lines_of_a_version_that_could_not_be_parsed_belong_to_the_next_one(repo: Repo) -> None:
    repo.commit("Good", {"prompts/a.yaml": "prompt: one\n"})
    repo.commit("Broken", {"prompts/a.yaml": "prompt: [\n"})
    repo.commit("Fixed", {"prompts/a.yaml": "prompt: one\n"})
    assert run(repo, "a") == [("# user", "Fixed"), ("one", "Fixed")]


def test_a_prompt_with_errors_is_refused(repo: Repo, project: Project) -> None:
    head = repo.commit("Broken", {"prompts/a.yaml": "prompt: a\nunknown: 1\n"})
    with pytest.raises(InvalidPromptError) as caught:
        blame(project, "a")
    assert str(caught.value.place) == f"{head[:9]}:prompts/a.yaml:2:1"
    assert caught.value.message == "unknown key 'unknown'"


def closure(text: str, **partials: str) -> Closure:
    files = {"a.yaml": text.encode(), **{name: content.encode() for name, content in partials.items()}}
    return Closure("a.yaml", tuple(sorted(files.items())))


def test_lines_are_the_messages_under_their_roles() -> None:
    text = "variables: {h: messages}\nmessages:\n  - {role: system, content: \"a\\n{% include 'v' %}\\n\"}\n  - {insert: h}\n"
    text += "  - {role: user, content: [{text: b}, {image: c}]}\n"
    assert list_lines(closure(text, v="x\ny\n")) == ["# system", "a", "x", "y", "# insert h", "# user", "b", "c"]
    assert list_lines(None) == list_lines(closure("prompt: [\n")) == []


def test_lines_are_matched_in_order() -> None:
    assert match_lines(["a", "new", "b", "c"], ["a", "b", "old", "c"]) == {0: 0, 2: 1, 3: 3}
    assert match_lines([], ["a"]) == match_lines(["a"], []) == match_lines(["a"], ["b"]) == {}
    common = ["same"] * 300
    assert match_lines([*common, "new"], common) == {index: index for index in range(300)}
