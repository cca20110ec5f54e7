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
from basalt_cli.pure.closure import collect_closure, decode_partial
from basalt_cli.pure.prompt_file import parse_prompt
from basalt_cli.pure.slug import is_partial_path, is_prompt_path, is_reserved, slug_of
from basalt_cli.pure.suppressions import find_suppressions
from basalt_cli.pure.template import Include, analyse
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


class _Linted(NamedTuple):
    """One file's findings and text, and the partials that it reaches."""

    findings: tuple[Finding, ...]
    text: str
    partials: tuple[str, ...]


def lint(tree: PromptTree, prompts_folder: str, choice: Choice, paths: Iterable[str] | None = None) -> LintReport:
    """Lint files of a tree, by their paths below the prompts folder; all of them when ``paths`` is None.

    All of them are the prompts, what has the wrong ending, and the partials that prompts reach.
    """
    named = _list_prompts(tree) if paths is None else [path for path in paths if not is_reserved(path)]
    linted = {path: _lint_path(tree, prompts_folder, path, choice) for path in named}
    if paths is None:
        reached = {partial for found in linted.values() for partial in found.partials}
        linted |= {path: _lint_path(tree, prompts_folder, path, choice) for path in reached - linted.keys()}
    order = sorted(linted) if paths is None else named
    findings = tuple(finding for path in order for finding in linted[path].findings)
    texts = {f"{prompts_folder}/{path}": found.text for path, found in linted.items() if found.findings}
    return LintReport(findings, len(linted), texts)


def _list_prompts(tree: PromptTree) -> list[str]:
    paths = [path for path in tree.list_paths() if not is_reserved(path)]
    return [path for path in paths if is_prompt_path(path) or path.endswith(".yml")]


def select_paths(tree: PromptTree) -> tuple[str, ...]:
    """Return what is linted without being named, for what lies in a folder of it."""
    prompts = _list_prompts(tree)
    closures = [collect_closure(slug_of(path), tree.read) for path in prompts if is_prompt_path(path)]
    included = {name for closure in closures if closure for name, data in closure.files if data is not None}
    return tuple(sorted({*prompts, *included}))


def lint_file(tree: PromptTree, prompts_folder: str, path: str, choice: Choice) -> tuple[Finding, ...]:
    """Return everything wrong with one file, sorted by position."""
    return _lint_path(tree, prompts_folder, path, choice).findings


def _lint_path(tree: PromptTree, prompts_folder: str, path: str, choice: Choice) -> _Linted:
    data = tree.read(path)
    if data is None:
        hint = "Links are not followed." if tree.is_link(path) else None
        raise NotFoundError(f"{prompts_folder}/{path} does not exist", hint=hint)
    subject, reached = _build_subject(tree, path, data)
    shown = f"{prompts_folder}/{path}"
    findings = [
        Finding(rule.ID, rule.NAME, severity, shown, mark.span, mark.message, mark.help)
        for rule, severity in choice.rules
        if not choice.is_ignored(rule.ID, shown)
        for mark in rule.check(subject)
    ]
    findings = apply_suppressions(findings, find_suppressions(subject.text, subject.root), choice, shown)
    findings.sort(key=lambda finding: (finding.span, finding.code))
    return _Linted(tuple(findings), subject.text, tuple(reached))


def _build_subject(tree: PromptTree, path: str, data: bytes) -> tuple[Subject, list[str]]:
    """Return what the rules look at, and the partials that the file reaches, readable or not."""
    if is_partial_path(path):
        return _build_partial(tree, path, data)
    file = parse_prompt(slug_of(path), data)
    text, prompt, root = file.document.text, file.prompt, file.document.root
    templates = tuple(_build_template(template, prompt) for template in prompt.templates) if prompt else ()
    problems = (*file.problems, *_template_problems(text, templates))
    partials, reached = _read_partials(tree, templates)
    return Subject(path, text, root, prompt, problems, templates, partials, tree.is_link, ValueChecker()), reached


def _build_partial(tree: PromptTree, path: str, data: bytes) -> tuple[Subject, list[str]]:
    text = decode_partial(data)
    problem = _find_partial_problem(data, text)
    if text is None or problem is not None:
        problems = (problem,) if problem else ()
        return Subject(path, "", None, None, tuple(problems), (), {}, tree.is_link, ValueChecker()), []
    templates = (Template(text, analyse(text), None),)
    found = _template_problems(text, templates)
    partials, reached = _read_partials(tree, templates)
    return Subject(path, text, None, None, found, templates, partials, tree.is_link, ValueChecker()), reached


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


def _read_partials(tree: PromptTree, templates: tuple[Template, ...]) -> tuple[dict[str, str], list[str]]:
    """Return the texts of all partials that the templates reach, and the paths of all, readable or not."""
    partials: dict[str, str] = {}
    reached: list[str] = []
    pending = _names(include for template in templates for include in template.facts.includes)
    for name in pending:
        content = tree.read(name) if name not in reached else None
        if content is None:
            continue
        reached.append(name)
        text = decode_partial(content)
        if text is not None:
            partials[name] = text
            pending += _names(analyse(text).includes)
    return partials, reached


def _names(includes: Iterable[Include]) -> list[str]:
    return [name for include in includes for name in include.names if is_partial_path(name)]


def lint_prompt(catalog: Catalog, prompts_folder: str, choice: Choice, slug: str) -> LintReport:
    """Lint a prompt and the partials that it includes, as the lint gate does."""
    closure = catalog.get_closure(slug)
    return lint(catalog.tree, prompts_folder, choice, [path for path, data in closure.files if data is not None])
