"""Moves pointers at a remote: fetch, build on that, push; and fetch again before a result is reported."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from basalt_cli.errors import BasaltError, GitError, LostRaceError
from basalt_cli.git.remote import Pushed, PushOutcome, fetch, list_remotes, push
from basalt_cli.git.worktrees import FileEdit, find_worktrees, require_unchanged
from basalt_cli.git.write import CommitEdit, WrittenCommit, advance, one_at_a_time, prepare, write_commit
from basalt_cli.pointers.types import Receipt
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import Trunk

_LONGEST_SECONDS = 60.0
_FIRST_WAIT_SECONDS = 0.2
_LONGEST_WAIT_SECONDS = 2.0
_PATIENCE_SECONDS = 6.0
_MOST_UNANSWERED = 2
_MOST_STUCK = 10


def choose_remote(project: Project, name: str | None) -> str:
    """Return the remote to push to: the one named, the one that the trunk follows, or the only one."""
    remotes = list_remotes(project.repository)
    if name:
        if name not in remotes:
            raise BasaltError(f"there is no remote {name!r}", hint=f"Remotes here: {', '.join(remotes) or 'none'}.")
        return name
    upstream = project.repository.find_upstream(project.config.trunk) or ""
    followed = [remote for remote in remotes if upstream.startswith(f"refs/remotes/{remote}/")]
    if followed:
        return followed[0]
    if "origin" in remotes or len(remotes) == 1:
        return "origin" if "origin" in remotes else remotes[0]
    hint = f"Name one: --push=REMOTE ({', '.join(remotes)})." if remotes else "Add one: git remote add origin URL"
    raise BasaltError("it is not clear which remote to push to", hint=hint)


def fetch_trunk(project: Project, remote: str) -> Trunk:
    """Fetch a remote's trunk and return it: a pushed promotion builds on it."""
    name, branch = project.config.trunk, find_branch(project, remote)
    ref = f"refs/remotes/{remote}/{branch}"
    fetch(project.repository, remote, f"+refs/heads/{branch}:{ref}")
    refs = project.repository.list_refs(ref, f"refs/heads/{name}")
    if ref not in refs:
        raise BasaltError(f"{remote} has no branch {branch}", hint=f"Push it: git push {remote} {name}")
    return Trunk(refs[ref], ref, refs.get(f"refs/heads/{name}"), refs[ref], ref)


def find_branch(project: Project, remote: str) -> str:
    """Return the trunk's name at a remote: that of the branch it follows there, else its own."""
    name, prefix = project.config.trunk, f"refs/remotes/{remote}/"
    upstream = project.repository.find_upstream(name) or ""
    return upstream.removeprefix(prefix) if upstream.startswith(prefix) else name


def wait_in_turn() -> Iterator[None]:
    """Yield once for each attempt, after a random wait, for at most 60 seconds.

    The first wait is short, since usually one other promotion was faster. With many promoters the waits spread the
    attempts out; they get shorter with time, so that the longest-waiting promoter is the likeliest to win.
    """
    start = time.monotonic()
    yield
    longest = _FIRST_WAIT_SECONDS
    while (elapsed := time.monotonic() - start) < _LONGEST_SECONDS:
        time.sleep(random.uniform(0, longest))  # noqa: S311 - two that collided must not collide again
        longest = max(_FIRST_WAIT_SECONDS / 4, _LONGEST_WAIT_SECONDS * (1 - elapsed / _PATIENCE_SECONDS))
        yield


def push_commit(project: Project, remote: str, message: str, edit_at: Callable[[str], FileEdit]) -> Receipt:
    """Put a commit on a remote's trunk, built on its tip; where another push was faster, build it again on the new tip.

    ``edit_at`` returns the edit at a tip, and raises LostRaceError where a pointer has moved.
    """
    prepare(project.repository)
    start: str | None = None
    answers = Answers(remote, "Where the host takes changes by pull request alone, propose it: --branch NAME.")
    for _ in wait_in_turn():
        with answers.looking_again():
            trunk = fetch_trunk(project, remote)
        start = start or trunk.commit
        landed = _find_landed(project, start, trunk.commit, message)
        if landed is not None:
            return _finish(project, trunk, landed, None)
        answers.require_hope()
        edit = CommitEdit(trunk.commit, (edit_at(trunk.commit),), message)
        commit = write_commit(project.repository, edit)
        pushed = push(project.repository, remote, [(commit.id, f"refs/heads/{find_branch(project, remote)}")])
        if pushed.outcome is PushOutcome.DONE:
            return _finish(project, trunk, commit.id, commit)
        answers.note(pushed, project.config.trunk, trunk.commit)
    raise answers.give_up()


