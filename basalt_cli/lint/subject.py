"""Build what the rules look at: one file of a tree, parsed, with the partials that it reaches."""

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
from basalt_cli.model.source import FILE_START, Problem
from basalt_cli.sandbox.case_rendering import render_some
from basalt_cli.sandbox.value_limits import BoundedValueChecker
from basalt_cli.text.slug import is_partial_path, slug_of
from basalt_cli.workspace.prompt_tree import LARGEST_FILE_BYTES, PromptTree


class Reached(NamedTuple):
    """The partials that templates reach: texts by path, paths of those that exist, and all that were asked for."""

    texts: dict[str, str]
    existing: tuple[str, ...]
    asked: tuple[str, ...]


class Built(NamedTuple):
    """A subject, the facts of it that the rest needs, the paths that it depends on, and the hash of its content."""

    subject: Subject
    facts: FileFacts
    dependencies: tuple[str, ...]
    content_hash: str


class SubjectBuilder:
    """Build the subjects of one tree; partials are read once for all."""

    def __init__(self, tree: PromptTree, prompts_folder: str) -> None:
        self._tree = tree
        self._folder = prompts_folder
        self._partials: dict[str, bytes | None] = {}

    def build(self, path: str) -> Built:
        """Read and parse one file, by its path below the prompts folder; raise NotFoundError where there is none."""
        data = self._tree.read(path)
        if data is None:
            hint = "Links are not followed." if self._tree.is_link(path) else None
            raise NotFoundError(f"{self._folder}/{path} does not exist", hint=hint)
        return self._build_partial(path, data) if is_partial_path(path) else self._build_prompt(path, data)

    def _build_prompt(self, path: str, data: bytes) -> Built:
        file = parse_prompt(slug_of(path), data)
        text, prompt, root = file.document.text, file.prompt, file.document.root
        templates = tuple(_build_template(template, prompt) for template in prompt.templates) if prompt else ()
        problems = (*file.problems, *_template_problems(text, templates))
        reached = self._read_partials(find_included_names(path, data))
        subject = Subject(
            path,
            text,
            root,
            prompt,
            problems,
            templates,
            reached.texts,
            self._tree.is_link,
            BoundedValueChecker(),
            render_some,
        )
        is_readable = prompt is not None and not problems
        sent = _hash_sent(prompt, reached) if prompt is not None and is_readable else ""
        return Built(
            subject, FileFacts(path, True, is_readable, sent, reached.existing), reached.asked, hash_bytes(data)
        )

    def _build_partial(self, path: str, data: bytes) -> Built:
        text = decode_partial(data, keep_line_ends=True)
        problem = _find_partial_problem(data, text)
        templates: tuple[Template, ...] = ()
        problems: tuple[Problem, ...] = (problem,) if problem is not None else ()
        if text is not None and problem is None:
            templates = (Template(text, analyse(text), None),)
            problems = _template_problems(text, templates)
        reached = self._read_partials(find_included_names(path, data) if templates else ())
        subject = Subject(
            path,
            text or "",
            None,
            None,
            problems,
            templates,
            reached.texts,
            self._tree.is_link,
            BoundedValueChecker(),
            render_some,
        )
        return Built(
            subject, FileFacts(path, False, not problems, "", reached.existing), reached.asked, hash_bytes(data)
        )

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


def _find_partial_problem(data: bytes, text: str | None) -> Problem | None:
    if len(data) > LARGEST_FILE_BYTES:
        message = f"the file has more than {LARGEST_FILE_BYTES:,} bytes"
        return Problem("document-bounds", message, FILE_START, "Split it, or give the text as a variable.")
    return None if text is not None else decode(data)[1]


def _build_template(template: TemplateText, prompt: Prompt) -> Template:
    return Template(template.text, analyse(template.text, prompt.whitespace), template)


def _template_problems(text: str, templates: tuple[Template, ...]) -> tuple[Problem, ...]:
    return tuple(
        Problem(
            problem.rule,
            problem.message,
            span_in_file(text, template.owner, problem.offset, problem.length),
            problem.help,
        )
        for template in templates
        for problem in template.facts.problems
    )


def hash_bytes(data: bytes) -> str:
    """Return the hash of a content."""
    return hashlib.sha256(data).hexdigest()


def _hash_sent(prompt: Prompt, reached: Reached) -> str:
    """Hash what the prompt sends: roles and texts, partials, examples, model, tools, the form of the output."""
    turns = [
        (turn.role, [part.text for part in _texts(turn)]) if isinstance(turn, Message) else turn.name
        for turn in prompt.turns
    ]
    examples = [(example.user.text, example.assistant.text) for example in prompt.examples]
    tools = [(tool.name, tool.description, tool.parameters) for tool in prompt.tools]
    variables = [(v.name, v.type, v.schema, v.optional, v.has_default, v.default) for v in prompt.variables]
    sent = (
        variables,
        prompt.whitespace,
        turns,
        examples,
        tools,
        prompt.tool_choice,
        prompt.model,
        prompt.output,
        sorted(reached.texts.items()),
    )
    return hashlib.sha256(repr(sent).encode(errors="surrogatepass")).hexdigest()


def _texts(message: Message) -> list[TemplateText]:
    return [message.content] if isinstance(message.content, TemplateText) else [p.content for p in message.content]
