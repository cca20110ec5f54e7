"""Annotated tags: made once, never moved, several of them all or none."""

from __future__ import annotations

import hashlib
import re
import subprocess
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from basalt_cli.errors import BasaltError, GitError, LostRaceError
from basalt_cli.git.command import FSYNC, refuse_lock, require_identity, try_write
from basalt_cli.git.process import explain
from basalt_cli.git.read import Repository

_FEWEST_FOR_A_PACK = 16


class TagToMake(NamedTuple):
    """An annotated tag: name, commit and message.

    ``seconds`` is the earliest time that it may have, or with ``is_past`` the time itself: of what happened before.
    ``guard`` is a ref that a push makes together with it, so that of two tags with one guard only one arrives.
    """

    name: str
    commit: str
    message: str
    seconds: int = 0
    is_past: bool = False
    guard: str | None = None


def create_tags(repository: Repository, tags: Sequence[TagToMake]) -> None:
    """Make annotated tags, all of them or none; raise LostRaceError where one of them is there already."""
    create_refs(repository, [tag.name for tag in tags], write_tags(repository, tags))


def create_refs(repository: Repository, names: Sequence[str], objects: Sequence[str]) -> None:
    """Let tags name objects that are there, all of them or none; a commit by itself makes a lightweight one."""
    commands = [f"create refs/tags/{name} {made}\n" for name, made in zip(names, objects, strict=True)]
    data = "".join(["start\n", *commands, "commit\n"]).encode()
    result = try_write(repository.folder, [*FSYNC, "update-ref", "--stdin"], data)
    if result.returncode != 0:
        _explain_failure(repository, result)


def list_updates(tags: Sequence[TagToMake], objects: Sequence[str]) -> list[tuple[str, str]]:
    """Return the refs that tags need at a remote, each with its object: their own, and their guards."""
    found = []
    for tag, made in zip(tags, objects, strict=True):
        found += [(made, ref) for ref in (f"refs/tags/{tag.name}", tag.guard) if ref is not None]
    return found


def delete_tags(repository: Repository, names: Sequence[str]) -> None:
    """Delete tags that were just made, and that nobody else has seen."""
    if not names:
        return
    data = "".join(f"delete refs/tags/{name}\n" for name in names).encode()
    try_write(repository.folder, [*FSYNC, "update-ref", "--stdin"], data)


def write_tags(repository: Repository, tags: Sequence[TagToMake]) -> list[str]:
    """Store tag objects, and return their ids; no ref points at them yet."""
    if try_write(repository.folder, ["config", "--type=bool", "--get", "tag.gpgSign"]).stdout.strip() == b"true":
        return [_write_signed(repository, tag) for tag in tags]
    found = try_write(repository.folder, ["var", "GIT_COMMITTER_IDENT"])
    require_identity(found, "the tag could not be made")
    tagger = found.stdout.decode(errors="surrogateescape").strip()
    return _store(repository, [_format_tag(tag, tagger) for tag in tags])


def _format_tag(tag: TagToMake, tagger: str) -> bytes:
    who, seconds, zone = tagger.rsplit(" ", 2)
    when = tag.seconds if tag.is_past else max(int(seconds), tag.seconds)
    head = f"object {tag.commit}\ntype commit\ntag {tag.name}\ntagger {who} {when} {zone}\n\n"
    return (head + tag.message).encode(errors="surrogateescape")


def _store(repository: Repository, contents: Sequence[bytes]) -> list[str]:
    if len(contents) < _FEWEST_FOR_A_PACK:
        found = [try_write(repository.folder, [*FSYNC, "mktag"], content) for content in contents]
        for made in found:
            require_identity(made, "the tag could not be made")
        return [made.stdout.decode().strip() for made in found]
    made = try_write(repository.folder, [*FSYNC, "index-pack", "--stdin", "--strict"], _pack(contents))
    require_identity(made, "the tags could not be made")
    return [_name(content) for content in contents]


def _pack(contents: Sequence[bytes]) -> bytes:
    """Return a pack of tag objects, as gitformat-pack(5) has it: many objects cost one file, and one fsync."""
    parts = [b"PACK" + (2).to_bytes(4, "big") + len(contents).to_bytes(4, "big")]
    for content in contents:
        size = len(content)
        # The first byte has the kind (4, a tag) and four bits of the size, each that follows seven more.
        byte, size = 4 << 4 | size & 15, size >> 4
        head = bytearray()
        while size:
            head.append(byte | 128)
            byte, size = size & 127, size >> 7
        head.append(byte)
        parts += [bytes(head), zlib.compress(content, 1)]
    body = b"".join(parts)
    return body + hashlib.sha1(body, usedforsecurity=False).digest()


def _name(content: bytes) -> str:
    return hashlib.sha1(b"tag %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _write_signed(repository: Repository, tag: TagToMake) -> str:
    """Let git sign a tag, which it does only together with a ref, and take the ref away again."""
    arguments = [*FSYNC, "tag", "-s", "-F", "-", tag.name, tag.commit]
    now = int(time.time())
    when = {"GIT_COMMITTER_DATE": f"@{tag.seconds} +0000"} if tag.is_past or tag.seconds > now else None
    made = try_write(repository.folder, arguments, tag.message.encode(errors="replace"), when)
    if b"already exists" in made.stderr:
        _explain_failure(repository, made)
    require_identity(made, "the tag could not be signed")
    ref = f"refs/tags/{tag.name}"
    found = try_write(repository.folder, ["rev-parse", "--verify", "--end-of-options", ref]).stdout.decode().strip()
    try_write(repository.folder, ["update-ref", "-d", ref, found])
    signed = try_write(repository.folder, ["cat-file", "tag", found]).stdout
    if b"\n-----BEGIN " not in signed:
        # Some versions of git go on without a signature when there is no key.
        raise GitError(f"the tag could not be signed: {explain(made)}; nothing was moved")
    return found


def _explain_failure(repository: Repository, result: subprocess.CompletedProcess[bytes]) -> None:
    reason = explain(result)
    blocking = re.search(r"'refs/tags/([^']+)' exists; cannot create", reason)
    if blocking is not None:
        hint = f"Rename it: git tag new-name {blocking.group(1)}, then git tag -d {blocking.group(1)}."
        raise BasaltError(f"the tag {blocking.group(1)!r} stands in the way; nothing was moved", hint=hint)
    if "already exists" in reason:
        hint = "Look at what is there, and try again."
        raise LostRaceError(f"somebody else made that tag first: {reason}; nothing was moved", hint=hint)
    lock = re.search(r"Unable to create '([^']+\.lock)'", reason)
    refuse_lock(Path(lock.group(1)) if lock is not None else Path(repository.common_dir, "packed-refs.lock"))
    raise GitError(f"the tag could not be made: {reason}; nothing was moved")