class Answers:
    """The answers of a remote to the pushes so far, and whether another push can succeed."""

    def __init__(self, remote: str, advice: str) -> None:
        self._remote = remote
        self._advice = advice
        self._unanswered = 0
        self._last = ""
        self._refused = False
        self._state: object = None
        self._same = 0

    @contextmanager
    def looking_again(self) -> Iterator[None]:
        """Report an unknown result where the remote cannot be read after a push that got no answer."""
        try:
            yield
        except GitError as error:
            if not self._unanswered:
                raise
            message = f"{self._remote} gave no answer, so it is unknown whether it moved: {self._last}"
            raise GitError(message, hint="Look again: git fetch, then basalt status.") from error

    def note(self, pushed: Pushed, target: str, state: object) -> None:
        """Record the answer to a push that was built on ``state``; raise GitError where the answer is final."""
        if pushed.outcome is PushOutcome.REFUSED:
            message = f"{self._remote} refuses the push to {target}: {pushed.reason}; nothing was moved"
            raise GitError(message, hint=self._advice)
        if pushed.outcome is PushOutcome.NOT_ATOMIC:
            raise BasaltError(f"{pushed.reason}; nothing was moved", hint="Promote one prompt at a time.")
        if pushed.outcome is PushOutcome.UNKNOWN:
            self._unanswered += 1
            self._last = pushed.reason
        self._refused = self._unanswered > _MOST_UNANSWERED or self._is_stuck(pushed, state)

    def _is_stuck(self, pushed: Pushed, state: object) -> bool:
        """Say whether the remote keeps reporting a stale push while its state does not change."""
        is_same = pushed.outcome is PushOutcome.STALE and state == self._state
        self._state, self._same = state, self._same + 1 if is_same else 0
        self._last = pushed.reason
        return self._same > _MOST_STUCK

    def require_hope(self) -> None:
        """Raise GitError where another push cannot succeed; call it after checking whether an earlier push landed."""
        if self._refused:
            raise GitError(f"{self._remote} does not take the push: {self._last}; nothing was moved")

    def give_up(self) -> LostRaceError:
        """Return the error for a push that lost every race."""
        message = f"{self._remote} was updated before each push for {_LONGEST_SECONDS:.0f} seconds; nothing was moved"
        return LostRaceError(message, hint="Try again later.")


def _find_landed(project: Project, start: str, tip: str, message: str) -> str | None:
    """Return the commit of this event where the remote has it: an earlier push landed, and its answer was lost."""
    event = next(line for line in message.splitlines() if line.startswith("Basalt-Event: "))
    return project.repository.find_message(start, tip, event) if start != tip else None


def _finish(project: Project, trunk: Trunk, commit: str, written: WrittenCommit | None) -> Receipt:
    """Advance the local trunk where that is a fast-forward and its worktrees are unchanged."""
    name = project.config.trunk
    note = f"{name} here is not what {trunk.shared_name} is now: git pull brings it"
    if trunk.local is None:
        return Receipt(True, commit)
    try:
        with one_at_a_time(project.repository):
            worktrees = find_worktrees(project.repository, name)
            if written is None or (trunk.local != trunk.commit and worktrees):
                return Receipt(True, commit, notes=(note,))
            if not project.repository.is_ancestor(trunk.local, commit):
                return Receipt(True, commit, notes=(note,))
            for worktree in worktrees:
                require_unchanged(project.repository, worktree, trunk.commit, [file.edit for file in written.files])
            advance(project.repository, name, trunk.local, written, worktrees)
    except (BasaltError, OSError):
        return Receipt(True, commit, notes=(note,))
    return Receipt(True, commit)


def push_branch(project: Project, remote: str, branch: str, commit: str) -> None:
    """Push a new branch; raise GitError where the remote does not take it."""
    pushed = push(project.repository, remote, [(commit, f"refs/heads/{branch}")])
    if pushed.outcome is not PushOutcome.DONE:
        raise GitError(f"{remote} did not take {branch}: {pushed.reason}; nothing was proposed")
