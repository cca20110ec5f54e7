"""Lint files: run the rules over each, then those about the whole project, and sort what they find."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from basalt_cli.format.prompt.closure import collect_closure
from basalt_cli.lint.rule import FileFacts, Mark, RepositorySubject
from basalt_cli.lint.rule_choice import Choice
from basalt_cli.lint.rules import FILE_RULES, REPOSITORY_RULES, ambiguous_scalar, missing_include
from basalt_cli.lint.secret_patterns import hide_secrets
from basalt_cli.lint.subject import SubjectBuilder
from basalt_cli.lint.suppression import apply_suppressions, suppresses
from basalt_cli.lint.suppressions import find_suppressions
from basalt_cli.model.config import DEPLOYMENTS_NAME
from basalt_cli.model.finding import Finding
from basalt_cli.model.lint_report import LintReport
from basalt_cli.model.status import Flaw
from basalt_cli.pointers.deployments_file import check_deployments
from basalt_cli.sandbox.workers import map_in_processes
from basalt_cli.text.slug import is_prompt_path, is_reserved, slug_of
from basalt_cli.workspace.catalog import Catalog
from basalt_cli.workspace.prompt_tree import PromptTree


class Source(NamedTuple):
    """What is linted: a tree, how its folder is called, and the project's own declarations around it.

    ``flaws`` are those of the pointers, and ``refs`` names the state of the repository that they were found in.
    """

    tree: PromptTree
    prompts_folder: str
    environments: tuple[str, ...] = ()
    deployments: bytes | None = None
    flaws: tuple[Flaw, ...] = ()
    refs: str = ""


class Linted(NamedTuple):
    """One file's findings, the facts that the rest needs, the paths that they depend on, and the content's hash."""

    findings: tuple[Finding, ...]
    facts: FileFacts
    dependencies: tuple[str, ...]
    content_hash: str


class Linter:
    """Lint the files of one source by one choice of rules."""

    def __init__(self, source: Source, choice: Choice) -> None:
        self._source = source
        self._choice = choice
        self._builder = SubjectBuilder(source.tree, source.prompts_folder)

    def lint_file(self, path: str) -> Linted:
        """Return everything wrong with one file, by its path below the prompts folder, sorted by position."""
        subject, facts, dependencies, content_hash = self._builder.build(path)
        shown = f"{self._source.prompts_folder}/{path}"
        findings = [
            _finding(rule.ID, rule.NAME, severity, shown, mark)
            for rule, severity in self._choice.pick(FILE_RULES, shown)
            for mark in rule.check(subject)
        ]
        suppressions = find_suppressions(subject.text, subject.root, is_partial=not facts.is_prompt)
        is_whole = facts.is_readable and all(finding.code != missing_include.ID for finding in findings)
        findings = apply_suppressions(findings, suppressions, self._choice, shown, subject.text, is_whole=is_whole)
        findings = _without_doubtful_fixes(findings)
        findings.sort(key=_by_place)
        whole_file = tuple(name for comment in suppressions if comment.line in (None, 1) for name in comment.rules)
        return Linted(tuple(findings), facts._replace(suppressed=whole_file), dependencies, content_hash)

    def lint_files(self, paths: Sequence[str]) -> dict[str, Linted]:
        """Lint files, in several processes where they are many."""
        return dict(zip(paths, map_in_processes(self.lint_file, paths), strict=True))

    def lint_reached(self, linted: dict[str, Linted]) -> dict[str, Linted]:
        """Lint the partials that files reach and that are not among them."""
        reached = {partial for found in linted.values() for partial in found.facts.reached}
        return self.lint_files(sorted(reached - linted.keys()))

    def lint_project(self, facts: Iterable[FileFacts]) -> tuple[Finding, ...]:
        """Run the rules about the whole project, and look at deployments.yaml."""
        source = self._source
        document, problems = check_deployments(source.deployments or b"")
        files = tuple(facts)
        subject = RepositorySubject(files, source.tree.list_paths(), source.environments, document.root, source.flaws)
        suppressed = {file.path: file.suppressed for file in files}
        found = [
            _finding(rule.ID, rule.NAME, severity, DEPLOYMENTS_NAME, Mark(problem.span, problem.message, problem.help))
            for rule, severity in self._choice.pick(FILE_RULES, DEPLOYMENTS_NAME)
            for problem in problems
            if problem.rule == rule.NAME
        ]
        for rule, severity in self._choice.pick(REPOSITORY_RULES, None):
            for path, mark in rule.check_repository(subject):
                shown = DEPLOYMENTS_NAME if path is None else f"{source.prompts_folder}/{path}"
                is_off = suppresses(suppressed.get(path or "", ()), rule.ID)
                if not is_off and not self._choice.is_ignored(rule.ID, shown):
                    found.append(_finding(rule.ID, rule.NAME, severity, shown, mark))
        return tuple(found)


def _finding(code: str, name: str, severity: str, path: str, mark: Mark) -> Finding:
    return Finding(code, name, severity, path, mark.span, mark.message, mark.help, mark.fix)


def _without_doubtful_fixes(findings: list[Finding]) -> list[Finding]:
    """Leave a value to its author that another rule refuses as it is: quotes would only settle what is wrong."""
    refused = {finding.span for finding in findings if finding.severity == "error"}
    return [f._replace(fix=None) if f.code == ambiguous_scalar.ID and f.span in refused else f for f in findings]


def _by_place(finding: Finding) -> tuple[object, ...]:
    return (finding.path, finding.span, finding.code)


def lint(source: Source, choice: Choice, paths: Iterable[str] | None = None) -> LintReport:
    """Lint files of a tree, by their paths below the prompts folder; the whole project when ``paths`` is None.

    The whole project is the prompts, what has the wrong ending, the partials that prompts reach, and the pointers.
    """
    linter = Linter(source, choice)
    if paths is not None:
        named = [path for path in paths if not is_reserved(path)]
        linted = linter.lint_files(named)
        findings = [finding for path in named for finding in linted[path].findings]
        return build_report(source, findings, len(named))
    linted = linter.lint_files(list_prompt_paths(source.tree))
    linted |= linter.lint_reached(linted)
    return combine(source, linted, linter.lint_project(found.facts for found in linted.values()))


def combine(source: Source, linted: dict[str, Linted], rest: Iterable[Finding]) -> LintReport:
    """Put the findings of all files and those about the project together."""
    findings = [finding for found in linted.values() for finding in found.findings]
    return build_report(source, sorted([*findings, *rest], key=_by_place), len(linted))


def build_report(source: Source, findings: Sequence[Finding], files: int) -> LintReport:
    """Return a report with the texts that its findings stand in."""
    prefix = f"{source.prompts_folder}/"
    texts = {}
    for path in dict.fromkeys(finding.path for finding in findings):
        inside = path.startswith(prefix)
        data = source.tree.read(path.removeprefix(prefix)) if inside else source.deployments
        texts[path] = (data or b"").decode(errors="replace")
    return hide_secrets(LintReport(tuple(findings), files, texts))


def list_prompt_paths(tree: PromptTree) -> list[str]:
    """Return the paths of prompts, and of what has the ending .yml."""
    paths = [path for path in tree.list_paths() if not is_reserved(path)]
    return [path for path in paths if is_prompt_path(path) or path.endswith(".yml")]


def select_paths(tree: PromptTree) -> tuple[str, ...]:
    """Return what is linted without being named, for what lies in a folder of it."""
    prompts = list_prompt_paths(tree)
    closures = [collect_closure(slug_of(path), tree.read) for path in prompts if is_prompt_path(path)]
    included = {name for closure in closures if closure for name, data in closure.files if data is not None}
    return tuple(sorted({*prompts, *included}))


def lint_prompt(catalog: Catalog, prompts_folder: str, choice: Choice, slug: str) -> LintReport:
    """Lint a prompt and the partials that it includes, as the lint gate does."""
    closure = catalog.get_closure(slug)
    paths = [path for path, data in closure.files if data is not None]
    return lint(Source(catalog.tree, prompts_folder), choice, paths)
