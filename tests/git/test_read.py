"""Discovery, revisions, refs and history."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from basalt_cli.errors import BasaltError, GitError
from basalt_cli.git.read import Tag, discover
from basalt_cli.model.version import Release

from tests.git.repositories import found
from tests.support import Repo, make_repo


def test_a_repository_is_found_from_a_folder_inside(repo: Repo, tmp_path: Path) -> None:
    inside = found(repo.path / "prompts")
    assert inside.work_tree == inside.folder == str(repo.path)
    assert (inside.git_dir, inside.common_dir) == (str(repo.path / ".git"),) * 2
    assert not inside.is_shallow
    assert discover(tmp_path) is None


def test_a_linked_worktree_shares_the_common_folder(repo: Repo, tmp_path: Path) -> None:
    repo.git("worktree", "add", "--quiet", str(tmp_path / "tree"))
    linked = found(tmp_path / "tree")
    assert linked.work_tree == str(tmp_path / "tree")
    assert linked.git_dir == str(repo.path / ".git/worktrees/tree")
    assert linked.common_dir == str(repo.path / ".git")


def test_a_bare_repository_is_found_from_inside(repo: Repo, tmp_path: Path) -> None:
    repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    bare = found(tmp_path / "bare.git")
    assert bare.work_tree is None
    assert bare.folder == str(tmp_path / "bare.git")


def test_a_bare_repository_inside_a_worktree_is_refused(repo: Repo) -> None:
    repo.git("init", "--quiet", "--bare", "prompts/planted.git")
    with pytest.raises(BasaltError, match=r"^git refuses this repository: cannot use bare repository") as caught:
        discover(repo.path / "prompts" / "planted.git")
    assert caught.value.hint == "Read about safe.directory: git help config"


def test_a_repository_with_other_objects_is_refused(tmp_path: Path) -> None:
    Repo(tmp_path).git("init", "--quiet", "--object-format=sha256")
    with pytest.raises(BasaltError, match=r"^repositories with sha256 objects are not supported$"):
        discover(tmp_path)


def test_the_variables_of_a_hook_do_not_redirect_discovery(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.setenv(name, "/nowhere")
    assert found(repo.path).work_tree == str(repo.path)


def test_a_revision_names_a_commit(repo: Repo) -> None:
    repository = found(repo.path)
    repo.git("tag", "-a", "annotated", "-m", "x")
    for revision in ("HEAD", "main", repo.head[:7], "annotated", "HEAD~0"):
        assert repository.find_commit(revision) == repo.head
    for revision in ("nope", "", "HEAD:", "HEAD~1", "--output=victim", "^main", "a..b", "main@{99}"):
        assert repository.find_commit(revision) is None
    assert not (repo.path / "victim").exists()


def test_a_branch_with_the_name_of_an_option_is_a_branch(repo: Repo) -> None:
    repo.git("update-ref", "refs/heads/--output=victim", "HEAD")
    assert found(repo.path).find_commit("--output=victim") == repo.head
    assert not (repo.path / "victim").exists()


def test_an_ambiguous_abbreviation_is_an_error(repo: Repo) -> None:
    seen: dict[str, int] = {}
    for number in range(100, 1000):
        made = hashlib.sha1(b"blob 3\0%d" % number, usedforsecurity=False).hexdigest()[:4]
        if made in seen:
            break
        seen[made] = number
    for text in (seen[made], number):
        repo.write("x", str(text))
        repo.commit("x")
    with pytest.raises(BasaltError, match=rf"^'{made}' is ambiguous: several objects start with it$") as caught:
        found(repo.path).find_commit(made)
    assert caught.value.hint == "Give more digits of the commit."


def test_a_short_name_is_a_branch_a_tag_and_a_remote_branch(repo: Repo) -> None:
    first = repo.head
    repo.git("tag", "-a", "x", "-m", "x")
    second = repo.commit("second")
    repo.git("branch", "x")
    repo.git("update-ref", "refs/remotes/x", first)
    readings = found(repo.path).list_readings("x")
    assert readings == {"refs/heads/x": second, "refs/tags/x": first, "refs/remotes/x": first}
    assert found(repo.path).list_readings("HEAD~1") == {}
    assert found(repo.path).list_readings("*") == {}


def test_refs_are_listed_with_peeled_tags(repo: Repo) -> None:
    repo.git("tag", "-a", "t", "-m", "x")
    refs = found(repo.path).list_refs("refs/heads/", "refs/tags/")
    assert refs == {"refs/heads/main": repo.head, "refs/tags/t": repo.head}


def test_tags_say_what_they_are(repo: Repo) -> None:
    repo.git("tag", "light")
    repo.git("tag", "-a", "noted", "-m", "x")
    repo.git("tag", "-a", "tree", "HEAD^{tree}", "-m", "x")
    repo.git("-c", "advice.nestedTag=false", "tag", "-a", "nested", "noted", "-m", "x")
    ids = {name: repo.git("rev-parse", name) for name in ("noted", "tree", "nested")}
    assert found(repo.path).list_tags() == (
        Tag("light", repo.head, repo.head, is_annotated=False),
        Tag("nested", ids["nested"], "", is_annotated=True),
        Tag("noted", ids["noted"], repo.head, is_annotated=True),
        Tag("tree", ids["tree"], "", is_annotated=True),
    )


def test_releases_are_annotated_tags_in_the_order_of_their_numbers(repo: Repo) -> None:
    for name in ("b@v1.10.0", "b@v1.9.0", "a/x@v0.1.0", "b@v1.0", "b@1.0.0", "@v1.0.0"):
        repo.git("tag", "-a", name, "-m", "x")
    repo.git("tag", "b@v2.0.0")
    releases = found(repo.path).list_releases()
    assert [(release.slug, release.name) for release in releases if release.slug] == [
        ("a/x", "v0.1.0"), ("b", "v1.9.0"), ("b", "v1.10.0"),
    ]  # fmt: skip
    assert releases[-1] == Release("b", "v1.10.0", repo.head)


def test_a_branch_is_read_with_its_remotes_and_upstreams(repo: Repo, tmp_path: Path) -> None:
    repo.git("clone", "--quiet", str(repo.path), str(tmp_path / "clone"))
    clone = Repo(tmp_path / "clone")
    clone.git("update-ref", "refs/remotes/other/main", "HEAD")
    clone.git("tag", "t")
    repository = found(clone.path)
    followed = {
        "refs/heads/main": (repo.head, "refs/remotes/origin/main"),
        "refs/remotes/origin/main": (repo.head, ""),
        "refs/remotes/other/main": (repo.head, ""),
    }
    assert repository.list_followed("main") == followed
    assert repository.read_refs("main") == (followed, (Tag("t", repo.head, repo.head, is_annotated=False),))
    assert repository.list_followed("none") == {}
    assert repository.find_upstream("main") == "refs/remotes/origin/main"
    assert repository.find_upstream("none") is None
    assert repository.has_remote()
    assert not found(repo.path).has_remote()
    assert found(repo.path).find_upstream("main") is None


def test_the_branch_of_head_is_read_without_commits_too(repo: Repo, tmp_path: Path) -> None:
    assert found(repo.path).find_branch() == "main"
    repo.git("switch", "--quiet", "--detach")
    assert found(repo.path).find_branch() is None
    Repo(tmp_path).git("init", "--quiet", "--initial-branch=a/b")
    assert found(tmp_path).find_branch() == "a/b"


def test_the_boundary_of_a_shallow_clone_is_read(repo: Repo, tmp_path: Path) -> None:
    repo.commit("second")
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.path}", str(tmp_path / "shallow"))
    assert found(tmp_path / "shallow").read_boundary() == {repo.head}
    assert found(tmp_path / "shallow").is_shallow
    assert found(repo.path).read_boundary() == frozenset()


@pytest.fixture
def forked(repo: Repo) -> dict[str, str]:
    """Commits of a history with a merge, by name: base, side and main, merged in merge."""
    names = {"base": repo.head}
    repo.git("switch", "--quiet", "--create", "side")
    names["side"] = repo.commit("side", {"prompts/side.yaml": "x"})
    repo.git("switch", "--quiet", "main")
    names["main"] = repo.commit("main", {"prompts/main.yaml": "x"})
    repo.git("merge", "--quiet", "--no-ff", "-m", "merge", "side")
    return {**names, "merge": repo.head}


def test_ancestors_are_told_from_others(repo: Repo, forked: dict[str, str]) -> None:
    repository = found(repo.path)
    assert repository.is_ancestor(forked["side"], forked["merge"])
    assert repository.is_ancestor(forked["side"], forked["side"])
    assert not repository.is_ancestor(forked["side"], forked["main"])
    with pytest.raises(GitError, match=r"^git merge-base failed: Not a valid commit name a{40}$"):
        repository.is_ancestor("a" * 40, "HEAD")
    assert repository.find_merge_base(forked["side"], forked["main"]) == forked["base"]
    repo.git("switch", "--quiet", "--orphan", "alone")
    assert repository.find_merge_base(repo.commit("alone"), forked["main"]) is None


def test_commits_that_no_tip_reaches_are_found(repo: Repo, forked: dict[str, str]) -> None:
    repository = found(repo.path)
    commits = [forked[name] for name in ("base", "side", "main")]
    assert repository.find_unreached(commits, [forked["main"]]) == {forked["side"]}
    assert repository.find_unreached(commits, []) == set(commits)
    with pytest.raises(GitError, match=r"^a pointer does not name a commit$") as caught:
        repository.find_unreached(["--all"], [])
    assert caught.value.hint == "Find it: basalt doctor"


def test_a_history_is_limited_to_paths_and_keeps_merges(repo: Repo, forked: dict[str, str]) -> None:
    repo.commit("elsewhere", {"README.md": "x"})
    history = list(found(repo.path).walk(["HEAD"], ["prompts"]))
    changes = {one.commit.id: (set(one.commit.parents), one.changed_paths) for one in history}
    assert changes == {
        forked["merge"]: ({forked["main"], forked["side"]}, frozenset()),
        forked["main"]: ({forked["base"]}, {"prompts/main.yaml"}),
        forked["side"]: ({forked["base"]}, {"prompts/side.yaml"}),
        forked["base"]: (set(), {"prompts/greeting.yaml"}),
    }
    assert history[0].commit.id == forked["merge"]
    assert history[-1].commit.id == forked["base"]


def test_a_simplified_history_follows_the_parent_that_is_equal(repo: Repo, forked: dict[str, str]) -> None:
    repository = found(repo.path)
    commits = [commit.id for commit in repository.walk_simplified("HEAD", ["prompts/side.yaml"])]
    assert commits == [forked["side"]]
    assert {commit.id for commit in repository.walk_simplified("HEAD", ["prompts"])} == set(forked.values())


def test_the_first_parents_of_a_file_have_their_messages(repo: Repo, forked: dict[str, str]) -> None:
    repo.write("prompts/side.yaml", "y")
    repo.git("commit", "--quiet", "--all", "-m", "Subject\n\nBody\n\nTrailer: x")
    history = list(found(repo.path).walk_first_parents("HEAD", "prompts/side.yaml"))
    assert [(commit.id, message) for commit, message in history] == [
        (repo.head, "Subject\n\nBody\n\nTrailer: x\n"), (forked["merge"], "merge\n"),
    ]  # fmt: skip
    limited = list(found(repo.path).walk_first_parents("HEAD", "prompts/side.yaml", "-1"))
    assert [commit.id for commit, _ in limited] == [repo.head]


def test_touched_paths_are_those_of_the_first_parents(repo: Repo, forked: dict[str, str]) -> None:
    repository = found(repo.path)
    assert repository.list_touched(forked["base"], forked["merge"], "prompts") == frozenset(("main.yaml", "side.yaml"))
    assert repository.list_touched(forked["main"], forked["merge"], "prompts") == frozenset(("side.yaml",))
    assert repository.list_touched(forked["side"], forked["merge"], "prompts") is None
    assert repository.list_touched(forked["merge"], forked["merge"], "prompts") is None


def test_a_commit_is_found_by_its_message(repo: Repo, forked: dict[str, str]) -> None:
    commit = repo.commit("Subject\n\nBasalt-Event: a.b")
    repo.commit("later")
    repository = found(repo.path)
    assert repository.find_message(forked["merge"], "HEAD", "Basalt-Event: a.b") == commit
    assert repository.find_message(forked["merge"], "HEAD", "Basalt-Event: aXb") is None
    assert repository.find_message(commit, "HEAD", "Basalt-Event: a.b") is None


def test_the_last_commit_before_a_time_is_on_the_first_parents(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    commits = []
    for seconds in (2_000_000_000, 2_000_000_100):
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"@{seconds} +0000")
        commits.append(repo.commit("x", {"x": str(seconds)}))
    repository = found(repo.path)
    found_before = [repository.find_commit_before("HEAD", 2_000_000_000 + offset) for offset in (-1, 0, 99, 100)]
    assert found_before[1:] == [commits[0], commits[0], commits[1]]
    assert repository.find_commit_before("HEAD", 1) is None


def test_a_rename_is_detected(repo: Repo) -> None:
    old = repo.commit("two", {"prompts/a.yaml": "a\n" * 50, "prompts/b.yaml": "b\n" * 50})
    repo.git("mv", "prompts/a.yaml", "prompts/c.yaml")
    new = repo.commit("renamed")
    repository = found(repo.path)
    assert repository.find_renamed(old, new, "prompts", "prompts/c.yaml") == "prompts/a.yaml"
    assert repository.find_renamed(old, new, "prompts", "prompts/b.yaml") is None
    assert repository.find_renamed(old, new, "schemas", "prompts/c.yaml") is None


def test_a_record_cannot_be_forged_by_a_name_or_message(repo: Repo) -> None:
    fake = "\x01" + "0" * 40
    repo.git("-c", "user.name=\x01evil", "commit", "--quiet", "--allow-empty", "-m", "x")
    repo.write("prompts/greeting.yaml", "prompt: changed\n")
    repo.git("add", ".")
    repo.git("commit", "--quiet", "--author=\x01Eve <e@x>", "-m", f"{fake} \x01 ok \x1b[31m")
    (newest, oldest) = list(found(repo.path).walk(["HEAD"], ["prompts"]))
    assert newest.commit.id == repo.head
    assert newest.commit.subject.startswith("\x01")
    assert newest.changed_paths == {"prompts/greeting.yaml"}
    assert oldest.commit.parents == ()


@pytest.mark.parametrize(
    ("raw", "seconds"), [("1000", 1000), ("0", 0), ("-5", 0), ("99999999999999", 253_402_300_799), ("x", 0)]
)
def test_a_time_that_no_calendar_has_is_limited(repo: Repo, raw: str, seconds: int) -> None:
    text = repo.git("cat-file", "commit", "HEAD").split("\n")
    head = [line.rpartition("> ")[0] + f"> {raw} +0000" if line.startswith("author") else line for line in text]
    repo.write("commit", "\n".join(head) + "\n")
    made = repo.git("hash-object", "-t", "commit", "-w", "--literally", "commit")
    (commit,) = found(repo.path).walk_simplified(made, ["prompts"])
    assert (commit.id, commit.authored) == (made, seconds)


def test_another_repository_is_another_repository(repo: Repo, tmp_path: Path) -> None:
    other = make_repo(tmp_path / "other", {"x": "1"})
    assert found(other.path).find_commit(repo.head) is None
