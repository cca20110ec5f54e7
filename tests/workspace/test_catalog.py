"""The prompts of one tree."""

from __future__ import annotations

import pytest
from basalt_cli.errors import NotFoundError
from basalt_cli.workspace.catalog import Catalog, InvalidPromptError
from basalt_cli.workspace.project import Project

from tests.support import PROMPT, Repo


@pytest.fixture
def catalog(repo: Repo, project: Project) -> Catalog:
    repo.write("prompts/support/reply.yaml", 'prompt: |\n  {% include "voice.md" %}\n')
    repo.write("prompts/voice.md", "Be kind.\n")
    repo.write("prompts/Not-A-Slug.yaml", PROMPT)
    repo.write("prompts/broken.yaml", "prompt: 1\nnme: x\n")
    return Catalog(project.open_tree(None), "prompts", "in the working tree")


def test_slugs_leave_out_what_is_none(catalog: Catalog) -> None:
    assert catalog.slugs == ("broken", "greeting", "support/reply")


def test_a_closure_holds_the_partials(catalog: Catalog) -> None:
    assert catalog.get_closure("support/reply").paths == ("support/reply.yaml", "voice.md")
    assert catalog.find_closure("support/gone") is None


def test_an_unknown_slug_lists_what_exists(catalog: Catalog) -> None:
    with pytest.raises(NotFoundError) as raised:
        catalog.get_closure("greetin")
    assert raised.value.message == "there is no prompt 'greetin' in the working tree"
    expected = "Did you mean 'greeting'? Prompts in the working tree: broken, greeting, support/reply."
    assert raised.value.hint == expected


def test_a_link_is_no_prompt(catalog: Catalog, repo: Repo) -> None:
    (repo.path / "prompts/link.yaml").symlink_to("greeting.yaml")
    with pytest.raises(NotFoundError) as raised:
        catalog.get_closure("link")
    assert raised.value.hint == "A prompt must be a regular file, not a symbolic link or a submodule."


def test_all_errors_of_a_file_are_in_one_message(catalog: Catalog) -> None:
    assert catalog.get_prompt("greeting").slug == "greeting"
    with pytest.raises(InvalidPromptError) as raised:
        catalog.get_prompt("broken")
    assert "prompts/broken.yaml:1:9: " in str(raised.value)
    assert "prompts/broken.yaml:2:1: " in str(raised.value)
    assert catalog.get_file("broken").problems != ()


def test_paths_name_the_commit_they_are_read_at(catalog: Catalog, repo: Repo, project: Project) -> None:
    there = Catalog(project.open_commit(repo.head), "prompts", "")
    assert catalog.path_of("greeting") == "prompts/greeting.yaml"
    assert there.path_of("greeting") == f"{repo.head[:9]}:prompts/greeting.yaml"
    assert catalog.path_of_partial("voice.md") == "prompts/voice.md"
