"""Run git commands that write: with the user's configuration, and without the variables that git sets inside hooks."""

from __future__ import annotations

import shlex
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from basalt_cli.errors import BasaltError, GitError
from basalt_cli.git.process import clean_environment, explain
from basalt_cli.git.read import Repository

# A promotion is on the disk before it is reported.
FSYNC = ("-c", "core.fsync=committed,reference", "-c", "core.fsyncMethod=fsync")


def try_write(
    folder: str, arguments: Sequence[str], data: bytes | None = None, variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder and return the result, failed or not; ``variables`` are added to the environment."""
    environment = {**clean_environment(), "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", **(variables or {})}
    command = ["git", "--literal-pathspecs", "-c", "core.fsmonitor=false", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, input=data, capture_output=True, check=False)


def run_write(repository: Repository, *arguments: str) -> str:
    """Run git and return its output; raise GitError if it fails."""
    result = try_write(repository.folder, arguments)
    if result.returncode != 0:
        raise GitError(f"git {arguments[0]} failed: {explain(result)}")
    return result.stdout.decode(errors="surrogateescape")


def refuse_lock(lock: Path) -> None:
    """Raise BasaltError with the age of a lock file of git if it exists; the file is not deleted."""
    try:
        age_seconds = int(time.time() - lock.stat().st_mtime)
    except OSError:
        return
    hint = f"Wait for the git command that holds it; if none is running: rm {shlex.quote(str(lock))}"
    raise BasaltError(f"{lock} exists, {age_seconds} seconds old; nothing was moved", hint=hint)


def require_identity(result: subprocess.CompletedProcess[bytes], what: str) -> None:
    """Raise GitError for a commit or tag that git did not make; a missing identity is the usual reason."""
    if result.returncode == 0:
        return
    is_unknown = b"user.name" in result.stderr or b"empty ident" in result.stderr
    hint = "Run git config user.name NAME and git config user.email ADDRESS." if is_unknown else None
    reason = "git has no identity for you" if is_unknown else explain(result)
    raise GitError(f"{what}: {reason}; nothing was moved", hint=hint)


def find_signature(repository: Repository, commit: str) -> tuple[bool, str]:
    """Return whether git verifies the signature of a commit or of a tag on it, and a clause that says why."""
    checked = try_write(repository.folder, ["verify-commit", "--end-of-options", commit])
    if checked.returncode == 0:
        return True, f"{commit[:9]} is signed: {explain(checked)}"
    tags = run_write(repository, "tag", "--points-at", commit).splitlines()
    for tag in tags:
        if try_write(repository.folder, ["verify-tag", "--end-of-options", tag]).returncode == 0:
            return True, f"the tag {tag} on {commit[:9]} is signed"
    reason = f": {explain(checked)}" if checked.stderr else ""
    return False, f"{commit[:9]} has no signature that git verifies{reason}"


def merge_text(base: Path, ours: Path, theirs: Path) -> bool:
    """Merge ``theirs`` into ``ours`` as git merges text; return False if the file has conflict markers now."""
    arguments = ["merge-file", "-L", "ours", "-L", "base", "-L", "theirs", str(ours), str(base), str(theirs)]
    return try_write(str(Path.cwd()), arguments).returncode == 0


def set_config(repository: Repository, name: str, value: str) -> None:
    """Set a value in the configuration of the repository."""
    run_write(repository, "config", "--local", name, value)


def find_config(repository: Repository, name: str) -> str | None:
    """Return a value of git's configuration, the last one if there are several; None if it is not set."""
    result = try_write(repository.folder, ["config", "--get", name])
    return result.stdout.decode(errors="replace").strip() if result.returncode == 0 else None


def list_config(repository: Repository, pattern: str) -> dict[str, str]:
    """Return the values of git's configuration whose names match a regular expression, by name."""
    result = try_write(repository.folder, ["config", "-z", "--get-regexp", pattern])
    entries = result.stdout.decode(errors="replace").split("\0")[:-1]
    return {name: value for name, _, value in (entry.partition("\n") for entry in entries)}


def write_commit_graph(repository: Repository) -> None:
    """Write git's commit-graph with changed-path filters, which makes history walks fast."""
    run_write(repository, "commit-graph", "write", "--reachable", "--changed-paths")
