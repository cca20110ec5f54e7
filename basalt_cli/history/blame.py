"""Say of each line of a prompt which version last changed it."""

from __future__ import annotations

from typing import NamedTuple

from basalt_cli.format.prompt.closure import Closure
from basalt_cli.format.prompt.file import parse_prompt
from basalt_cli.format.template.inlining import expand_includes
from basalt_cli.format.yaml.problems import raise_problems
from basalt_cli.model.prompt import Insert, Prompt, TemplateText, Turn
from basalt_cli.model.version import Commit
from basalt_cli.text.slug import slug_of
from basalt_cli.versions.one_prompt import list_versions
from basalt_cli.versions.references import find_commit, open_catalog, parse_argument
from basalt_cli.workspace.catalog import InvalidPromptError
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import get_trunk


class BlamedLine(NamedTuple):
    """A line of the messages as they are written, partials in their places, and the commit that brought it in."""

    text: str
    commit: Commit


def blame(project: Project, text: str) -> tuple[BlamedLine, ...]:
    """Return the lines of a prompt at HEAD, or at the version that a reference names."""
    reference = parse_argument(project, text)
    if reference.selector is not None:
        start = find_commit(project, reference)
    else:
        start = project.repository.find_commit("HEAD") or get_trunk(project).commit
    catalog = open_catalog(project, start, reference.selector or "HEAD")
    closure = catalog.get_closure(reference.slug)
    raise_problems(catalog.path_of(reference.slug), catalog.get_file(reference.slug).problems, InvalidPromptError)
    lines = _lines(closure)
    owners = _find_owners(project, reference.slug, start, closure)
    return tuple(BlamedLine(line, owners[index]) for index, line in enumerate(lines))


def _find_owners(project: Project, slug: str, start: str, closure: Closure) -> dict[int, Commit]:
    """Return the commit that brought each line in: the oldest version on the line of first parents that has it."""
    owners: dict[int, Commit] = {}
    # By line of the newest version, where it stands in the one that is looked at.
    places = {index: index for index in range(len(_lines(closure)))}
    expected: Closure | None = closure
    for entry in list_versions(project, slug, start):
        if not places or expected is None:
            break
        if entry.version.digest != expected.digest:
            continue
        kept = _match(_lines(entry.closure), _lines(entry.previous))
        owners |= {line: entry.version.commit for line, place in places.items() if place not in kept}
        places = {line: kept[place] for line, place in places.items() if place in kept}
        expected = entry.previous
    return owners


def _match(new: list[str], old: list[str]) -> dict[int, int]:
    """Return, by index in ``new``, the index in ``old`` of each line that stayed."""
    from difflib import SequenceMatcher

    blocks = SequenceMatcher(None, new, old, autojunk=False).get_matching_blocks()
    return {block.a + offset: block.b + offset for block in blocks for offset in range(block.size)}


def _lines(closure: Closure | None) -> list[str]:
    """Return the messages as lines, roles as headings; none for a prompt that cannot be read, or is not there."""
    if closure is None:
        return []
    prompt = parse_prompt(slug_of(closure.path), closure.source).prompt
    if prompt is None:
        return []
    return [line for turn in prompt.turns for line in _turn_lines(turn, prompt, closure.partials)]


def _turn_lines(turn: Turn, prompt: Prompt, partials: dict[str, str]) -> list[str]:
    if isinstance(turn, Insert):
        return [f"# insert {turn.name}"]
    parts = [turn.content] if isinstance(turn.content, TemplateText) else [part.content for part in turn.content]
    texts = [expand_includes(part.text, partials, prompt.whitespace).rstrip("\n") for part in parts]
    return [f"# {turn.role}", *(line for text in texts for line in text.split("\n"))]
