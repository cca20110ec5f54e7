"""The versions of prompts at a commit, and of a digest on the trunk."""

from __future__ import annotations

from basalt_cli.versions.lookup import find_again, find_version_of, find_versions
from basalt_cli.workspace.project import Project, open_project
from basalt_cli.workspace.trunk import get_trunk

from tests.support import PROMPT, Repo


def test_prompts_that_do_not_exist_are_left_out(project: Project, repo: Repo) -> None:
    found = find_versions(project, ["greeting", "gone"], repo.head)
    assert list(found) == ["greeting"]
    assert find_versions(project, ["gone"], repo.head) == {}


def test_a_partial_makes_a_version_of_each_prompt_that_includes_it(repo: Repo) -> None:
    including = 'prompt: |\n  {% include "voice.md" %}\n'
    repo.commit("One", {"prompts/a.yaml": including, "prompts/b.yaml": including, "prompts/voice.md": "one\n"})
    second = repo.commit("Two", {"prompts/voice.md": "two\n"})
    project = open_project(repo.path)
    found = find_versions(project, ["a", "b", "greeting"], repo.head)
    assert (found["a"].id, found["b"].id) == (second, second)
    assert found["greeting"].id == repo.git("rev-list", "--max-parents=0", "HEAD")
    project.close()


def test_the_newest_version_with_a_digest_is_found_again(repo: Repo) -> None:
    repo.commit("Two", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Hi")})
    reverted = repo.commit("Three", {"prompts/greeting.yaml": PROMPT})
    project = open_project(repo.path)
    digest = find_versions(project, ["greeting"], repo.head)["greeting"].digest
    found = find_again(project, get_trunk(project), "greeting", digest)
    assert found is not None
    assert found.id == reverted
    assert find_again(project, get_trunk(project), "greeting", "sha256:" + "0" * 64) is None
    project.close()


def test_the_working_tree_has_a_version_only_where_it_equals_head(project: Project, repo: Repo) -> None:
    digest = find_versions(project, ["greeting"], repo.head)["greeting"].digest
    assert find_version_of(project, "greeting", None, digest) == repo.head
    assert find_version_of(project, "greeting", None, "sha256:" + "0" * 64) is None
    assert find_version_of(project, "gone", None, digest) is None
    assert find_version_of(project, "greeting", repo.head, digest) == repo.head
