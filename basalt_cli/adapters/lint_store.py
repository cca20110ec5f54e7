"""Keep what a lint found, beside the project, so that files that did not change are not looked at again.

A store belongs to one state of the tools and the policy, which its file name is a hash of. It remembers what each file
looked like, as git's index does, and a hash of its content: a file whose looks changed is hashed, and only one whose
content changed is linted again, with all that includes it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import basalt_cli
from basalt_cli.adapters.file_looks import Look

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
    for part in (str(_FORMAT), *_describe_tools(), *policy):
        sha.update(part.encode() + b"\0")
    sha.update(config)
    return root / FOLDER / f"lint-{sha.hexdigest()[:24]}.json"


def _describe_tools() -> list[str]:
    """Describe what a finding depends on besides the files: our own code, and the packages that are installed."""
    own = os.path.dirname(basalt_cli.__file__)
    found = [basalt_cli.__version__, sys.version, own]
    for folder, _, names in os.walk(own):
        for name in sorted(name for name in names if name.endswith(".py")):
            state = os.stat(os.path.join(folder, name))
            found.append(f"{name} {state.st_mtime_ns} {state.st_size}")
    for folder in sys.path:
        if folder.endswith("-packages"):
            with contextlib.suppress(OSError):
                found.append(f"{folder} {os.stat(folder).st_mtime_ns}")
    return found


def read_store(path: Path) -> Stored | None:
    """Return what a store holds; None where there is none, or where it is damaged."""
    try:
        digest, _, body = path.read_bytes().partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() != digest:
            return None
        return Stored(*json.loads(body))
    except (OSError, ValueError, TypeError):
        return None


def write_store(path: Path, stored: Stored) -> None:
    """Write a store in one step; where that cannot be done, the next lint just takes longer."""
    import tempfile

    body = json.dumps(stored, separators=(",", ":"), ensure_ascii=False).encode(errors="surrogatepass")
    with contextlib.suppress(OSError):
        _make_folder(path.parent)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".lint-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
            os.replace(temporary, path)
        except OSError:
            os.unlink(temporary)
            raise
        _sweep(path.parent)


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    folder.mkdir()
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    tag = "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of basalt, and can be deleted.\n"
    (folder / "CACHEDIR.TAG").write_text(tag, encoding="utf-8")


def _sweep(folder: Path) -> None:
    """Delete the oldest stores, and what writers that died left behind."""
    stores = sorted(folder.glob("lint-*.json"), key=lambda store: store.stat().st_mtime, reverse=True)
    stale = [old for old in folder.glob(".lint-*") if old.stat().st_mtime < time.time() - 3600]
    for old in (*stores[_MOST_STORES:], *stale):
        old.unlink(missing_ok=True)
