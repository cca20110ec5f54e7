"""Keep a bare copy of a remote repository in a folder that all processes of a user share."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from basalt_cli.errors import BasaltError, GitError
from basalt_cli.files.lock import hold_lock
from basalt_cli.git.process import clean_environment, explain

_URL = re.compile(r"(?:https?|ssh|git|git\+ssh|file)://|(?:[\w.-]+@)?[\w.-]+:(?!//)", re.IGNORECASE)
# Other transports are refused: with some of them, a URL names a program to run.
_PROTOCOLS = "file:git:http:https:ssh"
_STAMP = "basalt-fetched"
_BRANCHES = "+refs/heads/*:refs/remotes/origin/*"
_TAGS = "+refs/tags/*:refs/tags/*"


class LoginError(GitError):
    """A remote refuses the credentials, or needs some."""


def is_url(text: str) -> bool:
    """Return whether a text is the address of a remote repository: a URL or ``host:path``, and no existing path."""
    return _URL.match(text) is not None and not Path(text).exists()


def find_age(folder: Path) -> float | None:
    """Return the seconds since the last fetch; None if there is no copy, or its time lies in the future."""
    try:
        age = time.time() - (folder / _STAMP).stat().st_mtime
    except OSError:
        return None
    return age if age >= 0 else None


def has_copy(folder: Path) -> bool:
    """Return whether there is a copy that was fetched completely."""
    return (folder / _STAMP).exists()


@contextlib.contextmanager
def alone(folder: Path, timeout_seconds: float) -> Iterator[None]:
    """Hold the lock on a copy; raise BasaltError when another process holds it for too long."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(hold_lock(Path(f"{folder}.lock"), timeout_seconds=timeout_seconds))
        except TimeoutError:
            raise BasaltError(f"another process works on {folder} for too long") from None
        yield


def make_copy(url: str, folder: Path, timeout_seconds: float) -> None:
    """Copy a remote repository into a folder; raise GitError, and leave no copy, if it cannot be read.

    Needs the lock of ``alone``, so the unfinished copies that it removes belong to processes that died.
    """
    for left in folder.parent.glob(f".{folder.name}-*"):
        shutil.rmtree(left, ignore_errors=True)
    temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    copy, old = temporary / "new", temporary / "old"
    try:
        _run(temporary, ["init", "--quiet", "--bare", str(copy)], timeout_seconds)
        with open(copy / "config", "a", encoding="utf-8") as config:
            # Not by `git config`: arguments of a process are public, and a URL may contain a password.
            config.write(f'[remote "origin"]\n\turl = {_quote(url)}\n\tfetch = {_BRANCHES}\n')
        fetch_copy(copy, timeout_seconds)
        if folder.exists():
            os.rename(folder, old)
        os.rename(copy, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _quote(value: str) -> str:
    """Return a value quoted for git's configuration file."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def fetch_copy(folder: Path, timeout_seconds: float) -> None:
    """Fetch all branches and tags, and follow the remote's HEAD; raise GitError if a step fails."""
    options = ["--quiet", "--prune", "--force", "--no-write-fetch-head", "--no-auto-maintenance", "--no-tags"]
    _run(folder, ["fetch", *options, "--end-of-options", "origin", _BRANCHES, _TAGS], timeout_seconds)
    _follow_head(folder, timeout_seconds)
    (folder / _STAMP).touch()


def can_be_reached(folder: Path, timeout_seconds: float) -> bool:
    """Return whether the remote of a copy answers."""
    try:
        _run(folder, ["ls-remote", "--quiet", "--end-of-options", "origin", "HEAD"], timeout_seconds)
    except GitError:
        return False
    return True


def _follow_head(folder: Path, timeout_seconds: float) -> None:
    """Point HEAD at the remote's HEAD branch, whose basalt.yaml names the trunk; at main if the remote has none."""
    answer = _run(folder, ["ls-remote", "--symref", "--end-of-options", "origin", "HEAD"], timeout_seconds)
    line = answer.partition("\n")[0]
    branch = line.removeprefix("ref: refs/heads/").partition("\t")[0] if line.startswith("ref: ") else "main"
    _run(folder, ["symbolic-ref", "HEAD", f"refs/remotes/origin/{branch}"], timeout_seconds)


def _run(folder: Path, arguments: Sequence[str], timeout_seconds: float) -> str:
    variables = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": _PROTOCOLS}
    # In batch mode ssh does not prompt for a password; it gives up on a host that does not answer.
    variables["GIT_SSH_COMMAND"] = os.environ.get("GIT_SSH_COMMAND", "ssh -oBatchMode=yes -oConnectTimeout=10")
    command = ["git", "-c", "safe.bareRepository=all", "-c", "gc.auto=0", *arguments]
    try:
        process = subprocess.Popen(
            command, cwd=folder, env={**clean_environment(), **variables}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
    except FileNotFoundError:
        raise BasaltError("git is not installed, or not on the PATH", hint="Install git 2.30 or newer.") from None
    try:
        output, errors = process.communicate(timeout=timeout_seconds)
    except subprocess.TimeoutExpired:
        # The whole process group: git's children hold the pipes, and one of them waits for the remote.
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise GitError(f"the remote did not answer within {timeout_seconds:g} seconds") from None
    if process.returncode != 0:
        raise _explain(subprocess.CompletedProcess(command, process.returncode, output, errors))
    return output.decode(errors="surrogateescape")


def _explain(result: subprocess.CompletedProcess[bytes]) -> GitError:
    errors = result.stderr.decode(errors="replace").lower()
    login_errors = ("authentication failed", "could not read username", "permission denied (publickey", "error: 403")
    if any(words in errors for words in login_errors):
        hint = "Configure a credential helper for git, or an ssh key."
        return LoginError(f"the remote refuses access: {explain(result)}", hint=hint)
    hint = "Check the address of the remote, and the network."
    return GitError(f"the remote cannot be read: {explain(result)}", hint=hint)
