"""What the templates of a prompt and its partials need: names from outside, and includes that are missing or cyclic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from basalt_cli.format.template import Include, NameUse, TemplateFacts, analyse
from basalt_cli.model.prompt import Prompt, TemplateText, Whitespace

_MOST_PARTIALS = 1000


class Need(NamedTuple):
    """A name that a template reads from outside.

    ``offset`` and ``length`` are in the prompt's own template: the name, or the include that leads to it. Then
    ``partial`` is the file that reads the name, and ``sees_context`` whether it sees the variables. ``is_guarded``: the
    name can be undefined there.
    """

    name: str
    template: TemplateText
    offset: int
    length: int
    partial: str | None = None
    sees_context: bool = True
    is_called: bool = False
    is_guarded: bool = False


def find_needs(prompt: Prompt, partials: Mapping[str, str]) -> Iterator[Need]:
    """Yield every name that the prompt's templates and their partials read from outside, in reading order."""
    known: dict[str, dict[str, _PartialNeed]] = {}
    for template in prompt.templates:
        facts = analyse(template.text, prompt.whitespace)
        for use in facts.uses:
            is_called, is_guarded = use.is_called, use.is_guarded
            yield Need(use.name, template, use.offset, len(use.name), None, True, is_called, is_guarded)
        for include in facts.includes:
            replaced = facts.replaced if include.extends else frozenset()
            for name, need in _needs_of_include(include, partials, prompt.whitespace, known, replaced).items():
                place = (template, include.offset, include.length)
                yield Need(name, *place, need.partial, need.sees_context, need.is_called, need.is_guarded)


class _PartialNeed(NamedTuple):
    """The partial that reads a name, and whether it sees the variables.

    ``blocks`` are the blocks in which it is read; the empty name means outside all blocks, which is never replaced.
    """

    partial: str
    sees_context: bool
    blocks: frozenset[str]
    is_called: bool
    is_guarded: bool

    def join(self, use: NameUse) -> _PartialNeed:
        """Return the need with one more use; it is guarded where all uses are."""
        return self._replace(
            blocks=self.blocks | {use.block or ""},
            is_called=self.is_called or use.is_called,
            is_guarded=self.is_guarded and use.is_guarded,
        )


def _needs_of_include(
    include: Include,
    partials: Mapping[str, str],
    whitespace: Whitespace,
    known: dict[str, dict[str, _PartialNeed]],
    replaced: frozenset[str] = frozenset(),
) -> dict[str, _PartialNeed]:
    bound = include.bound if include.sees_context else frozenset()
    found: dict[str, _PartialNeed] = {}
    for partial in existing_names(include, partials):
        for name, need in _needs_of_partial(partial, partials, whitespace, known).items():
            if name not in bound and not need.blocks <= replaced:
                sees_context = need.sees_context and include.sees_context
                is_guarded = need.is_guarded or name in include.proven
                found.setdefault(name, need._replace(sees_context=sees_context, is_guarded=is_guarded))
    return found


def _needs_of_partial(
    partial: str, partials: Mapping[str, str], whitespace: Whitespace, known: dict[str, dict[str, _PartialNeed]]
) -> dict[str, _PartialNeed]:
    """Return the names that a partial reads, by name; each partial is analysed once."""
    if partial in known or len(known) > _MOST_PARTIALS:
        return known.get(partial, {})
    found: dict[str, _PartialNeed] = {}
    known[partial] = {}  # A partial that includes itself has no more needs at the second visit.
    facts = _facts(partial, partials, whitespace)
    for use in facts.uses:
        found[use.name] = found.get(use.name, _PartialNeed(partial, True, frozenset(), False, True)).join(use)
    for include in facts.includes:
        replaced = facts.replaced if include.extends else frozenset()
        for name, need in _needs_of_include(include, partials, whitespace, known, replaced).items():
            found.setdefault(name, need)
    known[partial] = found
    return found


def find_missing(prompt: Prompt, partials: Mapping[str, str]) -> frozenset[str]:
    """Return the partials that do not exist and are not optional."""
    texts = [*(template.text for template in prompt.templates), *partials.values()]
    includes = [include for text in texts for include in analyse(text, prompt.whitespace).includes]
    missing = [include for include in includes if not include.optional and not existing_names(include, partials)]
    return frozenset(name for include in missing for name in include.names)


def existing_names(include: Include, partials: Mapping[str, str]) -> tuple[str, ...]:
    """Return the first name of an include that exists; empty where none does."""
    return next(((name,) for name in include.names if name in partials), ())


def _facts(partial: str, partials: Mapping[str, str], whitespace: Whitespace) -> TemplateFacts:
    return analyse(partials[partial], whitespace)


def find_cycle(prompt: Prompt, partials: Mapping[str, str]) -> tuple[str, ...]:
    """Return the partials of a cycle of includes, with the first one again at the end; empty where there is none."""
    done: set[str] = set()
    for template in prompt.templates:
        for include in analyse(template.text, prompt.whitespace).includes:
            cycle = follow_cycle(include, partials, prompt.whitespace, (), done)
            if cycle:
                return cycle
    return ()


def follow_cycle(
    include: Include, partials: Mapping[str, str], whitespace: Whitespace, path: tuple[str, ...], done: set[str]
) -> tuple[str, ...]:
    """Return the cycle that an include leads to; ``done`` collects the partials that lead to none."""
    for name in include.names:
        if name in path:
            return (*path[path.index(name) :], name)
        if name in done or name not in partials:
            continue
        for inner in _facts(name, partials, whitespace).includes:
            cycle = follow_cycle(inner, partials, whitespace, (*path, name), done)
            if cycle:
                return cycle
        done.add(name)
    return ()
