"""The prompts of an environment, or of the working tree."""

from __future__ import annotations

from basalt_cli.errors import NotFoundError
from basalt_cli.model.prompt import Prompt
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.text.slug import expand_patterns
from basalt_cli.text.words import did_you_mean, list_names
from basalt_cli.versions.references import expand_slugs, open_catalog, read_place
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import get_environment


def list_edited(project: Project, patterns: tuple[str, ...]) -> tuple[Prompt, ...]:
    """Return the prompts of the working tree, or of the trunk in a bare repository: all, or those of the patterns."""
    state = TrunkState(project)
    catalog = open_catalog(project, None) if project.root is not None else open_catalog(state.project, state.commit)
    slugs = expand_slugs(catalog, patterns) if patterns else catalog.slugs
    return tuple(catalog.get_prompt(slug) for slug in sorted(slugs))


def list_deployed(project: Project, environment: str, patterns: tuple[str, ...]) -> tuple[Prompt, ...]:
    """Return the prompts that an environment runs, without those of a gradual roll-out: all, or those of the patterns.

    Raises NotFoundError for an environment that the trunk does not declare, and for a pattern that names no prompt.
    """
    state = TrunkState(project)
    get_environment(project, state.policy, environment)
    running = state.pointers.get(environment, {})
    found = []
    for slug in choose_running(tuple(sorted(running)), environment, patterns):
        current = running[slug].places[0]
        read_place(state.project, slug, environment, current)
        found.append(open_catalog(state.project, current.version, environment).get_prompt(slug))
    return tuple(found)


def choose_running(running: tuple[str, ...], where: str, patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the slugs of ``running`` that patterns name, or all of them without patterns.

    Raises NotFoundError for a pattern that names none; ``where`` names the environments in its message.
    """

    def refuse(pattern: str) -> NotFoundError:
        hint = f"{did_you_mean(pattern, running)}Prompts there: {list_names(running)}."
        return NotFoundError(f"no prompt {pattern!r} runs in {where}", hint=hint)

    chosen = set(expand_patterns(patterns, running, refuse))
    return tuple(slug for slug in running if not patterns or slug in chosen)
