"""Commands that read: their environment, their output and their failures."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from basalt_cli.errors import BasaltError, GitError
from basalt_cli.git.process import (
    clean_environment,
    explain,
    git_command,
    list_branches,
    read_environment,
    run_git,
    stream_git,
    try_git,
)

from tests.support import Repo


def test_variables_that_git_sets_inside_hooks_are_not_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_EXEC_PATH"):
        monkeypatch.setenv(name, "/nowhere")
    kept = {"GIT_AUTHOR_NAME": "Ada", "GIT_CONFIG_COUNT": "0", "GIT_CONFIG_KEY_0": "a.b", "GIT_SSH_COMMAND": "ssh"}
    for name, value in kept.items():
        monkeypatch.setenv(name, value)
    found = {name: value for name, value in clean_environment().items() if name.startswith("GIT_")}
    assert kept.items() <= found.items()
    assert "/nowhere" not in found.values()


def test_reads_fetch_nothing_prompt_for_nothing_and_ignore_replacements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TERMINAL_PROMPT", "1")
    found = read_environment()
    expected = {
        "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C",
        "GIT_NO_REPLACE_OBJECTS": "1", "GIT_OPTIONAL_LOCKS": "0", "GIT_PAGER": "cat",
    }  # fmt: skip
    assert expected.items() <= found.items()


def test_a_replaced_object_is_read_as_it_was(repo: Repo) -> None:
    blob, other = (repo.git("rev-parse", f"HEAD:{path}") for path in ("basalt.yaml", "deployments.yaml"))
    repo.git("replace", blob, other)
    assert run_git(["cat-file", "blob", blob], repo.path) == (repo.path / "basalt.yaml").read_bytes()


def test_the_users_settings_for_logs_do_not_change_what_is_parsed(repo: Repo) -> None:
    for name, value in {"log.showSignature": "true", "core.quotePath": "true", "log.follow": "true"}.items():
        repo.git("config", name, value)
    repo.write("prompts/é.yaml", "prompt: x\n")
    repo.commit("accent")
    found = run_git(["log", "-1", "--format=%H", "--name-only"], repo.path).decode()
    assert found == f"{repo.head}\n\nprompts/é.yaml\n"


def test_a_failure_is_an_error_with_the_words_of_git(repo: Repo) -> None:
    with pytest.raises(GitError, match=r"^git rev-parse failed: Needed a single revision$"):
        run_git(["rev-parse", "--verify", "nope"], repo.path)
    assert try_git(["rev-parse", "--verify", "nope"], repo.path).returncode == 128


def test_a_command_reads_the_repository_index_and_input_that_it_is_given(repo: Repo, tmp_path: Path) -> None:
    git_dir = str(repo.path / ".git")
    assert run_git(["rev-parse", "HEAD"], tmp_path, git_dir=git_dir).decode().strip() == repo.head
    assert run_git(["ls-files"], repo.path, index=str(tmp_path / "empty")) == b""
    assert run_git(["hash-object", "--stdin"], repo.path, data=b"") == b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\n"


def test_paths_are_literal(repo: Repo) -> None:
    assert run_git(["ls-files", "--", "*.yaml"], repo.path) == b""
    assert git_command(["log"], "/x")[:2] == ["git", "--literal-pathspecs"]
    assert git_command(["log"], "/x")[-2:] == ["--git-dir=/x", "log"]
    assert "--git-dir" not in " ".join(git_command(["log"], None))


@pytest.mark.parametrize(
    ("stderr", "reason"),
    [
        (b"\nfatal: bad thing\nmore\n", "bad thing"), (b"error: no\n", "no"), (b"plain\n", "plain"),
        (b"\n \n", "exit code 7"), (b"", "exit code 7"), (b"caf\xe9\n", "caf\ufffd"),
    ],
)  # fmt: skip
def test_the_reason_is_the_first_line_that_git_printed(stderr: bytes, reason: str) -> None:
    assert explain(subprocess.CompletedProcess(["git"], 7, b"", stderr)) == reason


def test_records_are_streamed_whole(repo: Repo) -> None:
    repo.commit("long", {"long.txt": "x" * 200_000})
    found = list(stream_git(["log", "-z", "--format=%s"], repo.path, git_dir=str(repo.path / ".git"), separator=b"\0"))
    assert found == [b"long", b"Start"]
    blob = ["cat-file", "blob", "HEAD:long.txt"]
    chunks = stream_git(blob, repo.path, git_dir=str(repo.path / ".git"), separator=b"\0")
    assert [len(chunk) for chunk in chunks] == [200_000]


def test_a_stream_may_be_left_early_and_a_failure_is_an_error(repo: Repo) -> None:
    git_dir = str(repo.path / ".git")
    stream = stream_git(["log", "-z", "--format=%s"], repo.path, git_dir=git_dir, separator=b"\0")
    assert next(stream) == b"Start"
    stream.close()  # type: ignore[attr-defined]
    with pytest.raises(GitError, match=r"^git log failed$"):
        list(stream_git(["log", "nope"], repo.path, git_dir=git_dir, separator=b"\0"))


def test_a_missing_folder_or_program_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BasaltError, match=rf"^the folder {tmp_path}/none does not exist$"):
        try_git(["status"], tmp_path / "none")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BasaltError, match=r"^git is not installed, or not on the PATH$") as caught:
        try_git(["status"], tmp_path)
    assert caught.value.hint == "Install git 2.30 or newer."


def test_branches_of_here_and_of_remotes_are_listed(repo: Repo, tmp_path: Path) -> None:
    repo.git("branch", "b")
    repo.git("tag", "t")
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")
    names = ("refs/heads/b", "refs/heads/main", "refs/remotes/origin/main")
    assert list_branches(repo.path) == "".join(f"{repo.head} {name}\n" for name in names)
    assert list_branches(tmp_path) == ""
