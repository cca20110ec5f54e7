"""Copies of answers that outlive the process: on disk, or in a cache of the application's own."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Hashable
from pathlib import Path
from typing import Any, Protocol

from basalt_cli.delivery.answer import DEFAULT_FOLDER, Answer, Content
from basalt_cli.format.prompt.closure import Closure
from basalt_cli.stores.sealed_file import read_sealed, sweep_sealed, write_sealed
from basalt_cli.text.slug import path_of

_LOGGER = logging.getLogger("basalt_cli")
_FORMAT = 1
_MOST_FILES = 2000
_WRITES_BETWEEN_SWEEPS = 200


class CacheProtocol(Protocol):
    """A cache of texts by key; the hosted SDK takes the same protocol."""

    def get(self, key: Hashable) -> object | None:
        """Return the value of a key; None if there is none, or if it has expired."""

    def put(self, key: Hashable, value: object, ttl: float = float("inf")) -> None:
        """Store a value under a key for ``ttl`` seconds."""


class DiskCache:
    """A cache with one file for each text: sealed with its hash, replaced atomically, readable by its owner only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writes = 0
        self._is_broken = False

    def get(self, key: Hashable) -> object | None:
        """Return what is kept under a key; None where that is nothing, or damaged."""
        found: object = read_sealed(self._path(key), repr(key))
        return found

    def put(self, key: Hashable, value: object, ttl: float = float("inf")) -> None:  # noqa: ARG002 - the protocol's
        """Store a value. If the folder cannot be written to, nothing is stored, and the first failure is logged."""
        try:
            write_sealed(self._path(key), repr(key), value, is_durable=True)
        except OSError as error:
            if not self._is_broken:
                _LOGGER.warning("copies of prompts cannot be written to %s: %s", self._folder, error.strerror or error)
            self._is_broken = True
            return
        if self._writes % _WRITES_BETWEEN_SWEEPS == 0:
            sweep_sealed(self._folder, "prompt", _MOST_FILES)
        self._writes += 1

    def _path(self, key: Hashable) -> Path:
        return self._folder / f"prompt-{hashlib.sha256(repr(key).encode(errors='surrogatepass')).hexdigest()}.json"


def encode_answer(answer: Answer) -> str:
    """Return an answer as JSON, with the time of the wall clock at which the source gave it."""
    folder = answer.current.folder
    body = {
        "format": _FORMAT,
        "time": time.time() - answer.age_seconds,
        "environment": answer.environment,
        "sides": [
            {"percent": percent, **_encode_content(content)}
            for percent, content in zip((0, *answer.percents), answer.contents, strict=True)
        ],
        **({"folder": folder} if folder != DEFAULT_FOLDER else {}),
    }
    return json.dumps(body)


def decode_answer(slug: str, text: object) -> Answer | None:
    """Return the answer that was encoded, with its age; None for a text that is not a whole one of this format."""
    try:
        body = json.loads(text) if isinstance(text, str | bytes) else None
        if not isinstance(body, dict) or body.get("format") != _FORMAT:
            return None
        folder = str(body.get("folder", DEFAULT_FOLDER))
        contents = tuple(_decode_content(slug, side, folder) for side in body["sides"])
        percents = tuple(side["percent"] for side in body["sides"][1:])
        # The clock may have been set back since then.
        age = max(0.0, time.time() - float(body["time"]))
        environment = body["environment"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return Answer(contents, percents, environment, age_seconds=age) if contents else None


def _encode_content(content: Content) -> dict[str, Any]:
    files = {
        path: data.decode(errors="surrogateescape") if data is not None else None
        for path, data in content.closure.files
    }
    return {"version": content.version, "digest": content.digest, "files": files}


def _decode_content(slug: str, body: dict[str, Any], folder: str) -> Content:
    files = tuple(
        (path, text.encode(errors="surrogateescape") if text is not None else None)
        for path, text in sorted(body["files"].items())
    )
    closure = Closure(path_of(slug), files)
    if closure.digest != body["digest"]:
        message = "the files do not have the digest that is recorded"
        raise ValueError(message)
    return Content(slug, str(body["version"]), closure, folder)
