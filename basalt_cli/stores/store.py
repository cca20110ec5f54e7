"""The Store: values by key, one file for each kind of value, in a folder that no branch can write."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from basalt_cli.stores.codec import DecodeError, decode
from basalt_cli.stores.place import describe_tools, is_safe
from basalt_cli.stores.sealed_file import read_sealed, sweep_sealed, write_sealed

Value = TypeVar("Value")


class Kind(NamedTuple, Generic[Value]):
    """A kind of remembered values.

    ``record`` is their type, for the codec. A file holds the newest ``most_entries``, and is written when at least
    ``fewest_new`` are new. A kind has a file for each state of the tools and each ``parts``: the newest ``most_files``.
    """

    name: str
    record: type[Value]
    most_entries: int
    fewest_new: int = 1
    most_files: int = 2


class Store(Generic[Value]):
    """The values of one kind, by keys that are computed from all that a value depends on.

    ``parts`` say what else it depends on, the same for all keys; basalt's own code is always among that. Without a
    folder, or in one that is a symbolic link or another user's, nothing is read or written.
    """

    def __init__(self, folder: Path | None, kind: Kind[Value], *parts: str) -> None:
        self._kind = kind
        text = "\0".join((*describe_tools(), *parts))
        self._identity = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
        is_open = folder is not None and is_safe(folder)
        self._path = folder / f"{kind.name}-{self._identity[:24]}.json" if folder is not None and is_open else None
        found = read_sealed(self._path, self._identity) if self._path is not None else None
        self._encoded: dict[str, Any] = found if isinstance(found, dict) else {}
        self._values: dict[str, Value] = {}
        self._new: dict[str, Value] = {}

    @property
    def newest_key(self) -> str | None:
        """Return the key that was kept last; None in an empty store."""
        return next(reversed(self._new or self._encoded), None)

    def find(self, key: str) -> Value | None:
        """Return the value of a key; None where none is remembered, or where it is not of the kind's type."""
        value = self._values.get(key)
        if value is None and key in self._encoded:
            try:
                value = self._values[key] = decode(self._kind.record, self._encoded[key])
            except DecodeError:
                del self._encoded[key]
        return value

    def keep(self, key: str, value: Value) -> None:
        """Remember a value, as the newest one; it is written by ``save``."""
        self._new.pop(key, None)
        self._new[key] = self._values[key] = value

    def save(self) -> None:
        """Write what is new, where that is enough; where it cannot be written, the work is done again next time."""
        if self._path is None or len(self._new) < self._kind.fewest_new:
            return
        old = {key: value for key, value in self._encoded.items() if key not in self._new}
        newest: dict[str, Any] = dict(list({**old, **self._new}.items())[-self._kind.most_entries :])
        with contextlib.suppress(OSError, ValueError):
            write_sealed(self._path, self._identity, newest)
            sweep_sealed(self._path.parent, self._kind.name, self._kind.most_files)
        self._encoded, self._new = newest, {}
