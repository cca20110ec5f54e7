"""Copies of answers that outlive the process, on disk, or wherever a cache of the application's own keeps them."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Hashable
from pathlib import Path
from typing import Any, Protocol

from basalt_cli.client.content import Answer, Content, Side
from basalt_cli.format.prompt.closure import Closure
from basalt_cli.stores.sealed_file import read_sealed, sweep_sealed, write_sealed
from basalt_cli.text.slug import path_of

_LOGGER = logging.getLogger("basalt_cli")
_FORMAT = 1
_MOST_FILES = 2000
_WRITES_BETWEEN_SWEEPS = 200


class CacheProtocol(Protocol):
    """What keeps texts by key: the cache that the hosted SDK takes, too."""

    def get(self, key: Hashable) -> object | None:
        """Return what is kept under a key; None where that is nothing, or no longer."""

    def put(self, key: Hashable, value: object, ttl: float = float("inf")) -> None:
        """Keep a value under a key, for so many seconds."""


class DiskCache:
    """Texts in files of their own, each behind its hash, written in one step and readable by their owner alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writes = 0
        self._is_broken = False

    def get(self, key: Hashable) -> object | None:
        """Return what is kept under a key; None where that is nothing, or damaged."""
        found: object = read_sealed(self._path(key), repr(key))
        return found

    def put(self, key: Hashable, value: object, ttl: float = float("inf")) -> None:  # noqa: ARG002 - the protocol's
        """Keep a value; where the folder cannot be written to, that is logged once, and nothing is kept."""
        try:
            write_sealed(self._path(key), repr(key), value, is_durable=True)
        except OSError as error:
            if not self._is_broken:
                _LOGGER.warning("no copies of prompts can be kept in %s: %s", self._folder, error.strerror or error)
            self._is_broken = True
            return
        if self._writes % _WRITES_BETWEEN_SWEEPS == 0:
            sweep_sealed(self._folder, "prompt", _MOST_FILES)
        self._writes += 1

    def _path(self, key: Hashable) -> Path:
        return self._folder / f"prompt-{hashlib.sha256(repr(key).encode(errors='surrogatepass')).hexdigest()}.json"


def encode_answer(answer: Answer) -> str:
    """Return an answer as JSON, with the time of the clock on the wall."""
    sides = [Side(answer.current, 0), *answer.rollout]
    body = {
        "format": _FORMAT,
        "time": time.time() - answer.age_seconds,
        "environment": answer.environment,
        "sides": [{"percent": side.percent, **_encode_content(side.content)} for side in sides],
    }
    return json.dumps(body)


def decode_answer(slug: str, text: object) -> Answer | None:
    """Return the answer that was encoded, with its age; None for anything that is not whole."""
    try:
        body = json.loads(text) if isinstance(text, str | bytes) else None
        if not isinstance(body, dict) or body.get("format") != _FORMAT:
            return None
        sides = [Side(_decode_content(slug, side), side["percent"]) for side in body["sides"]]
        # The clock may have been set back since.
        age = max(0.0, time.time() - float(body["time"]))
        environment = body["environment"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return Answer(sides[0].content, tuple(sides[1:]), environment, age_seconds=age)


def _encode_content(content: Content) -> dict[str, Any]:
    files = {
        path: data.decode(errors="surrogateescape") if data is not None else None
        for path, data in content.closure.files
    }
    return {"version": content.version, "digest": content.digest, "files": files}


def _decode_content(slug: str, body: dict[str, Any]) -> Content:
    files = tuple(
        (path, text.encode(errors="surrogateescape") if text is not None else None)
        for path, text in sorted(body["files"].items())
    )
    closure = Closure(path_of(slug), files)
    if closure.digest != body["digest"]:
        message = "the files are not what their digest says"
        raise ValueError(message)
    return Content(slug, str(body["version"]), closure)
