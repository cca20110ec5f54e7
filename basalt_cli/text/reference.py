"""Parse references to versions: ``SLUG[@SELECTOR]``."""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from basalt_cli.errors import UsageError
from basalt_cli.text.slug import describe_slug_problem

_RELEASE = re.compile(r"v?(\d+)\.(\d+)\.(\d+)\Z")
_BACK = re.compile(r"~(\d{1,9})\Z")
_ENVIRONMENT = re.compile(r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?\Z")
_LONGEST_ENVIRONMENT = 40
_REVISION_PREFIX = "rev:"
LATEST = "latest"


class SelectorKind(Enum):
    """The kind of a selector."""

    LATEST = "latest"
    ENVIRONMENT = "environment"
    RELEASE = "release"
    BACK = "back"
    REVISION = "revision"


class Selector(NamedTuple):
    """A parsed selector; ``value`` is the environment, ``X.Y.Z``, the number of versions back, or the revision."""

    kind: SelectorKind
    value: str
    text: str


class Reference(NamedTuple):
    """The slug of a prompt, and the selector after the ``@``, if there is one."""

    slug: str
    selector: str | None


def parse_reference(text: str) -> Reference:
    """Parse a reference; raise UsageError where it is not valid."""
    slug, at, selector = text.partition("@")
    problem = describe_slug_problem(slug)
    if problem is not None:
        raise UsageError(
            f"{slug!r} is not the slug of a prompt: {problem}",
            hint="Give the slug of a prompt, for example support/reply.",
        )
    if at and not selector:
        hint = f"Write {slug}@latest, or an environment, a release, ~N or a git revision after the @."
        raise UsageError(f"nothing follows the @ in {text!r}", hint=hint)
    return Reference(slug, selector if at else None)


def parse_selector(text: str, environments: tuple[str, ...]) -> Selector:
    """Parse a selector; environments and releases win over branches and tags of the same name."""
    if text.startswith(_REVISION_PREFIX):
        return Selector(SelectorKind.REVISION, text.removeprefix(_REVISION_PREFIX), text)
    if text == LATEST:
        return Selector(SelectorKind.LATEST, text, text)
    if text in environments:
        return Selector(SelectorKind.ENVIRONMENT, text, text)
    if is_release(text):
        return Selector(SelectorKind.RELEASE, text.removeprefix("v"), text)
    if match := _BACK.match(text):
        return Selector(SelectorKind.BACK, match.group(1), text)
    return Selector(SelectorKind.REVISION, text, text)


def is_release(text: str) -> bool:
    """Return whether a text has the form of a release: ``1.2.0`` or ``v1.2.0``."""
    return _RELEASE.match(text) is not None


def describe_environment_problem(name: str) -> str | None:
    """Describe in one clause why ``name`` is not a valid name of an environment; None where it is."""
    if name == LATEST or is_release(name):
        return "it has the form of a version"
    if len(name) > _LONGEST_ENVIRONMENT or not _ENVIRONMENT.match(name):
        return f"use at most {_LONGEST_ENVIRONMENT} lower-case letters, digits, - and _, ending in a letter or digit"
    return None
