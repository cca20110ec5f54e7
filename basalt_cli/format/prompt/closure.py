"""The closure of a prompt, which is all files that determine its rendered text, and its digest."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeAlias

from basalt_cli.format.prompt.file import parse_prompt
from basalt_cli.format.template import Include, analyse
from basalt_cli.model.prompt import Whitespace
from basalt_cli.text.slug import is_outside, is_partial_path, path_of, slug_of

ReadFile: TypeAlias = Callable[[str], bytes | None]
"""Read a file by its path below the prompts folder; None where there is no regular file."""

MOST_FILES = 1000
_ABSENT = b"\xff" * 8
_INCLUDE_WORDS = (b"include", b"import", b"extends", b"\\")


@dataclass(frozen=True)
class Closure:
    """The files of one prompt, by path below the prompts folder, in path order; None marks an absent include."""

    path: str
    files: tuple[tuple[str, bytes | None], ...]

    @cached_property
    def digest(self) -> str:
        """The sha256 of paths and contents, each after its length in 8 bytes, big-endian; line ends are LF.

        An absent file has the length of all ones, which no file has.
        """
        sha = hashlib.sha256()
        for path, data in self.files:
            name = path.encode(errors="surrogateescape")
            sha.update(len(name).to_bytes(8, "big") + name)
            if data is None:
                sha.update(_ABSENT)
            else:
                content = normalise_line_ends(data)
                sha.update(len(content).to_bytes(8, "big") + content)
        return "sha256:" + sha.hexdigest()

    @property
    def paths(self) -> tuple[str, ...]:
        """Return the paths of all files, absent ones included."""
        return tuple(path for path, _ in self.files)

    @property
    def source(self) -> bytes:
        """Return the bytes of the prompt's own file."""
        return next(data for path, data in self.files if path == self.path and data is not None)

    @property
    def partials(self) -> dict[str, str]:
        """Return the texts of the partials by path; one that is not UTF-8 is left out, as if it were absent."""
        texts = {}
        for path, data in self.files:
            text = decode_partial(data) if path != self.path and data is not None else None
            if text is not None:
                texts[path] = text
        return texts


def normalise_line_ends(data: bytes) -> bytes:
    """Return the bytes with LF at the end of every line."""
    return data.replace(b"\r\n", b"\n") if b"\r" in data else data


def decode_partial(data: bytes, *, keep_line_ends: bool = False) -> str | None:
    """Return the text of a partial, with LF line ends unless ``keep_line_ends``; None where it is not UTF-8."""
    try:
        return (data if keep_line_ends else normalise_line_ends(data)).decode("utf-8")
    except UnicodeDecodeError:
        return None


def collect_closure(slug: str, read: ReadFile) -> Closure | None:
    """Return the closure of a prompt; None where its file does not exist.

    A prompt that cannot be parsed still has a closure: its file, and the includes that could be read.
    """
    path = path_of(slug)
    source = read(path)
    if source is None:
        return None
    files: dict[str, bytes | None] = {}

    def list_names(name: str) -> Iterable[str]:
        data = files[name] = read(name)
        return find_included_names(name, data) if data is not None else ()

    reached = follow_includes(find_included_names(path, source), list_names)
    return Closure(path, tuple(sorted((dict.fromkeys(reached) | files | {path: source}).items())))


def follow_includes(names: Iterable[str], list_names: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    """Return the paths that includes lead to, in reading order and each once; at most ``MOST_FILES``.

    ``list_names`` returns the names that a partial includes; none where it does not exist. It is called once for each
    path that can be a partial.
    """
    reached: dict[str, None] = {}
    pending = list(names)
    for name in pending:
        if len(reached) >= MOST_FILES:
            break
        if name not in reached:
            reached[name] = None
            if is_partial_path(name):
                pending += list_names(name)
    return tuple(reached)


def find_included_names(path: str, data: bytes) -> Iterator[str]:
    """Yield the paths that a prompt file or a partial includes, without those outside the prompts folder."""
    if not any(word in data for word in _INCLUDE_WORDS):
        return
    for include in find_includes(path, data):
        yield from (name for name in include.names if not is_outside(name))


@lru_cache(maxsize=4096)
def find_includes(path: str, data: bytes) -> tuple[Include, ...]:
    """Return the includes of a prompt file, or of a partial, in reading order."""
    if path.endswith(".yaml"):
        prompt = parse_prompt(slug_of(path), data).prompt
        templates = prompt.templates if prompt else ()
        whitespace = prompt.whitespace if prompt else Whitespace()
        return tuple(include for template in templates for include in analyse(template.text, whitespace).includes)
    text = decode_partial(data)
    return analyse(text).includes if text is not None else ()
