"""Run git commands that read, in an environment that no hook and no configuration of the repository can change."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from basalt_cli.errors import BasaltError, GitError

# The GIT_* variables that commands inherit. git sets the others (GIT_DIR, GIT_INDEX_FILE, GIT_WORK_TREE, ...) inside
# hooks, where they would redirect each command to the repository and index of the hook.
_KEPT = frozenset(
    (
        "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_DATE", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL",
        "GIT_COMMITTER_DATE", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_SSH",
        "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_SSL_CAINFO", "GIT_SSL_NO_VERIFY", "GIT_CEILING_DIRECTORIES",
        "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_TRACE",
    )
)  # fmt: skip
# Configuration that containers and CI systems set, most often safe.directory.
_KEPT_PREFIXES = ("GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_")
# Reads do not fetch. In a partial clone `cat-file` would, and so run a program that the repository's config names.
_READ_ONLY = {
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
    "GIT_PAGER": "cat",
}
_CHUNK_BYTES = 65536
_OPTIONS = (
    # A bare repository that is committed inside a worktree would bring its own configuration.
    "-c", "safe.bareRepository=explicit", "-c", "core.quotePath=false", "-c", "core.fsmonitor=false",
    # The user's settings for logs would change the output that is parsed.
    "-c", "log.showSignature=false", "-c", "log.diffMerges=separate", "-c", "log.follow=false",
)  # fmt: skip


def read_environment() -> dict[str, str]:
    """Return the environment of commands that read."""
    return {**clean_environment(), **_READ_ONLY}


def clean_environment() -> dict[str, str]:
    """Return the caller's environment without the variables that git sets inside hooks."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name in _KEPT or name.startswith(_KEPT_PREFIXES)
    }


def run_git(
    arguments: Sequence[str],
    folder: str | Path,
    *,
    git_dir: str | None = None,
    data: bytes | None = None,
    index: str | None = None,
) -> bytes:
    """Run a git command that reads, in ``folder``, and return its output; raise GitError if it fails."""
    result = try_git(arguments, folder, git_dir=git_dir, data=data, index=index)
    if result.returncode != 0:
        raise GitError(f"git {arguments[0]} failed: {explain(result)}")
    return result.stdout


def try_git(
    arguments: Sequence[str],
    folder: str | Path,
    *,
    git_dir: str | None = None,
    data: bytes | None = None,
    index: str | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run a git command that reads, and return the result, failed or not.

    ``index`` is the absolute path of an index to read instead of the repository's.
    """
    command = git_command(arguments, git_dir)
    environment = read_environment() | ({"GIT_INDEX_FILE": index} if index else {})
    try:
        return subprocess.run(command, cwd=folder, input=data, env=environment, capture_output=True, check=False)
    except FileNotFoundError:
        raise _missing(folder) from None


def stream_git(arguments: Sequence[str], folder: str | Path, *, git_dir: str, separator: bytes) -> Iterator[bytes]:
    """Yield the records of a git command that reads, as git prints them; closing the iterator ends the process."""
    command = git_command(arguments, git_dir)
    environment = read_environment()
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        rest = b""
        try:
            while chunk := os.read(process.stdout.fileno(), _CHUNK_BYTES):
                *records, rest = (rest + chunk).split(separator)
                yield from records
            if rest:
                yield rest
            if process.wait() != 0:
                raise GitError(f"git {arguments[0]} failed", hint="Check the repository with git fsck.")
        finally:
            if process.poll() is None:
                process.kill()


def git_command(arguments: Sequence[str], git_dir: str | None) -> list[str]:
    """Return the command line that runs git in ``git_dir``, or in the repository that git discovers."""
    where = () if git_dir is None else (f"--git-dir={git_dir}",)
    return ["git", "--literal-pathspecs", *_OPTIONS, *where, *arguments]


def list_branches(folder: str | Path) -> str:
    """Return all branches and remote-tracking branches with their commits, as one text; empty outside a repository."""
    result = try_git(["for-each-ref", "--format=%(objectname) %(refname)", "refs/heads", "refs/remotes"], folder)
    return result.stdout.decode(errors="surrogateescape") if result.returncode == 0 else ""


def explain(result: subprocess.CompletedProcess[bytes]) -> str:
    """Return the first line that git printed to stderr, without its prefix; else the exit code."""
    lines = [line for line in result.stderr.decode(errors="replace").splitlines() if line.strip()]
    return lines[0].removeprefix("fatal: ").removeprefix("error: ") if lines else f"exit code {result.returncode}"


def _missing(folder: str | Path) -> BasaltError:
    if not Path(folder).is_dir():
        return BasaltError(f"the folder {folder} does not exist")
    return BasaltError("git is not installed, or not on the PATH", hint="Install git 2.30 or newer.")
