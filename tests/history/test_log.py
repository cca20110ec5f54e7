from __future__ import annotations

from collections.abc import Iterator

import pytest
from basalt_cli.errors import NotFoundError
from basalt_cli.history.log import LogEntry, read_log
from basalt_cli.model.change import PromptDiff, Risk
from basalt_cli.versions.reach import Reach
from basalt_cli.workspace.project import Project, open_project

from tests.diff.pointing import point
from tests.support import Repo

TEXT = "name: A name\ndescription: A text that is long enough.\nprompt: {}\n"


@pytest.fixture
def project(repo: Repo) -> Iterator[Project]:
    opened = open_project(repo.path)
    yield opened
    opened.close()


def subjects(project: Project, text: str) -> list[str]:
    return [entry.version.commit.subject for entry in read_log(project, text).entries]


def entries(project: Project, text: str) -> list[LogEntry]:
    return list(read_log(project, text).entries)


def test_versions_newest_first_with_their_changes(repo: Repo, project: Project) -> None:
    for subject, text in (
        ("One", "prompt: one\n"),
        ("Two", "prompt: two\n"),
        ("Three", "prompt: two\nmodel: {name: m}\n"),
    ):
        repo.commit(subject, {"prompts/a.yaml": text})
    repo.commit("Other", {"prompts/b.yaml": "prompt: x\n"})
    found = entries(project, "a")
    assert [(e.version.commit.subject, e.risk, e.previous) for e in found] == [
        ("Three", Risk.BEHAVIOURAL, "the version before"),
        ("Two", Risk.WORDING, "the version before"),
        ("One", Risk.NONE, None),
    ]
    (change,) = found[1].changes
    assert found[1].diff == PromptDiff("a", "the version before", found[1].version.commit.id[:9], (change,))
    assert (change.old, change.new, found[1].renamed_from) == ("one", "two", None)


def test_a_selector_is_where_the_log_starts(repo: Repo, project: Project) -> None:
    for subject in ("One", "Two", "Three"):
        repo.commit(subject, {"prompts/a.yaml": f"prompt: {subject}\n"})
    assert read_log(project, "prompts/a.yaml").slug == "a"
    assert subjects(project, "a") == ["Three", "Two", "One"]
    assert subjects(project, "a@HEAD~1") == subjects(project, "a@~1") == ["Two", "One"]


def test_the_log_starts_at_the_trunk_before_the_first_commit_of_a_branch(repo: Repo, project: Project) -> None:
    repo.git("checkout", "--quiet", "--orphan", "empty")
    assert subjects(project, "greeting") == ["Start"]


def test_a_rename_is_an_entry_with_the_slug_before(repo: Repo, project: Project) -> None:
    repo.commit("One", {"prompts/a.yaml": TEXT.format("one")})
    repo.git("mv", "prompts/a.yaml", "prompts/b.yaml")
    repo.commit("Rename")
    found = entries(project, "b")
    assert [(e.version.slug, e.renamed_from, e.previous) for e in found] == [
        ("b", "a", "the version before"),
        ("a", None, None),
    ]


def test_environments_and_releases_of_a_version(repo: Repo) -> None:
    first = repo.commit("One", {"prompts/a.yaml": "prompt: one\n"})
    second = repo.commit("Two", {"prompts/a.yaml": "prompt: two\n"})
    repo.commit("Back", {"prompts/a.yaml": "prompt: one\n"})
    repo.git("tag", "-a", "-m", "r", "a@v1.0.0", first)
    repo.git("tag", "-a", "-m", "r", "a@v1.1.0", first)
    point(repo, {"staging": {"a": second}, "production": {"a": second, "greeting": second}})
    project = open_project(repo.path)
    assert [(e.version.commit.subject, e.releases, e.environments) for e in entries(project, "a")] == [
        ("Back", ("v1.0.0", "v1.1.0"), ()), ("Two", (), ("staging", "production")), ("One", (), ())
    ]  # fmt: skip
    project.close()


def test_a_removed_prompt_names_the_commit_that_removed_it(repo: Repo, project: Project) -> None:
    repo.git("rm", "--quiet", "prompts/greeting.yaml")
    removal = repo.commit("Remove it")
    repo.commit("Later", {"README.md": "x"})
    with pytest.raises(NotFoundError) as caught:
        read_log(project, "greeting")
    assert caught.value.message == f"greeting was removed in {removal[:9]} (Remove it)"
    assert caught.value.hint == f"See its versions before that: basalt log greeting@{removal[:9]}~1"
    assert subjects(project, f"greeting@{removal[:9]}~1") == ["Start"]


def test_a_prompt_that_never_existed_is_not_found(project: Project) -> None:
    with pytest.raises(NotFoundError) as caught:
        read_log(project, "greting")
    assert caught.value.message == "there is no prompt 'greting' at HEAD"


INCLUDING = "prompt: 'a {% include \"v.md\" %}'\n"


def test_the_log_of_a_partial_has_the_changes_of_the_prompts_that_include_it(repo: Repo) -> None:
    files = {"prompts/a.yaml": INCLUDING, "prompts/b.yaml": INCLUDING, "prompts/c.yaml": "prompt: x\n"}
    first = repo.commit("One", {**files, "prompts/v.md": "Be kind."})
    repo.commit("Elsewhere", {"prompts/b.yaml": INCLUDING + "name: b\n"})
    repo.commit("Two", {"prompts/v.md": "Be warm."})
    point(repo, {"staging": {"b": first, "c": first}})
    project = open_project(repo.path)
    log = read_log(project, "prompts/v.md")
    assert (log.slug, log.reach) == ("v.md", Reach("v.md", ("a", "b"), (("staging", ("b",)),)))
    found = [
        (e.version.commit.subject, [c.code for c in e.changes], e.previous, e.releases, e.environments)
        for e in log.entries
    ]
    assert found == [("Two", ["partial-wording"], None, (), ()), ("One", [], None, (), ())]
    project.close()


def test_the_digest_of_a_partial_is_that_of_its_content(repo: Repo, project: Project) -> None:
    for subject, text in (("One", "x"), ("Two", "y"), ("Three", "x")):
        repo.commit(subject, {"prompts/a.yaml": INCLUDING, "prompts/v.md": text})
    three, two, one = (entry.version.digest for entry in read_log(project, "v.md").entries)
    assert three == one != two


def test_a_partial_that_no_prompt_includes_is_not_found(project: Project) -> None:
    with pytest.raises(NotFoundError) as caught:
        read_log(project, "none.md")
    assert caught.value.message == "no prompt at HEAD includes 'none.md'"
    assert caught.value.hint == "Name a partial by its path from the prompts folder."
