"""Talk to a remote: fetch what it has, and push by compare-and-swap."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from basalt_cli.adapters.git_command import run_write, try_write
from basalt_cli.adapters.git_process import explain
from basalt_cli.adapters.git_read import Repository
from basalt_cli.errors import GitError, LostRaceError

_CLOBBER = re.compile(r"! \[rejected\]\s+(\S+)\s+-> \S+\s+\(would clobber existing tag\)")
_MOST_NAMED = 5
_REJECTED_AS_STALE = ("non-fast-forward", "fetch first", "already exists", "stale info", "incorrect old value")
_LOST_A_LOCK = ("failed to update ref", "cannot lock ref", "failed to lock", "unable to create", "reference already")


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
    """Fetch from a remote; raise GitError where that fails."""
    # What is fetched here is one commit or a few tags: tidying up can wait for the user's own git.
    options = ["--no-progress", "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules"]
    arguments = ["fetch", *options, "--end-of-options", remote, *refspecs]
    result = try_write(repository.folder, arguments)
    if result.returncode != 0:
        clashes = _CLOBBER.findall(result.stderr.decode(errors="replace"))
        if clashes:
            names = " ".join(f"'{name}'" for name in clashes[:_MOST_NAMED])
            hint = f"See git log {names}; to take the remote's: git tag -d {names} && git fetch {remote} --tags"
            message = f"{remote} has other tags than this clone under the same names: {names}; nothing was moved"
            raise LostRaceError(message, hint=hint)
        hint = f"See git remote -v, and whether git fetch {remote} works."
        raise GitError(f"{remote} could not be read: {explain(result)}; nothing was moved", hint=hint)


def list_remote_tags(repository: Repository, remote: str) -> set[str]:
    """Return the names of the tags that a remote has now; raise GitError where it cannot be read."""
    result = try_write(repository.folder, ["ls-remote", "--quiet", "--refs", "--tags", "--end-of-options", remote])
    if result.returncode != 0:
        raise GitError(f"{remote} could not be read: {explain(result)}; nothing was moved")
    lines = result.stdout.decode(errors="surrogateescape").splitlines()
    return {line.partition("\t")[2].removeprefix("refs/tags/") for line in lines}


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
    reasons = [line[line.rfind("(") + 1 :].rstrip(")") for line in rejected if "atomic" not in line.rpartition("(")[2]]
    reason = reasons[0] if reasons else explain(result)
    everything = " ".join([*reasons, result.stderr.decode(errors="replace")]).lower()
    if "does not support --atomic" in everything:
        return Pushed(PushOutcome.NOT_ATOMIC, f"{remote} cannot move several refs at once")
    if any(words in everything for words in (*_REJECTED_AS_STALE, *_LOST_A_LOCK)):
        return Pushed(PushOutcome.STALE, reason)
    return Pushed(PushOutcome.REFUSED if rejected else PushOutcome.UNKNOWN, _words_of_host(result.stderr) or reason)


def _words_of_host(stderr: bytes) -> str:
    """Return what a host's hook printed, which says better than git why it refused."""
    lines = [line.partition("remote:")[2].strip() for line in stderr.decode(errors="replace").splitlines()]
    told = [line for line in lines if line and not line.startswith("error: hook declined")]
    return "; ".join(told[:3])
