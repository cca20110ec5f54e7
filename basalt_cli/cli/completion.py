"""What the shell completes: slugs, selectors, environments, test cases."""

from __future__ import annotations

from collections.abc import Iterable

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
    from basalt_cli.cli.opening import opened_project
    from basalt_cli.versions.references import open_catalog

    try:
        with opened_project() as project:
            catalog = open_catalog(project, None)
            prompts = [catalog.get_file(slug).prompt for slug in catalog.slugs]
    except (BasaltError, OSError):
        return []
    return _starting((case.name for prompt in prompts if prompt for case in prompt.cases), incomplete)


def _starting(names: Iterable[str], incomplete: str) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]


def _slugs() -> tuple[str, ...]:
    from basalt_cli.cli.opening import opened_project
    from basalt_cli.versions.references import open_catalog

    try:
        with opened_project() as project:
            return open_catalog(project, None).slugs
    except (BasaltError, OSError):
        return ()


def _environments() -> tuple[str, ...]:
    from basalt_cli.cli.opening import opened_project

    try:
        with opened_project() as project:
            return project.config.environment_names
    except (BasaltError, OSError):
        return ()


def complete_schemas(incomplete: str) -> list[str]:
    """Return the names of schemas."""
    from basalt_cli.files.schema_files import list_schemas

    return _starting(list_schemas(), incomplete)


def complete_rules(incomplete: str) -> list[str]:
    """Return the codes and names of rules."""
    from basalt_cli.lint.rules import RULES

    return _starting([name for rule in RULES for name in (rule.ID, rule.NAME)], incomplete)
