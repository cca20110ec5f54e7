"""Versions of prompts, parsed, checked and compiled once, and rendered any number of times."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from threading import Lock
from typing import Any, NamedTuple

from basalt_cli.client.errors import BadRequestError, SourceError
from basalt_cli.client.responses import PromptModel, to_model
from basalt_cli.delivery.answer import Content
from basalt_cli.errors import BasaltError
from basalt_cli.format.prompt.assembly import assemble
from basalt_cli.format.prompt.values import VariablesError, complete_values, wrong_values_error
from basalt_cli.format.prompt.variables import EXAMPLES
from basalt_cli.format.schema.value_check import find_value_problem
from basalt_cli.format.template import Renderer, RenderFailure
from basalt_cli.format.template.inlining import write_in_includes
from basalt_cli.format.template.rendering import MOST_CHARACTERS, OutputTooLargeError
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Insert, Message, Prompt, TemplateText
from basalt_cli.model.rendered import RenderedMessage
from basalt_cli.testing.rendering import check_templates, describe_failure
from basalt_cli.workspace.catalog import Catalog

_SYSTEM_ROLES = ("system", "developer")
_PLAIN_STRING = {"type": "string"}
_DEEPEST = 64
# About 4,300 decimal digits, the longest integer that Python converts to text.
_MOST_BITS = 14_000


class Texts(NamedTuple):
    """The texts of a prompt: all system messages joined, all other messages joined, and each template by its key."""

    system: str
    task: str
    by_key: Mapping[str, str]


class Compiled:
    """One version, ready to render in any thread; raises SourceError if its files are not a valid prompt."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self._catalog = Catalog(_ClosureTree(content), content.folder, f"at {content.version[:9]}")
        try:
            self.prompt: Prompt = self._catalog.get_prompt(content.slug)
            check_templates(self._catalog, self.prompt, content.closure)
        except BasaltError as error:
            where = f"{error.place}: " if error.place else ""
            hint = "Fix it and promote it again, or roll back: basalt rollback."
            raise SourceError(
                f"{content.slug} is not a valid prompt: {where}{error.message}", hint=hint, slug=content.slug
            ) from error
        self.model: PromptModel = to_model(self.prompt)
        templates = {template.key: template.text for template in self.prompt.templates}
        self._renderer = Renderer(self.prompt.whitespace, content.closure.partials, templates)
        self._system = tuple(_list_keys(self.prompt, of_system=True))
        self._task = tuple(_list_keys(self.prompt, of_system=False))
        self._declared = frozenset(variable.name for variable in self.prompt.variables)
        self._required = frozenset(variable.name for variable in self.prompt.variables if variable.required)
        self._schemas = {v.name: v.schema for v in self.prompt.variables if v.schema != _PLAIN_STRING}
        self._defaults = {v.name: v.default for v in self.prompt.variables if v.has_default}
        self._default_problems = self._find_default_problems()
        self._has_history = any(isinstance(turn, Insert) and turn.name != EXAMPLES for turn in self.prompt.turns)
        # The templates with their includes written in. This is not a cached property: Python 3.11 holds a lock of the
        # class while it computes one, and a child that is forked at that time could never acquire it.
        self.raw = self._to_texts(self._write_raw())

    def render(self, given: Mapping[str, Any]) -> tuple[dict[str, Json], Texts]:
        """Return the values with defaults, copied, and the texts; raise BadRequestError that names wrong values."""
        values = self._complete(given)
        try:
            texts = self._to_texts(self._renderer.render(values))
            if self._has_history:
                self.build_messages(texts, values)
        except RenderFailure as failure:
            error = describe_failure(failure, self._catalog, self.prompt, self.content.closure, values)
            where = f"{error.place}: " if error.place else ""
            raise BadRequestError(f"{where}{error.message}", hint=error.hint) from failure
        except OutputTooLargeError:
            raise BadRequestError(f"{self.content.slug} renders to more than {MOST_CHARACTERS:,} characters") from None
        except VariablesError as error:
            raise BadRequestError(error.message, hint=error.hint) from None
        return values, texts

    def build_messages(self, texts: Texts, values: Mapping[str, Json]) -> tuple[RenderedMessage, ...]:
        """Return the messages for rendered texts, in sending order."""
        return assemble(self.prompt, texts.by_key, values)

    def _to_texts(self, by_key: Mapping[str, str]) -> Texts:
        system = "\n\n".join(["\n\n".join([by_key[key] for key in keys]) for keys in self._system])
        return Texts(system, "\n\n".join(["\n\n".join([by_key[key] for key in keys]) for keys in self._task]), by_key)

    def _complete(self, given: Mapping[str, Any]) -> dict[str, Json]:
        """Return the given values and the defaults, copied; raise BadRequestError if one does not fit its variable."""
        values = _copy_values(given)
        if not (self._declared.issuperset(values) and self._required.issubset(values)):
            try:
                complete_values(self.prompt, values)
            except BasaltError as error:
                raise BadRequestError(error.message, hint=error.hint) from None
        problems = {}
        for name, value in values.items():
            if name in self._schemas or type(value) is not str:
                problem = find_value_problem(self._schemas.get(name, dict(_PLAIN_STRING)), value)
                if problem is not None:
                    problems[name] = problem
        for name, value in self._defaults.items():
            if name not in values:
                values[name] = value if type(value) is str else copy_value(name, value)
                problem = self._default_problems.get(name)
                if problem is not None:
                    problems[name] = problem
        if problems:
            wrong = wrong_values_error(self.prompt, problems)
            raise BadRequestError(wrong.message, hint=wrong.hint)
        return values

    def _write_raw(self) -> dict[str, str]:
        partials, whitespace = self.content.closure.partials, self.prompt.whitespace
        return {t.key: write_in_includes(t.text, whitespace, partials) for t in self.prompt.templates}

    def _find_default_problems(self) -> dict[str, str]:
        schemas = {variable.name: variable.schema for variable in self.prompt.variables}
        found = {name: find_value_problem(schemas[name], value) for name, value in self._defaults.items()}
        return {name: problem for name, problem in found.items() if problem is not None}


