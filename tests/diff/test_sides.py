from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from basalt_cli.diff.comparison import diff_prompts
from basalt_cli.diff.sides import DiffRequest, DiffSide, EnvironmentSide, find_closure, open_sides
from basalt_cli.errors import BasaltError, NotFoundError, UsageError
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.workspace.project import Project, open_project

from tests.diff.git_watch import GitWatch
from tests.diff.pointing import point
from tests.support import CONFIG, PROMPT, Repo

SLUGS = [f"p{number:02}" for number in range(30)]


@pytest.fixture
def two(repo: Repo) -> tuple[str, str]:
    """Two commits of ``greeting``: Hello, then Hi; the second is tagged and on main."""
    first = repo.head
    second = repo.commit("Hi", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Hi")})
    repo.git("tag", "two")
    return first, second


@pytest.fixture
def project(repo: Repo) -> Iterator[Project]:
    opened = open_project(repo.path)
    yield opened
    opened.close()


def read(side: DiffSide, slug: str = "greeting") -> str | None:
    """Return the word that the prompt starts with on a side; None where it does not exist."""
    closure = find_closure(side, slug)
    return None if closure is None else re.findall(rb"prompt: (\w+)", closure.source)[0].decode()


def describe(project: Project, *references: str, **options: object) -> list[tuple[str, str | None]]:
    """Return the name and the first word of each side."""
    request = DiffRequest(references, **options)  # type: ignore[arg-type]
    sides = open_sides(project, request)
    return [(side.name("greeting"), read(side)) for side in (sides.old, sides.new)]


def test_head_and_the_working_tree_are_the_default(repo: Repo, two: tuple[str, str], project: Project) -> None:
    repo.write("prompts/greeting.yaml", PROMPT.replace("Hello", "Ahoy"))
    head = (f"HEAD ({two[1][:9]})", "Hi")
    assert describe(project) == [head, ("working tree", "Ahoy")]
    assert describe(project, "greeting") == [head, ("working tree", "Ahoy")]
    assert describe(project, "prompts/greeting.yaml") == [head, ("working tree", "Ahoy")]


def test_one_or_two_versions_of_a_prompt(repo: Repo, two: tuple[str, str], project: Project) -> None:
    repo.write("prompts/greeting.yaml", PROMPT.replace("Hello", "Ahoy"))
    old, new = (f"~1 ({two[0][:9]})", "Hello"), (f"two ({two[1][:9]})", "Hi")
    assert describe(project, "greeting@~1") == [old, ("working tree", "Ahoy")]
    assert describe(project, "greeting@~1", "greeting@two") == [old, new]
    assert describe(project, "greeting", "greeting@two") == [(f"HEAD ({two[1][:9]})", "Hi"), new]
    assert describe(project, "greeting@~1", "greeting") == [old, ("working tree", "Ahoy")]
    assert describe(project, f"greeting@{two[0][:9]}")[0] == (two[0][:9], "Hello")


def test_standard_input_is_the_new_side(repo: Repo, two: tuple[str, str], project: Project) -> None:
    unsaved = PROMPT.replace("Hello", "Ahoy").encode()
    assert describe(project, "greeting", "-", unsaved=unsaved) == [(f"HEAD ({two[1][:9]})", "Hi"), ("stdin", "Ahoy")]
    assert describe(project, "greeting@~1", "-", unsaved=unsaved)[0] == (f"~1 ({two[0][:9]})", "Hello")


def test_the_index_is_the_new_side(repo: Repo, two: tuple[str, str], project: Project) -> None:
    repo.write("prompts/greeting.yaml", PROMPT.replace("Hello", "Ahoy"))
    repo.git("add", "prompts")
    repo.write("prompts/greeting.yaml", PROMPT.replace("Hello", "Servus"))
    assert describe(project, is_staged=True) == [(f"HEAD ({two[1][:9]})", "Hi"), ("index", "Ahoy")]
    assert open_sides(project, DiffRequest(("greeting", "a*"), is_staged=True)).slugs == ("greeting", "a*")


@pytest.mark.parametrize("text", ["HEAD~1..two", "HEAD~1...two"])
def test_a_range_names_both_sides(text: str, two: tuple[str, str], project: Project) -> None:
    expected = [(f"HEAD~1 ({two[0][:9]})", "Hello"), (f"two ({two[1][:9]})", "Hi")]
    assert describe(project, text) == expected
    assert open_sides(project, DiffRequest((text,))).slugs == ()
    assert open_sides(project, DiffRequest((text, "greeting", "g*"))).slugs == ("greeting", "g*")


def test_a_missing_end_of_a_range_is_head(two: tuple[str, str], project: Project) -> None:
    head = (f"HEAD ({two[1][:9]})", "Hi")
    assert describe(project, "HEAD~1..") == [(f"HEAD~1 ({two[0][:9]})", "Hello"), head]
    assert describe(project, "..HEAD~1") == [head, (f"HEAD~1 ({two[0][:9]})", "Hello")]


def test_environments(repo: Repo, two: tuple[str, str]) -> None:
    point(repo, {"staging": {"greeting": two[1]}, "production": {"greeting": two[0]}})
    repo.write("prompts/greeting.yaml", PROMPT.replace("Hello", "Ahoy"))
    project = open_project(repo.path)
    production, staging = (f"production ({two[0][:9]})", "Hello"), (f"staging ({two[1][:9]})", "Hi")
    assert describe(project, environments=("production",)) == [production, ("working tree", "Ahoy")]
    assert describe(project, environments=("production", "staging")) == [production, staging]
    assert describe(project, "greeting", environments=("staging", "production")) == [staging, production]
    assert describe(project, "production..staging") == [production, staging]
    assert open_sides(project, DiffRequest(("greeting",), ("staging",))).slugs == ("greeting",)
    project.close()


def test_an_environment_has_only_what_is_deployed(repo: Repo, project: Project) -> None:
    head = repo.commit("More", {"prompts/a.yaml": "prompt: one\n", "prompts/b.yaml": "prompt: two\n"})
    point(repo, {"staging": {"b": head, "a": head}})
    sides = open_sides(project, DiffRequest((), ("staging", "production")))
    assert (sides.old.slugs(), sides.new.slugs()) == (("a", "b"), ())
    assert (sides.old.find("greeting"), read(sides.old, "b")) == (None, "two")
    assert (sides.old.name("greeting"), sides.old.name("b")) == ("staging", f"staging ({head[:9]})")
    assert sides.list_slugs() == ["a", "b"]
    assert open_sides(project, DiffRequest((), ("staging",))).list_slugs() == ["a", "b", "greeting"]


def test_a_pointer_with_another_digest_is_an_error(repo: Repo, project: Project) -> None:
    head = repo.head
    point(repo, {"staging": {"greeting": head}}, digest="sha256:" + "0" * 64)
    sides = open_sides(project, DiffRequest((), ("staging",)))
    with pytest.raises(
        BasaltError, match=f"the digest of greeting in staging differs from that of its version {head[:9]}"
    ):
        sides.old.find("greeting")


@pytest.mark.parametrize(
    ("request_", "message", "hint"),
    [
        (DiffRequest(("a..b",), is_staged=True), "--staged compares HEAD with the index", "Name prompts only, or leave --staged out."),
        (DiffRequest(("a@b",), is_staged=True), "--staged compares HEAD with the index", "Name prompts only, or leave --staged out."),
        (DiffRequest(("a@b",), ("staging",)), "--env takes one or two environments, and prompts without a version", "As in basalt diff support/reply --env staging --env production."),
        (DiffRequest(("a..b",), ("staging",)), "--env takes one or two environments, and prompts without a version", "As in basalt diff support/reply --env staging --env production."),
        (DiffRequest((), ("staging", "staging", "staging")), "--env takes one or two environments, and prompts without a version", "As in basalt diff support/reply --env staging --env production."),
        (DiffRequest(("~1..latest",)), "'~1' means another commit for each prompt", "Name one prompt: basalt diff SLUG@~1."),
        (DiffRequest(("latest..1.0.0",)), "'1.0.0' means another commit for each prompt", "Name one prompt: basalt diff SLUG@1.0.0."),
        (DiffRequest(("a", "a", "a")), "diff takes at most 2 references, not 3", "Compare two versions of one prompt, or a range: A..B SLUGS."),
        (DiffRequest(("a", "b")), "a and b are different prompts", "Compare two versions of one prompt, as in a@~1 a@latest."),
    ],
)  # fmt: skip
def test_a_request_that_names_no_two_sides(request_: DiffRequest, message: str, hint: str, project: Project) -> None:
    with pytest.raises(UsageError) as caught:
        open_sides(project, request_)
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_an_unknown_environment_is_not_found(project: Project) -> None:
    with pytest.raises(NotFoundError) as caught:
        open_sides(project, DiffRequest((), ("nope",)))
    assert caught.value.message == "there is no environment 'nope'"


def test_environments_need_a_trunk(repo: Repo) -> None:
    repo.write("basalt.yaml", CONFIG.replace("trunk: main", "trunk: other"))
    project = open_project(repo.path)
    for request in (DiffRequest((), ("staging",)), DiffRequest(("staging..HEAD",))):
        with pytest.raises(NotFoundError, match="the trunk 'other' is not in this clone"):
            open_sides(project, request)
    assert open_sides(project, DiffRequest(())).list_slugs() == ["greeting"]
    project.close()


def test_environments_are_read_below_the_prompts_folder_of_the_trunk(repo: Repo) -> None:
    point(repo, {"staging": {"greeting": repo.head}})
    repo.git("switch", "--quiet", "--create", "branch")
    repo.git("mv", "prompts", "texts")
    repo.commit(
        "Move", {"basalt.yaml": CONFIG + "prompts: texts\n", "texts/greeting.yaml": PROMPT.replace("Hello", "Hi")}
    )
    project = open_project(repo.path)
    assert [word for _, word in describe(project, environments=("staging",))] == ["Hello", "Hi"]
    assert [word for _, word in describe(project, "greeting@staging")] == ["Hello", "Hi"]
    project.close()


@pytest.mark.parametrize("environments", [("staging",), ("staging", "production")])
def test_git_is_asked_the_same_for_three_prompts_and_for_thirty(
    environments: tuple[str, ...], repo: Repo, git_watch: GitWatch
) -> None:
    """Trunk, policy, pointers and the tree of each deployed commit are read once a command."""
    first = repo.commit("One", {f"prompts/{slug}.yaml": f"prompt: one {slug}\n" for slug in SLUGS})
    second = repo.commit("Two", {f"prompts/{slug}.yaml": f"prompt: two {slug}\n" for slug in SLUGS})
    point(repo, {"staging": dict.fromkeys(SLUGS, first), "production": dict.fromkeys(SLUGS, second)})
    repo.commit("Three", {f"prompts/{slug}.yaml": f"prompt: three {slug}\n" for slug in SLUGS})
    blobs = [repo.git("rev-parse", f"main:{name}") for name in ("basalt.yaml", "deployments.yaml")]
    asked = []
    for slugs in (SLUGS[:3], SLUGS):
        git_watch.reset()
        project = open_project(repo.path)
        found = diff_prompts(project, DiffRequest(tuple(slugs), environments))
        project.close()
        assert [diff.slug for diff in found.diffs] == slugs
        counts = Counter(git_watch.objects)
        assert [counts[blob] for blob in blobs] == [1, 1]
        asked.append(
            (git_watch.processes, [name for name in git_watch.objects if ":" in name or name in (first, second)])
        )
    assert asked[0] == asked[1]
    assert asked[0][0]


def test_a_range_of_environments_reads_the_pointers_once(repo: Repo, git_watch: GitWatch) -> None:
    first = repo.head
    second = repo.commit("Gone", {"prompts/other.yaml": "prompt: one\n"})
    point(repo, {"staging": {"greeting": first, "other": second}, "production": {"greeting": first}})
    pointers = repo.git("rev-parse", "main:deployments.yaml")
    git_watch.reset()
    project = open_project(repo.path)
    (diff,) = diff_prompts(project, DiffRequest(("staging..production",))).diffs
    project.close()
    assert diff.changes[0].message == "the prompt was removed (deployed to staging)"
    assert git_watch.objects.count(pointers) == 1


def test_a_diff_of_two_commits_reads_no_pointers(repo: Repo, two: tuple[str, str], git_watch: GitWatch) -> None:
    pointers = repo.git("rev-parse", "main:deployments.yaml")
    git_watch.reset()
    project = open_project(repo.path)
    assert len(diff_prompts(project, DiffRequest(("HEAD~1..HEAD",))).diffs) == 1
    project.close()
    assert pointers not in git_watch.objects
    assert git_watch.objects


def test_an_environment_side_opens_each_commit_once(repo: Repo, project: Project) -> None:
    point(repo, {"staging": {"greeting": repo.head}})
    side = EnvironmentSide(TrunkState(project), "staging")
    assert side.find("greeting") is side.find("greeting")
