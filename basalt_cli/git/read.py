"""Read a repository: discovery, revisions, refs and history, from the object store and without a checkout."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from basalt_cli.errors import BasaltError, GitError
from basalt_cli.git.process import explain, read_environment, run_git, stream_git, try_git
from basalt_cli.model.version import Commit, Release
from basalt_cli.text.reference import is_release

# A record starts with NUL and 0x01. No name or subject can forge that: they cannot contain NUL, and each has a blank in
# front of it in its field.
_RECORD = b"\0\x01"
_DISCOVERY = (
    "rev-parse",
    "--show-object-format",
    "--absolute-git-dir",
    "--git-common-dir",
    "--is-shallow-repository",
    "--show-toplevel",
)
_ANSWERS = 4
_SHORT_NAME = re.compile(r"[\w./-]+\Z")
_COMMIT_ID = re.compile(r"[0-9a-f]{40}\Z")
_LATEST_SECONDS = 253_402_300_799  # the last second of the year 9999
_LOG_FORMAT = "%x01%H%x00%P%x00%ct%x00%at%x00 %an%x00 %s%x00"


_TAG_FORMAT = "%(refname)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)"
_LOG_OPTIONS = (
    "--root", f"--format={_LOG_FORMAT}", "--no-color", "--encoding=UTF-8", "--no-show-signature",
)  # fmt: skip


class CommitChanges(NamedTuple):
    """A commit of a history that is limited to some paths, and the paths in which it differs from its only parent.

    ``changed_paths`` is empty for a merge, which differs from each parent in other paths; compare the trees then.
    """

    commit: Commit
    changed_paths: frozenset[str]


class Tag(NamedTuple):
    """A tag: name without ``refs/tags/``, object, commit, and whether it is annotated.

    ``commit`` is empty for a tag of another object: a tree, or another tag.
    """

    name: str
    object_id: str
    commit: str
    is_annotated: bool


class Refs(NamedTuple):
    """A branch and its remote-tracking branches by full ref name, each with commit and upstream ref, and all tags."""

    followed: dict[str, tuple[str, str]]
    tags: tuple[Tag, ...]


class Repository(NamedTuple):
    """A repository on disk; ``work_tree`` is None for a bare one, ``is_shallow`` true for a shallow clone."""

    git_dir: str
    common_dir: str
    work_tree: str | None
    is_shallow: bool

    @property
    def folder(self) -> str:
        """Return the folder to run git in."""
        return self.work_tree or self.git_dir

    def run(self, *arguments: str, data: bytes | None = None) -> str:
        """Run a git command that reads, and return its output as text."""
        return run_git(arguments, self.folder, git_dir=self.git_dir, data=data).decode(errors="surrogateescape")

    def find_commit(self, revision: str) -> str | None:
        """Return the full id of the commit that a revision names; None if there is none.

        Raises BasaltError for an ambiguous abbreviation.
        """
        arguments = ["rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}"]
        result = try_git(arguments, self.folder, git_dir=self.git_dir)
        if b"ambiguous" in result.stderr and result.returncode != 0:
            hint = "Give more digits of the commit."
            raise BasaltError(f"{revision!r} is ambiguous: several objects start with it", hint=hint)
        found = result.stdout.decode().strip()
        # For `^main` and the like git prints more than an id.
        return found if result.returncode == 0 and _COMMIT_ID.match(found) else None

    def list_readings(self, name: str) -> dict[str, str]:
        """Return the commits of the branch, the tag and the remote-tracking branch of a name, by full ref name."""
        if not _SHORT_NAME.match(name):
            return {}
        return self.list_refs(f"refs/heads/{name}", f"refs/tags/{name}", f"refs/remotes/{name}")

    def find_commit_before(self, tip: str, seconds: int) -> str | None:
        """Return the newest first-parent ancestor of ``tip`` that is not after a time; None if all are."""
        found = self.run("rev-list", "-1", "--first-parent", f"--min-age={seconds}", tip)
        return found.strip() or None

    def list_refs(self, *patterns: str) -> dict[str, str]:
        """Return the objects that refs point at, annotated tags peeled, by full ref name."""
        form = "%(refname)%00%(objectname)%00%(*objectname)"
        refs = {}
        for line in self.run("for-each-ref", f"--format={form}", "--", *patterns).split("\n")[:-1]:
            name, direct, peeled = line.split("\0")
            refs[name] = peeled or direct
        return refs

    def list_releases(self) -> list[Release]:
        """Return all releases, the annotated tags ``SLUG@vX.Y.Z``, sorted by slug and number."""
        form = "%(objecttype)%00%(refname:strip=2)%00%(*objectname)"
        found = []
        for line in self.run("for-each-ref", f"--format={form}", "--", "refs/tags/").split("\n")[:-1]:
            kind, name, commit = line.split("\0")
            slug, _, number = name.rpartition("@")
            if kind == "tag" and number.startswith("v") and is_release(number):
                found.append(Release(slug, number, commit))
        return sorted(found, key=lambda release: (release.slug, [int(part) for part in release.name[1:].split(".")]))

    def read_boundary(self) -> frozenset[str]:
        """Return the commits at the boundary of a shallow clone, whose parents are missing; empty for a full clone."""
        if not self.is_shallow:
            return frozenset()
        return frozenset(Path(self.common_dir, "shallow").read_text(encoding="ascii").split())

    def find_branch(self) -> str | None:
        """Return the branch that HEAD names, with or without commits; None if HEAD is detached."""
        result = try_git(["symbolic-ref", "--quiet", "--short", "HEAD"], self.folder, git_dir=self.git_dir)
        return result.stdout.decode(errors="surrogateescape").strip() or None

    def list_followed(self, branch: str) -> dict[str, tuple[str, str]]:
        """Return a branch and its remote-tracking branches by full ref name: commit, and upstream ref or ""."""
        return self._read_refs(f"refs/heads/{branch}", f"refs/remotes/*/{branch}").followed

    def find_upstream(self, branch: str) -> str | None:
        """Return the full name of the upstream ref of a local branch; None if it has none."""
        return self._read_refs(f"refs/heads/{branch}").followed.get(f"refs/heads/{branch}", ("", ""))[1] or None

    def is_ancestor(self, old: str, new: str) -> bool:
        """Return whether ``old`` is ``new`` or an ancestor of it."""
        result = try_git(["merge-base", "--is-ancestor", old, new], self.folder, git_dir=self.git_dir)
        if result.returncode not in (0, 1):
            raise GitError(f"git merge-base failed: {explain(result)}")
        return result.returncode == 0

    def find_unreached(self, commits: Iterable[str], tips: Sequence[str]) -> set[str]:
        """Return those of some commits that are not reachable from any tip."""
        if not all(_COMMIT_ID.match(commit) for commit in commits):
            raise GitError("a pointer does not name a commit", hint="Find it: basalt doctor")
        revisions = "".join(f"{commit}\n" for commit in sorted(commits)) + "".join(f"^{tip}\n" for tip in tips)
        return set(self.run("rev-list", "--stdin", data=revisions.encode()).split()) & set(commits)

    def has_remote(self) -> bool:
        """Return whether a remote is configured."""
        arguments = ["config", "--get-regexp", r"^remote\..*\.url$"]
        return try_git(arguments, self.folder, git_dir=self.git_dir).returncode == 0

    def find_merge_base(self, one: str, other: str) -> str | None:
        """Return the best common ancestor of two commits; None if there is none."""
        result = try_git(["merge-base", one, other], self.folder, git_dir=self.git_dir)
        return result.stdout.decode().split("\n")[0] or None

    def find_renamed(self, old: str, new: str, folder: str, path: str) -> str | None:
        """Return the path in ``old`` from which git detects a rename to ``path`` in ``new``; None if there is none."""
        arguments = (
            "diff-tree", "-r", "-z", "--find-renames", "--diff-filter=R", "--name-status", "-l0", old, new, "--", folder
        )  # fmt: skip
        fields = iter(self.run(*arguments).split("\0"))
        for status in fields:
            if status.startswith("R"):
                before, after = next(fields), next(fields)
                if after == path:
                    return before
        return None

    def walk(self, starts: Sequence[str], paths: Sequence[str]) -> Iterator[CommitChanges]:
        """Yield the commits reachable from ``starts`` that change ``paths`` (folders or files), children first.

        Their parents are rewritten to commits of this limited history, which contains all merges.
        """
        arguments = [
            "log", "--topo-order", "--full-history", "--parents", "--raw", "-z", "--no-abbrev", "--no-renames",
            *_LOG_OPTIONS, "--end-of-options", *starts, "--", *paths,
        ]  # fmt: skip
        for record in stream_git(arguments, self.folder, git_dir=self.git_dir, separator=_RECORD):
            yield _parse_commit(record.removeprefix(b"\x01"))

    def walk_simplified(self, start: str, paths: Sequence[str]) -> Iterator[Commit]:
        """Yield the commits that differ from each of their parents in ``paths``, as soon as git finds them.

        At a merge git follows only the first parent that is equal in ``paths``; all parents if none is.
        """
        arguments = ["log", "-z", *_LOG_OPTIONS, "--end-of-options", start, "--", *paths]
        for record in stream_git(arguments, self.folder, git_dir=self.git_dir, separator=_RECORD):
            yield _parse_commit(record.removeprefix(b"\x01")).commit

    def walk_first_parents(self, start: str, path: str, *arguments: str) -> Iterator[tuple[Commit, str]]:
        """Yield the commits that differ from their first parent in a file, along first parents, with their messages.

        Newest first. A merge represents all changes that it merges.
        """
        command = ["log", "-z", "--first-parent", *_LOG_OPTIONS[:1], f"--format={_LOG_FORMAT}%B%x00", *_LOG_OPTIONS[2:]]
        for record in stream_git(
            [*command, *arguments, "--end-of-options", start, "--", path],
            self.folder,
            git_dir=self.git_dir,
            separator=_RECORD,
        ):
            fields = record.removeprefix(b"\x01").split(b"\0")
            yield _parse_commit(b"\0".join(fields[:6])).commit, fields[6].decode(errors="replace")

    def list_touched(self, base: str, tip: str, folder: str) -> frozenset[str] | None:
        """Return the paths below a folder that a commit from ``base`` to ``tip`` changes, along first parents.

        None if ``base`` is not a first-parent ancestor of ``tip``.
        """
        found = self.run("rev-list", "--first-parent", "--parents", "--end-of-options", f"{base}..{tip}")
        commits = found.split("\n")[:-1]
        if not commits or base not in commits[-1].split(" ")[1:2]:
            return None
        arguments = ("log", "-z", "--first-parent", "-m", "--name-only", "--no-renames", "--format=")
        paths = self.run(*arguments, "--end-of-options", f"{base}..{tip}", "--", folder).split("\0")
        return frozenset(path.lstrip("\n").removeprefix(f"{folder}/") for path in paths if path.strip("\n"))

    def find_message(self, start: str, tip: str, text: str) -> str | None:
        """Return the newest commit of ``start..tip`` whose message contains a text; None if there is none."""
        arguments = ("log", "-1", "--format=%H", "--fixed-strings", f"--grep={text}", "--end-of-options")
        return self.run(*arguments, f"{start}..{tip}", "--").strip() or None

    def list_tags(self) -> tuple[Tag, ...]:
        """Return all tags, sorted by name."""
        return self._read_refs("refs/tags/").tags

    def read_refs(self, branch: str) -> Refs:
        """Return what ``list_followed`` and ``list_tags`` return, by one process."""
        return self._read_refs(f"refs/heads/{branch}", f"refs/remotes/*/{branch}", "refs/tags/")

    def _read_refs(self, *patterns: str) -> Refs:
        form = f"%(upstream)%00{_TAG_FORMAT}"
        followed, tags = {}, []
        for line in self.run("for-each-ref", f"--format={form}", "--", *patterns).split("\n")[:-1]:
            upstream, _, rest = line.partition("\0")
            found = _parse_tag(rest)
            if found.name.startswith("refs/tags/"):
                tags.append(found)
            else:
                followed[found.name] = (found.object_id, upstream)
        return Refs(followed, tuple(tag._replace(name=tag.name.removeprefix("refs/tags/")) for tag in tags))


def _parse_tag(line: str) -> Tag:
    name, kind, object_id, inner_kind, inner = line.split("\0")
    commit = inner if inner_kind == "commit" else object_id if kind == "commit" else ""
    return Tag(name, object_id, commit, kind == "tag")


def discover(folder: Path) -> Repository | None:
    """Return the repository that contains a folder; None if there is none.

    Runs ``git rev-parse`` without ``--git-dir``, because only then git refuses a repository of another user.
    """
    result = try_git(_DISCOVERY, folder)
    if b"safe.bareRepository" in result.stderr:
        result = _inside_bare(folder)
    # In a bare repository only the last option fails, after the answers to the others.
    answers = result.stdout.decode(errors="surrogateescape").split("\n")[:-1]
    if len(answers) < _ANSWERS:
        if b"not a git repository" in result.stderr:
            return None
        raise BasaltError(
            f"git refuses this repository: {explain(result)}", hint="Read about safe.directory: git help config"
        )
    object_format, git_dir, common, shallow = answers[:_ANSWERS]
    if object_format != "sha1":
        hint = "Create the repository with git init --object-format=sha1."
        raise BasaltError(f"repositories with {object_format} objects are not supported", hint=hint)
    work_tree = answers[_ANSWERS] if len(answers) > _ANSWERS else None
    return Repository(git_dir, os.path.realpath(os.path.join(folder, common)), work_tree, shallow == "true")


def _inside_bare(folder: Path) -> subprocess.CompletedProcess[bytes]:
    """Discover a bare repository that contains the folder; one inside a work tree is still refused."""
    if any((parent / ".git").exists() for parent in Path(folder).resolve().parents):
        return try_git(_DISCOVERY, folder)
    command = ["git", "-c", "safe.bareRepository=all", *_DISCOVERY]
    return subprocess.run(command, cwd=folder, env=read_environment(), capture_output=True, check=False)


def _parse_commit(record: bytes) -> CommitChanges:
    head, _, raw = record.partition(b"\0\n") if b"\0\n" in record else (record.rstrip(b"\0\n"), b"", b"")
    fields = head.decode(errors="replace").split("\0")
    commit_id, parents, committed, authored, author, subject = (fields + [""] * 6)[:6]
    parsed = Commit(
        commit_id, tuple(parents.split()), _parse_seconds(committed), _parse_seconds(authored), author[1:], subject[1:]
    )
    return CommitChanges(parsed, frozenset(_parse_raw(raw)))


def _parse_seconds(text: str) -> int:
    """Return the seconds since 1970 of a commit: 0 for what is not a number, at most the end of the year 9999."""
    return min(int(text), _LATEST_SECONDS) if text.isascii() and text.isdigit() else 0


def _parse_raw(raw: bytes) -> Iterator[str]:
    """Yield the paths of ``:100644 100644 <old> <new> M<NUL>path<NUL>``, repeated."""
    fields = iter(raw.split(b"\0"))
    for head in fields:
        if head.startswith(b":"):
            yield next(fields).decode(errors="surrogateescape")
