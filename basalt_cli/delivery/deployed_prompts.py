"""The prompts of an environment, or of the working tree."""

from __future__ import annotations

from basalt_cli.errors import NotFoundError
from basalt_cli.model.prompt import Prompt
from basalt_cli.pointers.opening import read_pointers
from basalt_cli.text.slug import match_slugs
from basalt_cli.text.words import did_you_mean, list_names
from basalt_cli.versions.references import expand_slugs, open_catalog, read_place
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import Trunk, get_environment, get_trunk, read_policy


def list_edited(project: Project, patterns: tuple[str, ...]) -> tuple[Prompt, ...]:
    """Return the prompts of the working tree, or of the trunk in a bare repository: all, or those of the patterns."""
    commit = None
    if project.root is None:
        trunk = get_trunk(project)
        follow_policy(project, trunk)
        commit = trunk.commit
    catalog = open_catalog(project, commit)
    slugs = expand_slugs(catalog, patterns) if patterns else catalog.slugs
    return tuple(catalog.get_prompt(slug) for slug in sorted(slugs))


def list_deployed(project: Project, environment: str, patterns: tuple[str, ...]) -> tuple[Prompt, ...]:
    """Return the prompts that an environment runs, without those of a gradual roll-out: all, or those of the patterns.

    Raises NotFoundError for an environment that the trunk does not declare, and for a pattern that names no prompt.
    """
    trunk = get_trunk(project)
    follow_policy(project, trunk, environment)
    running = read_pointers(project, trunk).get(environment, {})
    found = []
    for slug in choose_running(tuple(sorted(running)), environment, patterns):
        current = running[slug].places[0]
        read_place(project, slug, environment, current)
        found.append(open_catalog(project, current.version, environment).get_prompt(slug))
    return tuple(found)


def follow_policy(project: Project, trunk: Trunk, *environments: str) -> None:
    """Have the project follow the trunk's policy, its prompts folder included.

    Raises NotFoundError for an environment that the policy does not declare.
    """
    policy = read_policy(project, trunk)
    for name in environments:
        get_environment(project, policy, name)
    project.adopt(policy)


def choose_running(running: tuple[str, ...], where: str, patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the slugs of ``running`` that patterns name, or all of them without patterns.

    Raises NotFoundError for a pattern that names none; ``where`` names the environments in its message.
    """
    for pattern in patterns:
        if not match_slugs(pattern, running):
            hint = f"{did_you_mean(pattern, running)}Prompts there: {list_names(running)}."
            raise NotFoundError(f"no prompt {pattern!r} runs in {where}", hint=hint)
    chosen = {slug for pattern in patterns for slug in match_slugs(pattern, running)}
    return tuple(slug for slug in running if not patterns or slug in chosen)
