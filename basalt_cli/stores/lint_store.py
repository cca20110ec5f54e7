"""Keep what a lint found, beside the project, so that files that did not change are not looked at again.

A store belongs to one state of the tools and the policy, which its file name is a hash of. It remembers what each file
looked like, as git's index does, and a hash of its content: a file whose looks changed is hashed, and only one whose
content changed is linted again, with all that includes it.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from basalt_cli.files.signatures import Look
from basalt_cli.stores.sealed_file import describe_tools, read_sealed, write_sealed

FOLDER = ".basalt_cache"
_FORMAT = 1
_MOST_STORES = 6


class Stored(NamedTuple):
    """What a store holds.

    ``looks`` are by path below the prompts folder, one too young to be trusted equals none; ``hashes`` are those of
    files that were linted, ``entries`` what was found in each as plain JSON, ``rest`` what was found in the whole
    project, with the hash of the ``deployments`` that it was found with.
    """

    prompts_folder: str
    looks: dict[str, Look]
    hashes: dict[str, str]
    entries: dict[str, Any]
    rest: Any
    deployments: str


def store_path(root: Path, config: bytes, policy: Sequence[str]) -> Path:
    """Return where the store for this policy and these tools lies."""
    sha = hashlib.sha256()
    for part in (str(_FORMAT), *describe_tools(), *policy):
        sha.update(part.encode() + b"\0")
    sha.update(config)
    return root / FOLDER / f"lint-{sha.hexdigest()[:24]}.json"


def read_store(path: Path) -> Stored | None:
    """Return what a store holds; None where there is none, or where it is damaged."""
    found = read_sealed(path)
    try:
        return Stored(*found) if found is not None else None
    except TypeError:
        return None


def hash_deployments(data: bytes | None, refs: str) -> str:
    """Return the hash of deployments.yaml and of what its pointers are judged by; ``none`` where there is no file."""
    if data is None:
        return "none"
    return hashlib.sha256(data + refs.encode(errors="surrogateescape")).hexdigest()


def write_store(path: Path, stored: Stored) -> None:
    """Write a store in one step; where that cannot be done, the next lint just takes longer."""
    with contextlib.suppress(OSError):
        _make_folder(path.parent)
        write_sealed(path, stored, most_files=_MOST_STORES)


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    folder.mkdir()
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    tag = "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of basalt, and can be deleted.\n"
    (folder / "CACHEDIR.TAG").write_text(tag, encoding="utf-8")
