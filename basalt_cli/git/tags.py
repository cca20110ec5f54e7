"""Create annotated tags, several of them all or none; an existing tag is never moved."""

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
    """An annotated tag to create: name, commit and message.

    ``seconds`` (since 1970) is the earliest time that the tag may have, or exactly its time if ``is_past``. ``guard``
    is a ref that a push creates with the tag, so that a remote accepts only one of two tags with the same guard.
    """

    name: str
    commit: str
    message: str
    seconds: int = 0
    is_past: bool = False
    guard: str | None = None


def create_tags(repository: Repository, tags: Sequence[TagToMake]) -> None:
    """Create annotated tags, all or none; raise LostRaceError if one of them exists."""
    create_refs(repository, [tag.name for tag in tags], write_tags(repository, tags))


def create_refs(repository: Repository, names: Sequence[str], objects: Sequence[str]) -> None:
    """Create the tags ``names`` for existing objects, all or none; for a commit the tag is lightweight."""
    commands = [f"create refs/tags/{name} {made}\n" for name, made in zip(names, objects, strict=True)]
    data = "".join(["start\n", *commands, "commit\n"]).encode()
    result = try_write(repository.folder, [*FSYNC, "update-ref", "--stdin"], data)
    if result.returncode != 0:
        _explain_failure(repository, result)


def list_updates(tags: Sequence[TagToMake], objects: Sequence[str]) -> list[tuple[str, str]]:
    """Return the refs to push for tags, as pairs of object and full ref name: the tags and their guards."""
    found = []
    for tag, made in zip(tags, objects, strict=True):
        found += [(made, ref) for ref in (f"refs/tags/{tag.name}", tag.guard) if ref is not None]
    return found


def delete_tags(repository: Repository, names: Sequence[str]) -> None:
    """Delete tags that were just created and are not pushed."""
    if not names:
        return
    data = "".join(f"delete refs/tags/{name}\n" for name in names).encode()
    try_write(repository.folder, [*FSYNC, "update-ref", "--stdin"], data)


def write_tags(repository: Repository, tags: Sequence[TagToMake]) -> list[str]:
    """Store tag objects that no ref points at, signed if ``tag.gpgSign`` is set, and return their ids."""
    if try_write(repository.folder, ["config", "--type=bool", "--get", "tag.gpgSign"]).stdout.strip() == b"true":
        return [_write_signed(repository, tag) for tag in tags]
    found = try_write(repository.folder, ["var", "GIT_COMMITTER_IDENT"])
    require_identity(found, "the tag could not be made")
    tagger = found.stdout.decode(errors="surrogateescape").strip()
    return _store(repository, [_format_tag(tag, tagger) for tag in tags])


def _format_tag(tag: TagToMake, tagger: str) -> bytes:
    name, now, zone = tagger.rsplit(" ", 2)
    seconds = tag.seconds if tag.is_past else max(int(now), tag.seconds)
    head = f"object {tag.commit}\ntype commit\ntag {tag.name}\ntagger {name} {seconds} {zone}\n\n"
    return (head + tag.message).encode(errors="surrogateescape")


def _store(repository: Repository, contents: Sequence[bytes]) -> list[str]:
    if len(contents) < _FEWEST_FOR_A_PACK:
        found = [try_write(repository.folder, [*FSYNC, "mktag"], content) for content in contents]
        for made in found:
            require_identity(made, "the tag could not be made")
        return [made.stdout.decode().strip() for made in found]
    made = try_write(repository.folder, [*FSYNC, "index-pack", "--stdin", "--strict"], _pack(contents))
    require_identity(made, "the tags could not be made")
    return [_hash_tag(content) for content in contents]


def _pack(contents: Sequence[bytes]) -> bytes:
    """Return a pack of tag objects, see gitformat-pack(5): many objects in one file, flushed to the disk at once."""
    parts = [b"PACK" + (2).to_bytes(4, "big") + len(contents).to_bytes(4, "big")]
    for content in contents:
        size = len(content)
        # The first byte has the type (4: tag) and four bits of the size, each following byte has seven more.
        byte, size = 4 << 4 | size & 15, size >> 4
        head = bytearray()
        while size:
            head.append(byte | 128)
            byte, size = size & 127, size >> 7
        head.append(byte)
        parts += [bytes(head), zlib.compress(content, 1)]
    body = b"".join(parts)
    return body + hashlib.sha1(body, usedforsecurity=False).digest()


def _hash_tag(content: bytes) -> str:
    return hashlib.sha1(b"tag %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _write_signed(repository: Repository, tag: TagToMake) -> str:
    """Store a signed tag: git creates it with a ref, which is deleted again."""
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
        # Some versions of git create the tag without a signature if there is no key.
        raise GitError(f"the tag could not be signed: {explain(made)}; nothing was moved")
    return found


def _explain_failure(repository: Repository, result: subprocess.CompletedProcess[bytes]) -> None:
    reason = explain(result)
    blocking = re.search(r"'refs/tags/([^']+)' exists; cannot create", reason)
    if blocking is not None:
        name = blocking.group(1)
        hint = f"Rename it: git tag new-name {name} && git tag -d {name}"
        raise BasaltError(f"the tag {name!r} blocks the new tag; nothing was moved", hint=hint)
    if "already exists" in reason:
        existing = re.search(r"(?:ref 'refs/tags/|tag ')([^']+)'", reason)
        name = repr(existing.group(1)) if existing is not None else "to create"
        hint = "Run basalt status, then try again."
        raise LostRaceError(f"the tag {name} exists already; nothing was moved", hint=hint)
    lock = re.search(r"Unable to create '([^']+\.lock)'", reason)
    refuse_lock(Path(lock.group(1)) if lock is not None else Path(repository.common_dir, "packed-refs.lock"))
    raise GitError(f"the tag could not be made: {reason}; nothing was moved")
