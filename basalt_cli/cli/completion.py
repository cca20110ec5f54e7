"""What the shell completes: slugs, selectors, environments."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from basalt_cli.errors import BasaltError


def complete_slugs(incomplete: str) -> list[str]:
    """Return the slugs that go on as ``incomplete`` does."""
    return _starting(_slugs(), incomplete)


def complete_references(incomplete: str) -> list[str]:
    """Return slugs, and behind an ``@`` what can stand there."""
    slug, at, _ = incomplete.partition("@")
    if not at:
        return complete_slugs(incomplete)
    return _starting((f"{slug}@{name}" for name in ("latest", *_environments())), incomplete)


def complete_environments(incomplete: str) -> list[str]:
    """Return the environments that go on as ``incomplete`` does."""
    return _starting(_environments(), incomplete)


def complete_cases(incomplete: str) -> list[str]:
    """Return the names of all test cases: the shell does not say which prompt stands beside them."""
    from basalt_cli.use_cases.overview import list_prompts
    from basalt_cli.use_cases.project import open_project

    try:
        listed = list_prompts(open_project(Path.cwd()))
    except (BasaltError, OSError):
        return []
    return _starting((case.name for item in listed if item.prompt for case in item.prompt.cases), incomplete)


def _starting(names: Iterable[str], incomplete: str) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]


def _slugs() -> tuple[str, ...]:
    from basalt_cli.use_cases.project import open_project
    from basalt_cli.use_cases.selection import open_catalog

    try:
        return open_catalog(open_project(Path.cwd()), None).slugs
    except (BasaltError, OSError):
        return ()


def _environments() -> tuple[str, ...]:
    from basalt_cli.use_cases.project import open_project

    try:
        return open_project(Path.cwd()).config.environment_names
    except (BasaltError, OSError):
        return ()
