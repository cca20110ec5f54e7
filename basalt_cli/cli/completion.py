"""Complete slugs, selectors, environments, test cases, schemas and rules in a shell.

Each function returns the candidates that start with the text so far. A project that cannot be read has none: an error
message would garble the command line.
"""

from __future__ import annotations

from collections.abc import Iterable

from basalt_cli.errors import BasaltError


def complete_slugs(incomplete: str) -> list[str]:
    """Return the slugs that start with ``incomplete``."""
    return _starting(_slugs(), incomplete)


def complete_references(incomplete: str) -> list[str]:
    """Return the slugs that start with ``incomplete``; after an ``@``, the slug with each selector."""
    slug, at, _ = incomplete.partition("@")
    if not at:
        return complete_slugs(incomplete)
    return _starting((f"{slug}@{name}" for name in ("latest", *_environments())), incomplete)


def complete_environments(incomplete: str) -> list[str]:
    """Return the environments that start with ``incomplete``."""
    return _starting(_environments(), incomplete)


def complete_cases(incomplete: str) -> list[str]:
    """Return the names of the test cases of all prompts: the shell does not pass the prompt that was typed."""
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
    """Return the schemas whose names start with ``incomplete``."""
    from basalt_cli.files.schema_files import list_schemas

    return _starting(list_schemas(), incomplete)


def complete_rules(incomplete: str) -> list[str]:
    """Return the codes and names of rules that start with ``incomplete``."""
    from basalt_cli.lint.rules import RULES

    return _starting([name for rule in RULES for name in (rule.ID, rule.NAME)], incomplete)
