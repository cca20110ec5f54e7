"""What doctor finds in a clone, in whole words, and the command that fixes it."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from basalt_cli.model.diagnosis import Diagnosis
from basalt_cli.setup.doctor import diagnose
from basalt_cli.setup.repair import fix
from basalt_cli.workspace.project import Project, open_project

from tests.cli.checking import Basalt
from tests.support import PROMPT, Repo


@contextmanager
def opened(folder: Path) -> Iterator[Project]:
    project = open_project(folder)
    try:
        yield project
    finally:
        project.close()


def examine(repo: Repo, *, asks_remotes: bool = False) -> list[Diagnosis]:
    with opened(repo.path) as project:
        return list(diagnose(project, asks_remotes=asks_remotes))


def run(repo: Repo, command: str | None) -> None:
    """Run the command of a diagnosis, as a user pastes it."""
    assert command is not None
    subprocess.run(command, cwd=repo.path, shell=True, check=True, capture_output=True)  # noqa: S602 - pasted


@pytest.fixture
def sound(repo: Repo) -> Repo:
    """A repository with nothing to find."""
    with opened(repo.path) as project:
        fix(project, diagnose(project))
    repo.commit("Attributes")
    assert examine(repo) == []
    return repo


def clone(repo: Repo, path: Path, *options: str) -> Repo:
    repo.git("clone", "--quiet", *options, f"file://{repo.path}", str(path))
    made = Repo(path)
    made.commit("Owners", {"CODEOWNERS": "basalt.yaml @ada\n"})
    made.git("config", "merge.basalt.driver", "true")
    return made


def test_a_shallow_clone_is_a_problem_until_it_is_fetched(sound: Repo, tmp_path: Path) -> None:
    sound.commit("More", {"README.md": "x"})
    shallow = clone(sound, tmp_path / "shallow", "--depth=1")
    message = "this clone is shallow: versions, promotions and status need the whole history"
    assert examine(shallow) == [Diagnosis("shallow", "problem", message, "git fetch --unshallow")]
    run(shallow, "git fetch --unshallow")
    assert examine(shallow) == []


def test_a_partial_clone_without_tags_is_found(sound: Repo, tmp_path: Path) -> None:
    sound.git("config", "uploadpack.allowFilter", "true")
    sound.git("tag", "-a", "greeting@v1.0.0", "-m", "x")
    partial = clone(sound, tmp_path / "partial", "--filter=blob:limit=1m", "--no-tags")
    found = examine(partial)
    assert found == [
        Diagnosis(
            "partial-clone", "notice", "this is a partial clone: basalt does not fetch the objects that are missing",
            "git fetch --refetch --no-filter",
        ),
        Diagnosis(
            "no-tags", "problem", "origin is fetched without tags, so releases and pointer tags are missing here",
            "git config --unset remote.origin.tagOpt && git fetch --tags origin",
        ),
    ]  # fmt: skip
    run(partial, found[1].command)
    assert [one.code for one in examine(partial)] == ["partial-clone"]
    assert partial.git("tag") == "greeting@v1.0.0"


def test_a_detached_head_is_a_notice(sound: Repo) -> None:
    sound.git("switch", "--quiet", "--detach")
    message = "HEAD is detached; promotions still commit on main"
    assert examine(sound) == [Diagnosis("detached", "notice", message, "git switch main")]


def test_a_bare_repository_is_a_notice(sound: Repo, tmp_path: Path) -> None:
    sound.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    message = "this repository is bare: it has no files to edit, and basalt reads commits only"
    assert examine(Repo(tmp_path / "bare.git"))[0] == Diagnosis("bare", "notice", message)


def test_a_repository_without_commits_has_no_versions(tmp_path: Path) -> None:
    unborn = Repo(tmp_path)
    unborn.git("init", "--quiet", "--initial-branch=main")
    unborn.write("basalt.yaml", "trunk: main\n")
    assert examine(unborn) == [
        Diagnosis(
            "unborn", "problem", "HEAD is unborn: main has no commits yet, and versions are commits",
            "git add --all && git commit",
        ),
        Diagnosis(
            "no-trunk", "problem", "the trunk 'main' is not in this clone",
            "git fetch origin main:refs/remotes/origin/main",
        ),
    ]  # fmt: skip


def test_a_trunk_that_has_diverged_from_its_upstream_is_a_problem(sound: Repo, tmp_path: Path) -> None:
    cloned = clone(sound, tmp_path / "clone")
    sound.commit("There", {"README.md": "x"})
    cloned.git("fetch", "--quiet")
    (found,) = [one for one in examine(cloned) if one.code == "parted"]
    assert found.severity == "problem"
    assert "main" in found.message
    run(cloned, found.command)
    assert examine(cloned) == []


def test_a_lightweight_tag_is_ignored_and_said(sound: Repo) -> None:
    sound.git("tag", "greeting@v1.0.0")
    sound.git("tag", "other")
    (found,) = examine(sound)
    assert found == Diagnosis(
        "lightweight-tag", "problem",
        "the tag 'greeting@v1.0.0' is ignored: it is lightweight, without author and time",
        f"git tag -d greeting@v1.0.0 && git tag -a greeting@v1.0.0 {sound.head[:9]}", subject="greeting@v1.0.0",
    )  # fmt: skip
    run(sound, f"{found.command} -m x")
    assert examine(sound) == []


def test_a_release_that_names_no_commit_is_ignored_and_said(sound: Repo) -> None:
    sound.git("tag", "-a", "greeting@v1.0.0", "HEAD^{tree}", "-m", "x")
    (found,) = examine(sound)
    assert found == Diagnosis(
        "tag-of-no-commit", "problem", "the tag 'greeting@v1.0.0' is ignored: it does not name a commit",
        "git tag -d greeting@v1.0.0", subject="greeting@v1.0.0",
    )  # fmt: skip
    run(sound, found.command)
    assert examine(sound) == []


def test_a_tag_with_the_name_of_a_folder_of_prompts_blocks_their_tags(sound: Repo) -> None:
    sound.commit("Deep", {"prompts/support/deep/reply.yaml": PROMPT})
    for name in ("support", "greeting"):
        sound.git("tag", name)
    (found,) = examine(sound)
    assert found == Diagnosis(
        "blocking-tag", "problem", "the tag 'support' blocks all tags of the prompts in support/",
        "git tag old-support support && git tag -d support", subject="support",
    )  # fmt: skip
    run(sound, found.command)
    assert examine(sound) == []


def test_pointer_tags_are_unused_while_pointers_are_in_the_file(sound: Repo) -> None:
    sound.git("tag", "-a", "greeting#staging#1", "-m", "x")
    assert examine(sound) == [
        Diagnosis(
            "unused-pointer-tags", "notice",
            "pointer tags such as 'greeting#staging#1' are ignored while basalt.yaml has deployments: file",
            "basalt migrate deployments --to tags",
        )
    ]  # fmt: skip


def test_a_sparse_checkout_is_a_notice(sound: Repo) -> None:
    sound.git("sparse-checkout", "set", "prompts")
    message = "this checkout is sparse: prompts outside it are missing from the working tree"
    assert examine(sound) == [Diagnosis("sparse", "notice", message, "git sparse-checkout disable")]
    run(sound, "git sparse-checkout disable")
    assert examine(sound) == []


def test_a_lock_is_named_with_its_age_and_never_removed(sound: Repo) -> None:
    lock = sound.write(".git/index.lock", "")
    os.utime(lock, (time.time() - 100, time.time() - 100))
    (found,) = examine(sound)
    assert (found.code, found.severity, found.subject) == ("lock", "problem", str(lock))
    assert found.message.startswith(f"{lock} exists, 10")
    assert found.message.endswith(" seconds old, and blocks git from writing")
    assert found.command == f"rm {lock}    # only if no git command is running"
    assert found.fix is None


def test_a_hook_that_never_runs_is_a_problem(sound: Repo) -> None:
    sound.write(".git/hooks/pre-commit", "#!/bin/sh\n")
    assert examine(sound) == []
    sound.git("config", "core.hooksPath", "elsewhere")
    message = "core.hooksPath is 'elsewhere', so the hook .git/hooks/pre-commit never runs"
    assert examine(sound) == [Diagnosis("hooks-path", "problem", message, "git config --unset core.hooksPath")]
    run(sound, "git config --unset core.hooksPath")
    assert examine(sound) == []


def test_files_in_lfs_and_with_crlf_are_named(sound: Repo) -> None:
    for number in range(7):
        sound.write(f"prompts/crlf{number}.yaml", PROMPT.replace("\n", "\r\n"))
    sound.write("prompts/big.yaml", "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n")
    sound.write(".gitattributes", "deployments.yaml merge=basalt\n")
    sound.commit("Odd")
    crlf = ", ".join(f"crlf{number}.yaml" for number in range(5)) + " and 2 more"
    assert examine(sound) == [
        Diagnosis(
            "lfs", "problem", "big.yaml in prompts/ are in Git LFS: basalt reads only their LFS pointers",
            "git lfs migrate export --include='prompts/**' --everything",
        ),
        Diagnosis(
            "crlf", "notice", f"{crlf} in prompts/ have CRLF line ends, which diffs show and digests ignore",
            "echo 'prompts/** text eol=lf' >> .gitattributes && git add --renormalize . && git commit",
        ),
    ]  # fmt: skip


def test_pointers_that_cannot_be_read_are_one_problem(sound: Repo) -> None:
    sound.commit("Broken", {"deployments.yaml": "format: 1\nenvironments: [\n"})
    (found,) = examine(sound)
    assert (found.code, found.severity) == ("unreadable-pointers", "problem")
    assert found.message.startswith("the pointers cannot be read: ")
    assert "\n" not in found.message
    assert found.command == "git log -p -- deployments.yaml"


def test_a_wrong_digest_is_fixed_by_a_promotion(sound: Repo, basalt: Basalt) -> None:
    basalt("promote", "greeting", "--to", "staging")
    text = sound.read("deployments.yaml")
    digest = text.partition("sha256:")[2][:64]
    sound.commit("By hand", {"deployments.yaml": text.replace(digest, "0" * 64)})
    (found,) = examine(sound)
    assert (found.code, found.subject, found.fix) == ("pointer-digest", "staging greeting", None)
    run_by_basalt = found.command
    assert run_by_basalt == "basalt promote greeting --to staging"
    basalt(*run_by_basalt.split()[1:], "--yes")
    assert examine(sound) == []


def test_a_pointer_off_the_trunk_names_the_commit_that_has_its_digest(sound: Repo, basalt: Basalt) -> None:
    sound.git("switch", "--quiet", "--create", "side")
    sound.commit("Side", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Hey")})
    sound.git("switch", "--quiet", "main")
    basalt("promote", "greeting", "--to", "staging", "--version", "side", "--allow-unmerged")
    (found,) = examine(sound)
    assert (found.code, found.fix) == ("pointer-off-trunk", None)
    sound.git("merge", "--quiet", "--squash", "side")
    squashed = sound.commit("Squash")
    (found,) = examine(sound)
    assert (found.code, found.fix, found.subject) == ("pointer-off-trunk", "repoint", "staging greeting")
    assert found.message.endswith(f"; {squashed[:9]} on the trunk has the same digest")
    assert found.command == f"basalt promote greeting --to staging --version {squashed[:9]}"


def test_a_clone_without_the_merge_driver_is_a_notice(repo: Repo) -> None:
    message = "git merges deployments.yaml as text, so two promotions on two branches can conflict"
    expected = [Diagnosis("no-merge-driver", "notice", message, "basalt doctor --fix", "merge-driver")]
    assert examine(repo) == expected
    repo.git("config", "merge.basalt.driver", "true")
    assert examine(repo) == expected


@pytest.mark.parametrize(
    ("owners", "found"),
    [(None, True), ("src/ @ada\n", True), ("* @ada\n", False), ("x @b\n/basalt.yaml @ada\n", False)],
)
def test_a_policy_without_an_owner_is_a_notice_once_there_is_an_upstream(
    sound: Repo, tmp_path: Path, owners: str | None, found: bool
) -> None:
    if owners is not None:
        sound.commit("Owners", {".github/CODEOWNERS": owners})
    sound.git("clone", "--quiet", str(sound.path), str(tmp_path / "clone"))
    cloned = Repo(tmp_path / "clone")
    cloned.git("config", "merge.basalt.driver", "true")
    message = (
        "anyone who can push to main can change what production runs: CODEOWNERS does not list basalt.yaml, and git "
        "cannot tell whether the host protects the branch"
    )
    command = "protect the branch at the host, and give basalt.yaml an owner in CODEOWNERS"
    assert examine(cloned) == ([Diagnosis("unprotected-trunk", "notice", message, command)] if found else [])


def test_tags_are_compared_with_those_of_remotes_only_if_asked(sound: Repo, tmp_path: Path) -> None:
    sound.commit("Owners", {"CODEOWNERS": "basalt.yaml @ada\n", "basalt.yaml": "trunk: main\ndeployments: tags\n"})
    sound.git("clone", "--quiet", "--bare", ".", str(tmp_path / "hub.git"))
    hub = Repo(tmp_path / "hub.git")
    sound.git("remote", "add", "origin", str(hub.path))
    for where, names in ((sound, ("a@v1.0.0", "b@v1.0.0", "mine")), (hub, ("a@v1.0.0", "c@v1.0.0", "theirs"))):
        for name in names:
            where.git("tag", "-a", name, "-m", str(where.path))
    assert examine(sound) == []
    found = examine(sound, asks_remotes=True)
    assert found == [
        Diagnosis(
            "diverged-tag", "problem",
            "the tag 'a@v1.0.0' differs from that of origin, which counts: both were created apart",
            "git tag -d a@v1.0.0 && git fetch origin --tags", subject="a@v1.0.0",
        ),
        Diagnosis(
            "unfetched-tags", "problem", "origin has pointer or release tags that are missing here: c@v1.0.0",
            "git fetch origin --tags",
        ),
        Diagnosis(
            "unpushed-tags", "notice", "these pointer or release tags are not pushed to origin: b@v1.0.0",
            "git push --atomic origin b@v1.0.0",
        ),
    ]  # fmt: skip
    run(sound, found[0].command)
    run(sound, found[2].command)
    assert examine(sound, asks_remotes=True) == []


def test_a_long_history_without_a_commit_graph_is_a_notice(sound: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("basalt_cli.setup.doctor._LONG_HISTORY", 3)
    assert examine(sound) == []
    sound.commit("Third")
    (found,) = examine(sound)
    assert found == Diagnosis(
        "no-commit-graph", "notice", "main has 3 commits and no commit-graph, which makes log and status faster",
        "git commit-graph write --reachable --changed-paths", "commit-graph",
    )  # fmt: skip
    run(sound, found.command)
    assert examine(sound) == []
