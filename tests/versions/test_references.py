"""References: the commit, the slug and the prompts that they name, and the errors that list what exists."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from basalt_cli.errors import BasaltError, NotFoundError, UsageError
from basalt_cli.model.pointer import Share
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.text.reference import Reference
from basalt_cli.versions.references import (
    expand_slugs,
    find_commit,
    find_revision,
    list_releases,
    open_catalog,
    open_reference,
    parse_argument,
    read_place,
    select,
    strip_path,
)
from basalt_cli.workspace.project import Project, open_project

from tests.cli.checking import Basalt
from tests.support import PROMPT, Repo


@pytest.fixture
def opened(repo: Repo, basalt: Basalt) -> Iterator[Project]:
    """Three versions of ``greeting``: the first is in staging and released, the second and third are not."""
    basalt("promote", "greeting", "--to", "staging")
    basalt("release", "greeting")
    repo.commit("Two", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Hi")})
    repo.commit("Three", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Hey")})
    project = open_project(repo.path)
    yield project
    project.close()


def test_latest_is_the_tip_of_the_trunk(opened: Project, repo: Repo) -> None:
    assert find_commit(TrunkState(opened), Reference("greeting", "latest")) == repo.head


def test_an_environment_names_the_commit_of_its_pointer(opened: Project, repo: Repo) -> None:
    first = repo.git("rev-list", "--max-parents=0", "HEAD")
    assert find_commit(TrunkState(opened), Reference("greeting", "staging")) == first


def test_a_release_with_and_without_the_v(opened: Project, repo: Repo) -> None:
    first = repo.git("rev-list", "-1", "greeting@v1.0.0")
    found = [find_commit(TrunkState(opened), Reference("greeting", text)) for text in ("1.0.0", "v1.0.0")]
    assert found == [first, first]


def test_steps_back_count_versions_and_not_commits(opened: Project, repo: Repo) -> None:
    repo.commit("Something else", {"README.md": "x\n"})
    state = TrunkState(opened)
    found = [find_commit(state, Reference("greeting", f"~{number}")) for number in range(3)]
    assert found == [repo.git("rev-parse", f"HEAD~{number}") for number in (1, 2)] + [
        repo.git("rev-list", "--max-parents=0", "HEAD")
    ]


@pytest.mark.parametrize(
    ("selector", "message", "hint"),
    [
        ("production", "greeting is not deployed to production", "Prompts in production: none. Promote it: basalt promote greeting --to production"),
        ("9.9.9", "greeting has no release 9.9.9", "Releases of greeting: v1.0.0. A release is an annotated tag 'greeting@v9.9.9'."),
        ("~3", "greeting has no version 3 before the newest", "It has 3 versions: ~0 is the newest, ~2 the oldest."),
        ("stagin", "there is no version 'stagin'", "Did you mean 'staging'? A selector is latest, an environment (staging, production), a release such as 1.2.0, ~N for N versions back, or a git revision."),
    ],
)  # fmt: skip
def test_what_does_not_resolve_lists_what_exists(opened: Project, selector: str, message: str, hint: str) -> None:
    with pytest.raises(NotFoundError) as raised:
        find_commit(TrunkState(opened), Reference("greeting", selector))
    assert (raised.value.message, raised.value.hint) == (message, hint)


def test_a_revision_that_is_a_branch_and_a_tag_is_ambiguous(opened: Project, repo: Repo) -> None:
    repo.git("branch", "old", "HEAD~1")
    repo.git("tag", "old")
    with pytest.raises(BasaltError) as raised:
        find_revision(opened, "old")
    assert raised.value.message.startswith("'old' is ambiguous: ")
    assert raised.value.hint == "Choose one: rev:refs/heads/old, rev:refs/tags/old."


def test_a_revision_may_be_forced(opened: Project, repo: Repo) -> None:
    repo.git("branch", "staging", "HEAD~1")
    found = find_commit(TrunkState(opened), Reference("greeting", "rev:staging"))
    assert found == repo.git("rev-parse", "HEAD~1")


def test_without_a_selector_head_is_the_start_and_the_trunk_where_head_is_unborn(opened: Project, repo: Repo) -> None:
    tip = repo.head
    repo.git("switch", "--quiet", "--detach", "HEAD~1")
    state = TrunkState(opened)
    commit, catalog = open_reference(state, Reference("greeting", None))
    assert (commit, catalog.tree.commit, catalog.label) == (repo.head, repo.head, "at HEAD")
    commit, catalog = open_reference(state, Reference("greeting", "latest"))
    assert (commit, catalog.tree.commit, catalog.label) == (tip, tip, "at latest")
    repo.git("switch", "--quiet", "--orphan", "empty")
    assert open_reference(TrunkState(opened), Reference("greeting", None))[0] == tip


def test_a_path_stands_for_its_slug(opened: Project) -> None:
    assert strip_path(opened, "./prompts/support/reply.yaml") == "support/reply"
    assert strip_path(opened, "prompts/greeting.yaml") == "greeting"
    assert strip_path(opened, "support/*") == "support/*"
    assert parse_argument(opened, "prompts/greeting.yaml") == Reference("greeting", None)


def test_select_reads_the_working_tree_or_a_commit(opened: Project, repo: Repo) -> None:
    repo.write("prompts/greeting.yaml", PROMPT.replace("Hello", "Unsaved"))
    here, there = select(opened, "greeting"), select(opened, "greeting@staging")
    assert (here.commit, here.catalog.label) == (None, "in the working tree")
    assert b"Unsaved" in here.catalog.get_closure("greeting").source
    assert there.catalog.label == "at staging"
    assert b"Hello" in there.catalog.get_closure("greeting").source


def test_what_an_environment_runs_is_below_the_folder_of_the_trunks_configuration(opened: Project, repo: Repo) -> None:
    repo.write("basalt.yaml", repo.read("basalt.yaml") + "prompts: elsewhere\n")
    project = open_project(repo.path)
    assert b"Hello" in select(project, "greeting@staging").catalog.get_closure("greeting").source
    project.close()


def test_a_pointer_is_checked_against_its_commit(opened: Project, repo: Repo) -> None:
    first = repo.git("rev-list", "--max-parents=0", "HEAD")
    digest = open_catalog(opened, first).get_closure("greeting").digest
    assert read_place(opened, "greeting", "staging", Share(first, digest, 100)).digest == digest
    cases = [
        (Share("1" * 40, digest, 100), "staging runs greeting at 111111111, a commit that is not in this clone"),
        (Share(first, "sha256:" + "0" * 64, 100), f"the digest of greeting in staging differs from that of its version {first[:9]}"),
    ]  # fmt: skip
    for place, message in cases:
        with pytest.raises(BasaltError) as raised:
            read_place(opened, "greeting", "staging", place)
        assert raised.value.message == message
    with pytest.raises(BasaltError, match=f"staging runs gone at {first[:9]}, where it does not exist"):
        read_place(opened, "gone", "staging", Share(first, digest, 100))


def test_releases_are_those_of_the_prompt_oldest_number_first(opened: Project, repo: Repo) -> None:
    repo.git("tag", "-a", "-m", "x", "greeting@v10.0.0")
    repo.git("tag", "-a", "-m", "x", "greeting@v2.0.0")
    repo.git("tag", "-a", "-m", "x", "other@v1.0.0")
    assert list(list_releases(opened, "greeting")) == ["v1.0.0", "v2.0.0", "v10.0.0"]


def test_patterns_expand_in_their_order_and_once(opened: Project, repo: Repo) -> None:
    for slug in ("support/reply", "support/triage"):
        repo.write(f"prompts/{slug}.yaml", PROMPT)
    catalog = open_catalog(opened, None)
    assert expand_slugs(catalog, ("support/*", "greeting", "support/reply")) == (
        "support/reply",
        "support/triage",
        "greeting",
    )
    with pytest.raises(NotFoundError, match=r"no prompt matches 'sales/\*' in the working tree"):
        expand_slugs(catalog, ("sales/*",))
    with pytest.raises(NotFoundError) as raised:
        expand_slugs(catalog, ("greetin",))
    assert raised.value.message == "there is no prompt 'greetin' in the working tree"
    assert (raised.value.hint or "").startswith("Did you mean 'greeting'? ")
    with pytest.raises(UsageError):
        expand_slugs(catalog, ("Not A Slug",))
