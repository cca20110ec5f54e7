"""Which files a lint checks: named by paths and patterns, or changed since a commit."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from basalt_cli.errors import BasaltError, NotFoundError
from basalt_cli.lint.scope import find_changed, find_changed_between, find_named, prompts_path
from basalt_cli.workspace.project import Project, open_project

from tests.support import PROMPT, Repo

FILES = {
    "prompts/a.yaml": PROMPT,
    "prompts/support/reply.yaml": "prompt: '{% include \"partials/voice.md\" %}'\n",
    "prompts/support/triage.yaml": PROMPT,
    "prompts/support/deep/one.yaml": PROMPT,
    "prompts/supporting.yaml": PROMPT,
    "prompts/old.yml": PROMPT,
    "prompts/partials/voice.md": "Be kind. {% include 'partials/inner.md' %}\n",
    "prompts/partials/inner.md": "Be brief.\n",
    "prompts/partials/unused.md": "Nobody includes this.\n",
    "prompts/README.md": "A list.\n",
    "prompts/_fixtures/x.yaml": "a: b\n",
}


@pytest.fixture
def opened(repo: Repo) -> Iterator[Project]:
    """The project of a repository with some prompts, without the prompt of ``repo``."""
    (repo.path / "prompts/greeting.yaml").unlink()
    repo.commit("Prompts", FILES)
    project = open_project(repo.path)
    yield project
    project.close()


def named(project: Project, *paths: str) -> list[str]:
    return find_named(project, project.open_tree(None), [Path(path) for path in paths])


def changed(project: Project, base: str = "HEAD") -> list[str]:
    return find_changed(project, project.open_tree(None), base)


EVERYTHING = [
    "a.yaml", "old.yml", "partials/inner.md", "partials/voice.md", "support/deep/one.yaml", "support/reply.yaml",
    "support/triage.yaml", "supporting.yaml",
]  # fmt: skip
SUPPORT = ["support/deep/one.yaml", "support/reply.yaml", "support/triage.yaml"]


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        (["prompts"], EVERYTHING),
        (["."], EVERYTHING),
        (["prompts/"], EVERYTHING),
        (["prompts/support"], SUPPORT),
        (["prompts/support/.."], EVERYTHING),
        (["prompts/a.yaml"], ["a.yaml"]),
        (["prompts/supporting.yaml", "prompts/a.yaml", "prompts/a.yaml"], ["supporting.yaml", "a.yaml"]),
        (["prompts/a.yaml", "prompts"], ["a.yaml", *EVERYTHING[1:]]),
        # A file that is named is found even if nothing includes it, or if it is reserved: the engine skips that.
        (["prompts/partials/unused.md"], ["partials/unused.md"]),
        (["prompts/README.md"], ["README.md"]),
        (["prompts/partials"], ["partials/inner.md", "partials/voice.md"]),
        (["prompts/_fixtures"], []),
        (["prompts/*.yaml"], ["a.yaml", "supporting.yaml"]),
        (["prompts/*/*.yaml"], ["support/reply.yaml", "support/triage.yaml"]),
        (["prompts/**/*.yaml"], ["a.yaml", *SUPPORT, "supporting.yaml"]),
        (["prompts/**/one.yaml"], ["support/deep/one.yaml"]),
        (["prompts/support/**/*.yaml"], SUPPORT),
        (["prompts/suppor?ing.yaml"], ["supporting.yaml"]),
        (["prompts/support/[rt]e*.yaml"], ["support/reply.yaml"]),
        (["prompts/old.*"], ["old.yml"]),
        ([], []),
    ],
)
def test_paths_folders_and_patterns_name_files(opened: Project, paths: list[str], found: list[str]) -> None:
    assert named(opened, *paths) == found


def test_paths_start_at_the_working_directory(opened: Project, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo.path / "prompts" / "support")
    assert named(opened, "reply.yaml", "../a.yaml", "deep") == ["support/reply.yaml", "a.yaml", "support/deep/one.yaml"]
    assert named(opened, "..") == EVERYTHING
    assert named(opened, ".") == SUPPORT
    assert named(opened, str(repo.path / "prompts/a.yaml")) == ["a.yaml"]


@pytest.mark.parametrize(
    ("path", "error", "message", "hint"),
    [
        ("prompts/none.yaml", NotFoundError, "prompts/none.yaml does not exist", "Give a path from the working directory."),
        ("prompts/none/*.yaml", NotFoundError, "nothing matches 'prompts/none/*.yaml'", "Give a path from the working directory."),
        ("prompts/.*aml", NotFoundError, "nothing matches 'prompts/.*aml'", "Give a path from the working directory."),
        ("none", NotFoundError, "none does not exist", "Give a path from the working directory."),
        ("none/*.yaml", BasaltError, "none/*.yaml is not in the prompts folder", "Give a path below prompts/."),
        ("basalt.yaml", BasaltError, "basalt.yaml is not in the prompts folder", "Give a path below prompts/."),
        ("other", BasaltError, "other is not in the prompts folder", "Give a path below prompts/."),
    ],
)  # fmt: skip
def test_a_path_that_names_nothing_is_an_error(
    opened: Project, repo: Repo, path: str, error: type[BasaltError], message: str, hint: str
) -> None:
    (repo.path / "other").mkdir()
    with pytest.raises(BasaltError) as caught:
        named(opened, path)
    assert (type(caught.value), caught.value.message, caught.value.hint) == (error, message, hint)


def test_a_link_is_named_itself_and_a_folder_on_the_way_may_be_one(opened: Project, repo: Repo) -> None:
    (repo.path / "linked").symlink_to(repo.path / "prompts")
    (repo.path / "prompts/link.yaml").symlink_to(repo.path / "prompts/a.yaml")
    assert named(opened, "linked/a.yaml") == ["a.yaml"]
    assert named(opened, "prompts/link.yaml") == ["link.yaml"]
    assert prompts_path(opened) == Path(os.path.realpath(repo.path / "prompts"))


def test_nothing_changed_means_no_files(opened: Project) -> None:
    assert changed(opened) == []


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ("a.yaml", ["a.yaml"]),
        ("old.yml", ["old.yml"]),
        ("new/x.yaml", ["new/x.yaml"]),
        ("partials/voice.md", ["partials/voice.md", "support/reply.yaml"]),
        ("partials/inner.md", ["partials/inner.md", "support/reply.yaml"]),
        ("partials/unused.md", []),
        ("README.md", []),
        ("_fixtures/x.yaml", []),
    ],
)
def test_a_changed_file_and_the_prompts_that_include_it_are_linted(
    opened: Project, repo: Repo, file: str, found: list[str]
) -> None:
    repo.write(f"prompts/{file}", "Something else.\n")
    assert changed(opened) == found


def test_a_deleted_partial_affects_the_prompts_that_include_it_and_a_deleted_prompt_none(
    opened: Project, repo: Repo
) -> None:
    (repo.path / "prompts/partials/inner.md").unlink()
    (repo.path / "prompts/a.yaml").unlink()
    assert changed(opened) == ["support/reply.yaml"]


def test_line_ends_alone_are_no_change(opened: Project, repo: Repo) -> None:
    repo.write("prompts/a.yaml", PROMPT.replace("\n", "\r\n"))
    assert changed(opened) == []
    repo.commit("With CR LF")
    repo.write("prompts/a.yaml", PROMPT)
    assert changed(opened) == ["a.yaml"]


def test_a_branch_is_compared_with_the_commit_where_it_left_its_base(opened: Project, repo: Repo) -> None:
    repo.git("switch", "--quiet", "--create", "work")
    repo.commit("Mine", {"prompts/mine.yaml": PROMPT})
    repo.git("switch", "--quiet", "main")
    repo.commit("Theirs", {"prompts/theirs.yaml": PROMPT})
    repo.git("switch", "--quiet", "work")
    repo.write("prompts/a.yaml", "prompt: b\n")
    assert changed(opened, "main") == ["a.yaml", "mine.yaml"]
    assert changed(opened) == ["a.yaml"]
    repo.git("switch", "--quiet", "--discard-changes", "--orphan", "alone")
    repo.commit("Alone", {"prompts/alone.yaml": PROMPT})
    assert "alone.yaml" in changed(opened, "main")


def test_a_revision_that_does_not_exist_is_an_error(opened: Project) -> None:
    with pytest.raises(NotFoundError) as caught:
        changed(opened, "nope")
    assert caught.value.message == "there is no revision 'nope' to compare with"
    assert caught.value.hint == "Name a branch or commit; in CI, fetch it first."


def test_without_an_earlier_tree_every_file_is_changed(opened: Project) -> None:
    assert find_changed_between(opened.open_tree(None), None) == EVERYTHING
    assert (
        find_changed_between(opened.open_tree(None), opened.open_commit(opened.repository.find_commit("HEAD") or ""))
        == []
    )
