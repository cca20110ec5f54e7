"""Find the version that last changed each line of a prompt."""

from __future__ import annotations

from typing import NamedTuple

from basalt_cli.format.prompt.closure import Closure
from basalt_cli.format.prompt.file import parse_prompt
from basalt_cli.format.template.inlining import expand_includes
from basalt_cli.format.yaml.problems import raise_problems
from basalt_cli.model.prompt import Insert, Prompt, TemplateText, Turn
from basalt_cli.model.version import Commit
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.text.slug import slug_of
from basalt_cli.versions.one_prompt import list_versions
from basalt_cli.versions.references import open_reference, parse_argument
from basalt_cli.workspace.catalog import InvalidPromptError
from basalt_cli.workspace.project import Project


class BlamedLine(NamedTuple):
    """A line of a prompt's messages, before rendering and with its includes expanded, and the commit that added it."""

    text: str
    commit: Commit


def blame(project: Project, text: str) -> tuple[BlamedLine, ...]:
    """Return the lines of a prompt at HEAD, or at the version that a reference names."""
    reference = parse_argument(project, text)
    slug = reference.slug
    start, catalog = open_reference(TrunkState(project), reference)
    closure = catalog.get_closure(slug)
    raise_problems(catalog.path_of(slug), catalog.get_file(slug).problems, InvalidPromptError)
    commits = _find_commits(project, slug, start, closure)
    return tuple(BlamedLine(line, commits[index]) for index, line in enumerate(list_lines(closure)))


def _find_commits(project: Project, slug: str, start: str, closure: Closure) -> dict[int, Commit]:
    """Return the commit that added each line, by index: the oldest version that has it, along first parents."""
    commits: dict[int, Commit] = {}
    # By the index of a line in the newest version, its index in the version that the walk has reached.
    indexes = {index: index for index in range(len(list_lines(closure)))}
    expected = closure
    for entry in list_versions(project, slug, start):
        if entry.version.digest != expected.digest:
            continue
        kept = match_lines(list_lines(entry.closure), list_lines(entry.previous))
        commits |= {line: entry.version.commit for line, index in indexes.items() if index not in kept}
        indexes = {line: kept[index] for line, index in indexes.items() if index in kept}
        if not indexes or entry.previous is None:
            break
        expected = entry.previous
    return commits


def match_lines(new: list[str], old: list[str]) -> dict[int, int]:
    """Return, by index in ``new``, the index in ``old`` of each line that both have."""
    from difflib import SequenceMatcher

    blocks = SequenceMatcher(None, new, old, autojunk=False).get_matching_blocks()
    return {block.a + offset: block.b + offset for block in blocks for offset in range(block.size)}


def list_lines(closure: Closure | None) -> list[str]:
    """Return the messages as lines, each under its role as ``# role``; none for None or a file with errors."""
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
