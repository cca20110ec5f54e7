from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from basalt_cli.diff.many import open_comparison
from basalt_cli.versions.references import open_catalog
from basalt_cli.workspace.project import Project, open_project

from tests.diff.git_watch import GitWatch
from tests.support import Repo

INCLUDING = "prompt: '{% include \"v.md\" %} now'\n"
SLUGS = [f"p{number:02}" for number in range(60)]
Codes = dict[str, list[str]]


@pytest.fixture
def project(repo: Repo) -> Iterator[Project]:
    opened = open_project(repo.path)
    yield opened
    opened.close()


@pytest.fixture
def compare(repo: Repo) -> Callable[[str, str, list[str]], Codes]:
    """Return the codes of changes by slug, between two commits, as a command of its own finds them."""

    def run(old: str, new: str, slugs: list[str]) -> Codes:
        project = open_project(repo.path)
        commits = (repo.git("rev-parse", old), repo.git("rev-parse", new))
        comparison = open_comparison(project, *(open_catalog(project, commit) for commit in commits))
        assert comparison is not None
        found = comparison.compare(slugs)
        project.close()
        return {slug: [change.code for change in compared.changes] for slug, compared in found.items()}

    return run


def test_files_of_both_sides_are_named_with_their_contents(repo: Repo, project: Project) -> None:
    old = repo.commit("One", {"prompts/a.yaml": INCLUDING, "prompts/v.md": "Be kind."})
    repo.git("rm", "-q", "prompts/v.md")
    new = repo.commit("Two", {"prompts/b.yaml": "prompt: one\n"})
    comparison = open_comparison(project, open_catalog(project, old), open_catalog(project, new))
    assert comparison is not None
    found = comparison.compare(["a", "b", "greeting"])
    blob = repo.git("rev-parse", "HEAD:prompts/a.yaml")
    partial = repo.git("rev-parse", "HEAD~1:prompts/v.md")
    assert found["a"].old_files == {"a.yaml": blob, "v.md": partial}
    assert found["a"].new_files == {"a.yaml": blob, "v.md": None}
    assert (found["b"].old_files, list(found["b"].new_files)) == ({}, ["b.yaml"])
    assert sorted(found) == ["a", "b"]


def test_the_working_tree_has_no_blobs_to_compare(repo: Repo, project: Project) -> None:
    committed, working = open_catalog(project, repo.head), open_catalog(project, None)
    assert open_comparison(project, committed, working) is None
    assert open_comparison(project, working, committed) is None


def test_only_prompts_that_differ_are_read(repo: Repo, git_watch: GitWatch, compare: Callable[..., Codes]) -> None:
    repo.commit("One", {f"prompts/{slug}.yaml": f"prompt: {slug}\n" for slug in SLUGS})
    repo.commit("Two", {"prompts/p07.yaml": "prompt: other\n"})
    untouched = repo.git("rev-parse", "HEAD:prompts/p08.yaml")
    git_watch.reset()
    assert compare("HEAD~1", "HEAD", SLUGS) == {"p07": ["wording"]}
    assert untouched not in git_watch.objects
    assert repo.git("rev-parse", "HEAD:prompts/p07.yaml") in git_watch.objects


def test_a_changed_partial_can_reach_any_prompt(repo: Repo, compare: Callable[..., Codes]) -> None:
    repo.commit("One", {"prompts/a.yaml": INCLUDING, "prompts/b.yaml": "prompt: b\n", "prompts/v.md": "Be kind."})
    repo.commit("Two", {"prompts/v.md": "Be warm."})
    assert compare("HEAD~1", "HEAD", ["a", "b"]) == {"a": ["partial-wording"]}
    assert compare("HEAD~1", "HEAD", ["b"]) == {}


def test_many_prompts_are_remembered_with_the_files_that_they_include(
    repo: Repo, git_watch: GitWatch, compare: Callable[..., Codes]
) -> None:
    repo.commit("One", {**{f"prompts/{slug}.yaml": INCLUDING for slug in SLUGS}, "prompts/v.md": "Be kind."})
    repo.commit("Two", {"prompts/v.md": "Be warm."})
    repo.commit("Three", {"prompts/v.md": "Be brief and warm."})
    words = {slug: ["partial-wording"] for slug in SLUGS}
    assert compare("HEAD~2", "HEAD~1", SLUGS) == words
    git_watch.reset()
    assert compare("HEAD~2", "HEAD~1", SLUGS) == words
    prompt = repo.git("rev-parse", "HEAD:prompts/p00.yaml")
    assert prompt not in git_watch.objects
    # The prompts are the same, and the partial is another one.
    assert compare("HEAD~2", "HEAD", SLUGS) == words
    assert prompt in git_watch.objects
    assert compare("HEAD~1", "HEAD~1", SLUGS) == {}
    assert compare("HEAD~2", "HEAD~1", SLUGS[:47]) == {slug: ["partial-wording"] for slug in SLUGS[:47]}


@pytest.mark.parametrize(("count", "is_remembered"), [(47, False), (48, True)])
def test_a_few_prompts_are_not_remembered(
    count: int, is_remembered: bool, repo: Repo, git_watch: GitWatch, compare: Callable[..., Codes]
) -> None:
    for word in ("one", "two"):
        repo.commit(word, {f"prompts/{slug}.yaml": f"prompt: {word}\n" for slug in SLUGS[:count]})
    assert len(compare("HEAD~1", "HEAD", SLUGS[:count])) == count
    git_watch.reset()
    assert len(compare("HEAD~1", "HEAD", SLUGS[:count])) == count
    assert (repo.git("rev-parse", "HEAD:prompts/p00.yaml") not in git_watch.objects) is is_remembered