def _list_keys(prompt: Prompt, *, of_system: bool) -> list[tuple[str, ...]]:
    """Return the keys of the templates of each system message, or of each other message."""
    found: list[tuple[str, ...]] = []
    for turn in prompt.turns:
        if isinstance(turn, Message) and (turn.role in _SYSTEM_ROLES) is of_system:
            if isinstance(turn.content, TemplateText):
                found.append((turn.content.key,))
            else:
                found.append(tuple(part.content.key for part in turn.content if part.kind == "text"))
    return found


def _copy_values(given: Mapping[str, Any]) -> dict[str, Json]:
    if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
        raise BadRequestError("variables must be a mapping of names to values")
    return {name: value if type(value) is str else copy_value(name, value) for name, value in given.items()}


def copy_value(name: str, value: Any, depth: int = 0) -> Json:
    """Return a copy of a JSON-like value, with tuples as lists; raise BadRequestError for any other value."""
    if value is None or isinstance(value, bool):
        return value
    # Enumerations and safe strings are subclasses of str: only their plain value is used.
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int) and value.bit_length() <= _MOST_BITS:
        return int(value)
    if isinstance(value, float) and isfinite(value):
        return float(value)
    if depth < _DEEPEST and isinstance(value, list | tuple):
        return [copy_value(name, item, depth + 1) for item in value]
    if depth < _DEEPEST and isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise BadRequestError(f"{name} has keys that are not strings")
        return {str.__str__(key): copy_value(name, item, depth + 1) for key, item in value.items()}
    if depth >= _DEEPEST:
        raise BadRequestError(f"{name} is nested more than {_DEEPEST} levels deep")
    hint = "Give strings, numbers, booleans, None, lists and mappings."
    what = (
        "a number that is not finite or too long"
        if isinstance(value, int | float)
        else f"a value of type {type(value).__name__}"
    )
    raise BadRequestError(f"{name} contains {what}; templates take JSON-like values only", hint=hint)


class _ClosureTree:
    """The files of one closure, as a prompt tree."""

    def __init__(self, content: Content) -> None:
        self.commit: str | None = content.version
        self._files = {path: data for path, data in content.closure.files if data is not None}

    def list_paths(self) -> tuple[str, ...]:
        """Return the paths of all files, sorted."""
        return tuple(sorted(self._files))

    def list_blobs(self) -> None:
        """Return None: these files have no git ids."""

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file, or None."""
        return self._files.get(path)

    def is_link(self, path: str) -> bool:  # noqa: ARG002 - the protocol's
        """Return False: a closure has regular files only."""
        return False


class Compiler:
    """A cache of compiled versions; above a number, the least recently used are forgotten."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: dict[tuple[str, str, str, str], Compiled] = {}
        self._lock = Lock()

    def compile(self, content: Content) -> Compiled:
        """Return the compiled version; raise SourceError if its files are not a valid prompt."""
        key = (content.folder, content.slug, content.version, content.digest)
        with self._lock:
            found = self._found.pop(key, None)
            if found is not None:
                self._found[key] = found
        if found is None:
            found = Compiled(content)
            with self._lock:
                self._found[key] = found
                while len(self._found) > self._most:
                    self._found.pop(next(iter(self._found)))
        return found

    def reset_after_fork(self) -> None:
        """Replace the lock, which a thread of the parent may have held."""
        self._lock = Lock()


COMPILER = Compiler(1024)
