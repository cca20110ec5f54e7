"""Fetch from a remote, and push to it by compare-and-swap."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from basalt_cli.errors import GitError
from basalt_cli.git.command import run_write, try_write
from basalt_cli.git.process import explain
from basalt_cli.git.read import Repository

# What git and hosts report for a ref that has another value than the push expected.
_STALE_REASONS = (
    "non-fast-forward", "fetch first", "already exists", "stale info", "incorrect old value", "failed to update ref",
    "cannot lock ref", "failed to lock", "atomic transaction failed",
)  # fmt: skip


class PushOutcome(Enum):
    """The outcome of a push.

    ``STALE``: a ref at the remote has moved. ``REFUSED``: the remote refused for another reason. ``UNKNOWN``: no answer
    came, so only the remote's refs can tell. ``NOT_ATOMIC``: the remote cannot update several refs as one.
    """

    DONE = 1
    STALE = 2
    REFUSED = 3
    UNKNOWN = 4
    NOT_ATOMIC = 5


class Pushed(NamedTuple):
    """The outcome of a push, and the reason that git or the host gives; empty for DONE."""

    outcome: PushOutcome
    reason: str


def list_remotes(repository: Repository) -> tuple[str, ...]:
    """Return the names of all remotes."""
    return tuple(run_write(repository, "remote").split())


def fetch(repository: Repository, remote: str, *refspecs: str) -> None:
    """Fetch refs from a remote; raise GitError if that fails."""
    # This fetches one commit or a few tags: maintenance can wait for the user's next git command.
    options = ["--quiet", "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules", "--no-tags"]
    arguments = ["fetch", *options, "--stdin", "--end-of-options", remote]
    data = "".join(f"{refspec}\n" for refspec in refspecs).encode(errors="surrogateescape")
    _require_read(remote, try_write(repository.folder, arguments, data))


def list_remote_refs(repository: Repository, remote: str, *patterns: str) -> dict[str, str]:
    """Return the objects of a remote's refs by their full names; raise GitError if it cannot be read."""
    arguments = ["ls-remote", "--quiet", "--refs", "--end-of-options", remote, *patterns]
    result = try_write(repository.folder, arguments)
    _require_read(remote, result)
    lines = result.stdout.decode(errors="surrogateescape").splitlines()
    return {name: object_id for object_id, _, name in (line.partition("\t") for line in lines)}


def _require_read(remote: str, result: subprocess.CompletedProcess[bytes]) -> None:
    if result.returncode != 0:
        hint = f"Check git remote -v, and whether git fetch {remote} works."
        raise GitError(f"{remote} could not be read: {explain(result)}; nothing was moved", hint=hint)


def push(repository: Repository, remote: str, updates: Sequence[tuple[str, str]]) -> Pushed:
    """Push objects to refs of a remote, all or none, without force: a ref that moved there is not overwritten.

    ``updates`` are pairs of an object and a full ref name.
    """
    refspecs = [f"{source}:{ref}" for source, ref in updates]
    atomic = ["--atomic"] if len(refspecs) > 1 else []
    arguments = ["push", "--porcelain", "--no-verify", "--no-follow-tags", *atomic, "--end-of-options", remote]
    result = try_write(repository.folder, [*arguments, *refspecs])
    output = result.stdout.decode(errors="replace")
    if result.returncode == 0:
        return Pushed(PushOutcome.DONE, "")
    rejected = [line for line in output.splitlines() if line.startswith("!")]
    reasons = [_parse_reason(line) for line in rejected]
    # "atomic push failed" is reported for refs that were only rejected because another one was.
    telling = [reason for reason in reasons if not reason.startswith("atomic push fail")] or reasons
    reason = telling[0] if telling else explain(result)
    if b"does not support --atomic" in result.stderr:
        return Pushed(PushOutcome.NOT_ATOMIC, f"{remote} cannot move several refs at once")
    if any(words in reason for reason in telling for words in _STALE_REASONS):
        return Pushed(PushOutcome.STALE, reason)
    return Pushed(PushOutcome.REFUSED if rejected else PushOutcome.UNKNOWN, _read_host_message(result.stderr) or reason)


def _parse_reason(line: str) -> str:
    """Return the reason of ``!<TAB>from:to<TAB>[rejected] (reason)`` in lower case."""
    return line.rpartition("\t")[2].partition("(")[2].rpartition(")")[0].lower()


def _read_host_message(stderr: bytes) -> str:
    """Return the first three lines that a hook of the host printed, which explain a refusal better than git does."""
    lines = [line.partition("remote:")[2].strip() for line in stderr.decode(errors="replace").splitlines()]
    return "; ".join([line for line in lines if line and not line.startswith("error: hook declined")][:3])
