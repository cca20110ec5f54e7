"""The prompts of a place, each as it stands there: the working tree, or what an environment runs."""

from __future__ import annotations

from basalt_cli.errors import NotFoundError
from basalt_cli.model.prompt import Prompt
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.text.slug import expand_patterns
from basalt_cli.text.words import did_you_mean, list_names
from basalt_cli.versions.references import expand_slugs, open_catalog, read_place
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import get_environment, get_trunk


def list_edited(project: Project, patterns: tuple[str, ...]) -> tuple[Prompt, ...]:
    """Return the prompts of the working tree (in a bare repository the trunk) that patterns name, or all of them."""
    catalog = open_catalog(project, None if project.root is not None else get_trunk(project).commit)
    slugs = expand_slugs(catalog, patterns) if patterns else catalog.slugs
    return tuple(catalog.get_prompt(slug) for slug in sorted(slugs))


def list_deployed(project: Project, environment: str, patterns: tuple[str, ...]) -> tuple[Prompt, ...]:
    """Return the prompts that an environment runs; raise NotFoundError for a pattern that names none of them."""
    state = TrunkState(project)
    get_environment(project, state.policy, environment)
    running = state.pointers.get(environment, {})
    slugs = choose_running(tuple(sorted(running)), environment, patterns)
    found = []
    for slug in slugs:
        place = running[slug].places[0]
        read_place(state.project, slug, environment, place)
        found.append(open_catalog(state.project, place.version, environment).get_prompt(slug))
    return tuple(found)


def choose_running(running: tuple[str, ...], where: str, patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of the prompts that run somewhere which patterns name, or all; raise NotFoundError for none."""

    def refuse(pattern: str) -> NotFoundError:
        hint = f"{did_you_mean(pattern, running)}Prompts there: {list_names(running)}."
        return NotFoundError(f"no prompt {pattern!r} runs in {where}", hint=hint)

    wanted = set(expand_patterns(patterns, running, refuse))
    return tuple(slug for slug in running if not patterns or slug in wanted)
