"""Lint files: build what the rules look at, run them, sort what they find."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from basalt_cli.adapters.prompt_tree import LARGEST_FILE_BYTES, PromptTree
from basalt_cli.adapters.rules.base import Subject, Template, span_in_file
from basalt_cli.adapters.value_limits import ValueChecker
from basalt_cli.errors import NotFoundError
from basalt_cli.model.finding import Finding
from basalt_cli.model.prompt import Prompt, TemplateText
from basalt_cli.model.source import FILE_START, Problem
from basalt_cli.pure.closure import collect_closure, decode_partial, find_includes
from basalt_cli.pure.prompt_file import parse_prompt
from basalt_cli.pure.slug import is_partial_path, is_prompt_path, is_reserved, slug_of
from basalt_cli.pure.suppressions import find_suppressions
from basalt_cli.pure.template import analyse
from basalt_cli.pure.yaml_reader import decode
from basalt_cli.use_cases.catalog import Catalog
from basalt_cli.use_cases.rule_choice import Choice
from basalt_cli.use_cases.suppression import apply_suppressions


class LintReport(NamedTuple):
    """Findings in the order of files and places, how many files were looked at, and the texts of those with findings.

    ``texts`` are by path from the project's folder; empty for what is not text.
    """

    findings: tuple[Finding, ...]
    files: int
    texts: dict[str, str]

    @property
    def errors(self) -> int:
        """Count the findings that make a file unusable."""
        return sum(finding.severity == "error" for finding in self.findings)

    @property
    def warnings(self) -> int:
        """Count the other findings."""
        return len(self.findings) - self.errors


def lint(tree: PromptTree, prompts_folder: str, choice: Choice, paths: Iterable[str] | None = None) -> LintReport:
    """Lint files of a tree, by their paths below the prompts folder; all of them when ``paths`` is None."""
    chosen = select_paths(tree) if paths is None else tuple(path for path in paths if not is_reserved(path))
    findings: list[Finding] = []
    texts: dict[str, str] = {}
    for path in chosen:
        found, text = _lint_path(tree, prompts_folder, path, choice)
        findings += found
        if found:
            texts[f"{prompts_folder}/{path}"] = text
    return LintReport(tuple(findings), len(chosen), texts)


def select_paths(tree: PromptTree) -> tuple[str, ...]:
    """Return what is linted without being named: prompts, what has the wrong ending, and partials that are included."""
    paths = tree.list_paths()
    prompts = [path for path in paths if is_prompt_path(path)]
    wrong = [path for path in paths if path.endswith(".yml") and not is_reserved(path)]
    included: set[str] = set()
    for path in prompts:
        closure = collect_closure(slug_of(path), tree.read)
        included |= {name for name, data in closure.files if data is not None} if closure else set()
    return tuple(sorted({*prompts, *wrong, *included}))


def lint_file(tree: PromptTree, prompts_folder: str, path: str, choice: Choice) -> tuple[Finding, ...]:
    """Return everything wrong with one file, sorted by position."""
    return _lint_path(tree, prompts_folder, path, choice)[0]


def _lint_path(tree: PromptTree, prompts_folder: str, path: str, choice: Choice) -> tuple[tuple[Finding, ...], str]:
    """Return the findings of a file, and its text."""
    data = tree.read(path)
    if data is None:
        hint = "Links are not followed." if tree.is_link(path) else None
        raise NotFoundError(f"{prompts_folder}/{path} does not exist", hint=hint)
    subject = _build_subject(tree, path, data)
    shown = f"{prompts_folder}/{path}"
    findings = [
        Finding(rule.ID, rule.NAME, severity, shown, mark.span, mark.message, mark.help)
        for rule, severity in choice.rules
        if not choice.is_ignored(rule.ID, shown)
        for mark in rule.check(subject)
    ]
    findings = apply_suppressions(findings, find_suppressions(subject.text, subject.root), choice, shown)
    return tuple(sorted(findings, key=lambda finding: (finding.span, finding.code))), subject.text


def _build_subject(tree: PromptTree, path: str, data: bytes) -> Subject:
    if is_partial_path(path):
        return _build_partial(tree, path, data)
    file = parse_prompt(slug_of(path), data)
    text, prompt = file.document.text, file.prompt
    templates = tuple(_build_template(template, prompt) for template in prompt.templates) if prompt else ()
    problems = (*file.problems, *_template_problems(text, templates))
    partials = _read_partials(tree, path, data)
    return Subject(path, text, file.document.root, prompt, problems, templates, partials, tree.is_link, ValueChecker())


def _build_partial(tree: PromptTree, path: str, data: bytes) -> Subject:
    text = decode_partial(data)
    problem = _find_partial_problem(data, text)
    if text is None or problem is not None:
        return Subject(path, "", None, None, (problem,) if problem else (), (), {}, tree.is_link, ValueChecker())
    templates = (Template(text, analyse(text), None),)
    partials = _read_partials(tree, path, data)
    problems = _template_problems(text, templates)
    return Subject(path, text, None, None, problems, templates, partials, tree.is_link, ValueChecker())


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


def _read_partials(tree: PromptTree, path: str, data: bytes) -> dict[str, str]:
    """Return the texts of all partials that can be reached from a file's includes."""
    partials: dict[str, str] = {}
    pending = _existing_includes(tree, path, data)
    for name, content in pending:
        text = decode_partial(content)
        if name not in partials and text is not None:
            partials[name] = text
            pending += _existing_includes(tree, name, content)
    return partials


def _existing_includes(tree: PromptTree, path: str, data: bytes) -> list[tuple[str, bytes]]:
    names = [name for include in find_includes(path, data) for name in include.names if is_partial_path(name)]
    found = [(name, tree.read(name)) for name in dict.fromkeys(names)]
    return [(name, content) for name, content in found if content is not None]


def lint_prompt(catalog: Catalog, prompts_folder: str, choice: Choice, slug: str) -> LintReport:
    """Lint a prompt and the partials that it includes, as the lint gate does."""
    closure = catalog.get_closure(slug)
    return lint(catalog.tree, prompts_folder, choice, [path for path, data in closure.files if data is not None])
