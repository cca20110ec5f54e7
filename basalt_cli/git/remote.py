"""Talk to a remote: fetch what it has, and push by compare-and-swap."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from basalt_cli.errors import GitError
from basalt_cli.git.command import run_write, try_write
from basalt_cli.git.process import explain
from basalt_cli.git.read import Repository

_SOMEBODY_WAS_FASTER = (
    "non-fast-forward", "fetch first", "already exists", "stale info", "incorrect old value", "failed to update ref",
    "cannot lock ref", "failed to lock", "atomic transaction failed",
)  # fmt: skip


class PushOutcome(Enum):
    """What came of a push: ``STALE`` when the remote had moved, ``REFUSED`` when it does not want this from us.

    ``UNKNOWN`` when no answer came: the remote must be looked at again. ``NOT_ATOMIC`` when it cannot take all or none.
    """

    DONE = 1
    STALE = 2
    REFUSED = 3
    UNKNOWN = 4
    NOT_ATOMIC = 5


class Pushed(NamedTuple):
    """The outcome of a push, and git's words about it."""

    outcome: PushOutcome
    reason: str


def list_remotes(repository: Repository) -> tuple[str, ...]:
    """Return the names of all remotes."""
    return tuple(run_write(repository, "remote").split())


def fetch(repository: Repository, remote: str, *refspecs: str) -> None:
    """Fetch refs from a remote; raise GitError where that fails."""
    # What is fetched here is one commit or a few tags: tidying up can wait for the user's own git.
    options = ["--quiet", "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules", "--no-tags"]
    arguments = ["fetch", *options, "--stdin", "--end-of-options", remote]
    data = "".join(f"{refspec}\n" for refspec in refspecs).encode(errors="surrogateescape")
    result = try_write(repository.folder, arguments, data)
    if result.returncode != 0:
        hint = f"See git remote -v, and whether git fetch {remote} works."
        raise GitError(f"{remote} could not be read: {explain(result)}; nothing was moved", hint=hint)


def list_remote_refs(repository: Repository, remote: str, *patterns: str) -> dict[str, str]:
    """Return the objects of the refs that a remote has now, by full name; raise GitError where it cannot be read."""
    arguments = ["ls-remote", "--quiet", "--refs", "--end-of-options", remote, *patterns]
    result = try_write(repository.folder, arguments)
    if result.returncode != 0:
        hint = f"See git remote -v, and whether git fetch {remote} works."
        raise GitError(f"{remote} could not be read: {explain(result)}; nothing was moved", hint=hint)
    lines = result.stdout.decode(errors="surrogateescape").splitlines()
    return {name: object_id for object_id, _, name in (line.partition("\t") for line in lines)}


def push(repository: Repository, remote: str, updates: Sequence[tuple[str, str]]) -> Pushed:
    """Push objects to refs of a remote, all or none; what moved there meanwhile is never overwritten.

    ``updates`` are an object and a full ref name each.
    """
    refspecs = [f"{source}:{ref}" for source, ref in updates]
    atomic = ["--atomic"] if len(refspecs) > 1 else []
    arguments = ["push", "--porcelain", "--no-verify", "--no-follow-tags", *atomic, "--end-of-options", remote]
    result = try_write(repository.folder, [*arguments, *refspecs])
    output = result.stdout.decode(errors="replace")
    if result.returncode == 0:
        # An object that is there already was not put there by this push, unless it is our own, pushed before.
        return Pushed(PushOutcome.DONE, "")
    rejected = [line for line in output.splitlines() if line.startswith("!")]
    reasons = [_parse_reason(line) for line in rejected]
    # What is said of refs that were fine by themselves, where another one was not.
    telling = [reason for reason in reasons if not reason.startswith("atomic push fail")] or reasons
    reason = telling[0] if telling else explain(result)
    if b"does not support --atomic" in result.stderr:
        return Pushed(PushOutcome.NOT_ATOMIC, f"{remote} cannot move several refs at once")
    if any(words in reason for reason in telling for words in _SOMEBODY_WAS_FASTER):
        return Pushed(PushOutcome.STALE, reason)
    return Pushed(PushOutcome.REFUSED if rejected else PushOutcome.UNKNOWN, _words_of_host(result.stderr) or reason)


def _parse_reason(line: str) -> str:
    """Return the reason at the end of ``!<TAB>from:to<TAB>[rejected] (reason)``, as git or the host gives it."""
    return line.rpartition("\t")[2].partition("(")[2].rpartition(")")[0].lower()


def _words_of_host(stderr: bytes) -> str:
    """Return what a host's hook printed, which says better than git why it refused."""
    lines = [line.partition("remote:")[2].strip() for line in stderr.decode(errors="replace").splitlines()]
    told = [line for line in lines if line and not line.startswith("error: hook declined")]
    return "; ".join(told[:3])
