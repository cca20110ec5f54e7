"""Build the subjects of rules: one file of a tree, parsed, with the partials that it includes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from basalt_cli.errors import NotFoundError
from basalt_cli.format.prompt.closure import decode_partial, find_included_names, follow_includes
from basalt_cli.format.prompt.file import parse_prompt
from basalt_cli.format.template import analyse
from basalt_cli.format.yaml.reader import decode
from basalt_cli.lint.rule import FileFacts, Subject, Template, span_in_file
from basalt_cli.model.prompt import Message, Prompt, TemplateText
from basalt_cli.model.source import FILE_START, Node, Problem
from basalt_cli.sandbox.case_rendering import render_some
from basalt_cli.sandbox.value_limits import BoundedValueChecker
from basalt_cli.text.slug import is_partial_path, slug_of
from basalt_cli.workspace.prompt_tree import LARGEST_FILE_BYTES, PromptTree


class Reached(NamedTuple):
    """The partials that templates include, directly or not.

    ``texts`` are by path, without those that are not UTF-8; ``existing`` are the paths of all that exist, ``asked``
    all paths that are named.
    """

    texts: dict[str, str]
    existing: tuple[str, ...]
    asked: tuple[str, ...]


class Built(NamedTuple):
    """A subject, its facts for project rules, the paths of all partials that it names, and its content's hash."""

    subject: Subject
    facts: FileFacts
    dependencies: tuple[str, ...]
    content_hash: str


class _Parsed(NamedTuple):
    """A file as parsed: its text, its YAML and prompt (None for a partial), its templates, the parser's problems."""

    text: str
    root: Node | None
    prompt: Prompt | None
    templates: tuple[Template, ...]
    problems: tuple[Problem, ...]


class SubjectBuilder:
    """Builds the subjects of one tree; reads each partial once."""

    def __init__(self, tree: PromptTree, prompts_folder: str) -> None:
        self._tree = tree
        self._folder = prompts_folder
        self._partials: dict[str, bytes | None] = {}

    def build(self, path: str) -> Built:
        """Return the subject for a path below the prompts folder; raises NotFoundError if there is no such file."""
        data = self._tree.read(path)
        if data is None:
            hint = "Links are not followed." if self._tree.is_link(path) else None
            raise NotFoundError(f"{self._folder}/{path} does not exist", hint=hint)
        is_partial = is_partial_path(path)
        text, root, prompt, templates, problems = _parse_partial(data) if is_partial else _parse_prompt(path, data)
        problems = (*problems, *_locate_problems(text, templates))
        reached = self._read_partials(find_included_names(path, data) if templates else ())
        is_link, values = self._tree.is_link, BoundedValueChecker()
        subject = Subject(path, text, root, prompt, problems, templates, reached.texts, is_link, values, render_some)
        is_readable = not problems and (is_partial or prompt is not None)
        sent = _hash_sent(prompt, reached) if prompt is not None and is_readable else ""
        facts = FileFacts(path, not is_partial, is_readable, sent, reached.existing)
        return Built(subject, facts, reached.asked, hash_bytes(data))

    def _read_partials(self, names: Iterable[str]) -> Reached:
        texts: dict[str, str] = {}
        existing: list[str] = []

        def list_names(name: str) -> Iterable[str]:
            content = self._read_partial(name)
            if content is None:
                return ()
            existing.append(name)
            text = decode_partial(content)
            if text is not None:
                texts[name] = text
            return find_included_names(name, content)

        asked = follow_includes(names, list_names)
        return Reached(texts, tuple(existing), asked)

    def _read_partial(self, name: str) -> bytes | None:
        if name not in self._partials:
            self._partials[name] = self._tree.read(name)
        return self._partials[name]


def _parse_prompt(path: str, data: bytes) -> _Parsed:
    file = parse_prompt(slug_of(path), data)
    prompt, document = file.prompt, file.document
    templates = tuple(_build_template(text, prompt) for text in prompt.templates) if prompt is not None else ()
    return _Parsed(document.text, document.root, prompt, templates, file.problems)


def _build_template(text: TemplateText, prompt: Prompt) -> Template:
    return Template(text.text, analyse(text.text, prompt.whitespace), text)


def _parse_partial(data: bytes) -> _Parsed:
    text = decode_partial(data, keep_line_ends=True)
    problem = decode(data)[1] if text is None else None
    if len(data) > LARGEST_FILE_BYTES:
        message = f"the file has more than {LARGEST_FILE_BYTES:,} bytes"
        problem = Problem("document-bounds", message, FILE_START, "Split it, or pass the text as a variable.")
    if text is None or problem is not None:
        return _Parsed(text or "", None, None, (), (problem,) if problem is not None else ())
    return _Parsed(text, None, None, (Template(text, analyse(text), None),), ())


def _locate_problems(text: str, templates: tuple[Template, ...]) -> tuple[Problem, ...]:
    """Return the problems of templates with their places in the file."""
    return tuple(
        Problem(found.rule, found.message, span_in_file(text, template.owner, found.offset, found.length), found.help)
        for template in templates
        for found in template.facts.problems
    )


def hash_bytes(data: bytes) -> str:
    """Return the SHA-256 of a file's content, in hex."""
    return hashlib.sha256(data).hexdigest()


def _hash_sent(prompt: Prompt, reached: Reached) -> str:
    """Return a hash of all that the prompt sends to the model, and of the variables that it takes."""
    turns = [
        (turn.role, [text.text for text in turn.texts]) if isinstance(turn, Message) else turn.name
        for turn in prompt.turns
    ]
    examples = [(example.user.text, example.assistant.text) for example in prompt.examples]
    tools = [(tool.name, tool.description, tool.parameters) for tool in prompt.tools]
    variables = [(v.name, v.type, v.schema, v.optional, v.has_default, v.default) for v in prompt.variables]
    settings = (prompt.whitespace, prompt.tool_choice, prompt.model, prompt.output)
    sent = (variables, turns, examples, tools, settings, sorted(reached.texts.items()))
    return hashlib.sha256(repr(sent).encode(errors="surrogatepass")).hexdigest()
