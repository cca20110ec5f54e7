"""Slugs of prompts, and paths below the prompts folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

from basalt_cli.errors import BasaltError

PROMPT_ENDING = ".yaml"
RESERVED_FOLDER = "_fixtures"
_SNAPSHOT_ENDING = ".snap.md"

_SLUG = re.compile(r"(?:[a-z0-9][a-z0-9_-]*/)*[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?\Z")
_LONGEST_SLUG = 200
# File systems allow no longer paths.
_LONGEST_PATH = 1000
_ROUTES = ("describe", "publish")


def describe_slug_problem(slug: str) -> str | None:
    """Describe in one clause why ``slug`` is not a valid slug; None where it is."""
    if len(slug) > _LONGEST_SLUG:
        return f"it has {len(slug)} characters; at most {_LONGEST_SLUG} are allowed"
    if slug.rpartition("/")[2] in _ROUTES:
        return f"its last segment is {slug.rpartition('/')[2]!r}, which is reserved for the HTTP API"
    if not _SLUG.match(slug):
        return "a slug is segments of lower-case letters, digits, - and _, joined by /, and ends in a letter or digit"
    return None


def is_prompt_path(path: str) -> bool:
    """Return whether a path below the prompts folder is a prompt file."""
    return path.endswith(PROMPT_ENDING) and not is_reserved(path)


def is_partial_path(path: str) -> bool:
    """Return whether a path below the prompts folder can be a partial: not YAML, and not reserved."""
    return not path.endswith((PROMPT_ENDING, ".yml")) and not is_reserved(path)


def is_reserved(path: str) -> bool:
    """Return whether a path below the prompts folder is a fixture, a snapshot or a README."""
    folders, _, name = path.rpartition("/")
    return RESERVED_FOLDER in folders.split("/") or name.endswith(_SNAPSHOT_ENDING) or name == "README.md"


def path_of(slug: str) -> str:
    """Return the path of a prompt's file below the prompts folder."""
    return slug + PROMPT_ENDING


def slug_of(path: str) -> str:
    """Return the slug of a prompt's file below the prompts folder; the inverse of ``path_of``."""
    return path.removesuffix(PROMPT_ENDING)


def is_pattern(text: str) -> bool:
    """Return whether a text is a pattern; ``*``, ``?`` and ``[...]`` also match slashes."""
    return any(character in text for character in "*?[")


def match_slugs(pattern: str, slugs: Iterable[str]) -> tuple[str, ...]:
    """Return the slugs that match a slug or a pattern, in the order of ``slugs``."""
    if not is_pattern(pattern):
        return tuple(slug for slug in slugs if slug == pattern)
    from fnmatch import fnmatchcase

    return tuple(slug for slug in slugs if fnmatchcase(slug, pattern))


def expand_patterns(
    patterns: Iterable[str], slugs: Collection[str], refuse: Callable[[str], BasaltError]
) -> tuple[str, ...]:
    """Return the slugs that patterns name, in the order of the patterns and once each.

    Raises what ``refuse`` returns for a pattern that names none.
    """
    found: dict[str, None] = {}
    for pattern in patterns:
        matches = match_slugs(pattern, slugs)
        if not matches:
            raise refuse(pattern)
        found |= dict.fromkeys(matches)
    return tuple(found)


def is_outside(name: str) -> bool:
    """Return whether a name, for example of an include, is not a path below a folder."""
    parts = name.split("/")
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        return True
    if size > _LONGEST_PATH or not name.isprintable():
        return True
    return not name or name.startswith("/") or "\\" in name or any(p in ("", ".", "..") for p in parts)
