"""Lint the files of a tree: run the rules over each file, then over the whole project, and sort the findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from basalt_cli.format.prompt.closure import collect_closure
from basalt_cli.lint.rule import FileFacts, Mark, RepositorySubject, RuleText
from basalt_cli.lint.rule_choice import Choice
from basalt_cli.lint.rules import FILE_RULES, REPOSITORY_RULES, ambiguous_scalar, missing_include, unused_suppression
from basalt_cli.lint.secret_patterns import hide_secrets
from basalt_cli.lint.subject import SubjectBuilder
from basalt_cli.lint.suppressions import find_suppressions, find_unused, suppresses
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
    """What is linted: a tree, the name of its prompts folder, and the project's own declarations.

    ``deployments`` is the content of deployments.yaml. ``flaws`` are those of the pointers in it, and ``refs``
    identifies the state of the branches that they were found with.
    """

    tree: PromptTree
    prompts_folder: str
    environments: tuple[str, ...] = ()
    deployments: bytes | None = None
    flaws: tuple[Flaw, ...] = ()
    refs: str = ""

    def shown(self, path: str) -> str:
        """Return a path below the prompts folder as findings have it: from the project's folder."""
        return f"{self.prompts_folder}/{path}"


class Linted(NamedTuple):
    """The result for one file: its findings, the facts for project rules, what they depend on, the content's hash.

    ``dependencies`` are the paths of the partials that the file names, directly or not, present or not.
    """

    findings: tuple[Finding, ...]
    facts: FileFacts
    dependencies: tuple[str, ...]
    content_hash: str


class Linter:
    """Lints files of one source with one choice of rules."""

    def __init__(self, source: Source, choice: Choice) -> None:
        self._source = source
        self._choice = choice
        self._builder = SubjectBuilder(source.tree, source.prompts_folder)

    def lint_file(self, path: str) -> Linted:
        """Return the findings of one file, sorted by position.

        ``path`` is below the prompts folder. Raises NotFoundError if there is no such file.
        """
        subject, facts, dependencies, content_hash = self._builder.build(path)
        shown = self._source.shown(path)
        found = [
            _to_finding(rule, severity, shown, mark)
            for rule, severity in self._choice.pick(FILE_RULES, shown)
            for mark in rule.check(subject)
        ]
        suppressions = find_suppressions(subject.text, subject.root, is_partial=not facts.is_prompt)
        is_complete = facts.is_readable and all(finding.code != missing_include.ID for finding in found)
        kept = [finding for finding in found if not any(comment.covers(finding) for comment in suppressions)]
        kept += [
            _to_finding(rule, severity, shown, mark)
            for rule, severity in self._choice.pick((unused_suppression,), shown)
            for mark in find_unused(suppressions, found, self._choice, subject.text, is_complete=is_complete)
        ]
        findings = sorted(_without_doubtful_fixes(kept), key=_by_place)
        names = tuple(name for comment in suppressions if comment.line in (None, 1) for name in comment.rules)
        return Linted(tuple(findings), facts._replace(suppressed=names), dependencies, content_hash)

    def lint_files(self, paths: Sequence[str]) -> dict[str, Linted]:
        """Return the results of files by path; uses several processes for many files."""
        return dict(zip(paths, map_in_processes(self.lint_file, paths), strict=True))

    def lint_reached(self, linted: dict[str, Linted]) -> dict[str, Linted]:
        """Return the results of the partials that linted files include and that are not linted yet."""
        reached = {partial for found in linted.values() for partial in found.facts.reached}
        return self.lint_files(sorted(reached - linted.keys()))

    def lint_project(self, facts: Iterable[FileFacts]) -> tuple[Finding, ...]:
        """Return the findings of the rules about the whole project, and those in deployments.yaml."""
        source, files = self._source, tuple(facts)
        document, problems = check_deployments(source.deployments or b"")
        found = [
            _to_finding(rule, severity, DEPLOYMENTS_NAME, Mark(problem.span, problem.message, problem.help))
            for rule, severity in self._choice.pick(FILE_RULES, DEPLOYMENTS_NAME)
            for problem in problems
            if problem.rule == rule.NAME
        ]
        suppressed = {file.path: file.suppressed for file in files}
        subject = RepositorySubject(files, source.tree.list_paths(), source.environments, document.root, source.flaws)
        for rule, severity in self._choice.pick(REPOSITORY_RULES, None):
            for mark in rule.check_repository(subject):
                shown = DEPLOYMENTS_NAME if mark.path is None else source.shown(mark.path)
                is_suppressed = suppresses(suppressed.get(mark.path or "", ()), rule.ID)
                if not is_suppressed and not self._choice.is_ignored(rule.ID, shown):
                    found.append(_to_finding(rule, severity, shown, mark))
        return tuple(found)


def _to_finding(rule: RuleText, severity: str, path: str, mark: Mark) -> Finding:
    return Finding(rule.ID, rule.NAME, severity, path, mark.span, mark.message, mark.help, mark.fix)


def _without_doubtful_fixes(findings: list[Finding]) -> list[Finding]:
    """Remove the fix that quotes a value where another rule reports an error for the same value.

    Quotes would make an invalid value text, and hide that it is invalid.
    """
    refused = {finding.span for finding in findings if finding.severity == "error"}
    return [f._replace(fix=None) if f.code == ambiguous_scalar.ID and f.span in refused else f for f in findings]


def _by_place(finding: Finding) -> tuple[object, ...]:
    return (finding.path, finding.span, finding.code)


def lint(source: Source, choice: Choice, paths: Iterable[str] | None = None) -> LintReport:
    """Return the report on some files, by their paths below the prompts folder; on the whole project if None.

    The whole project is all prompts, all files that end in .yml, the partials that they include, and the pointers.
    """
    linter = Linter(source, choice)
    if paths is not None:
        named = [path for path in paths if not is_reserved(path)]
        linted = linter.lint_files(named)
        return _build_report(source, [finding for path in named for finding in linted[path].findings], len(named))
    linted = linter.lint_files(list_prompt_paths(source.tree))
    linted |= linter.lint_reached(linted)
    return combine(source, linted, linter.lint_project(found.facts for found in linted.values()))


def combine(source: Source, linted: dict[str, Linted], rest: Iterable[Finding]) -> LintReport:
    """Return the report on the whole project; ``rest`` are the findings of the rules about it."""
    findings = [finding for found in linted.values() for finding in found.findings]
    return _build_report(source, sorted([*findings, *rest], key=_by_place), len(linted))


def _build_report(source: Source, findings: Sequence[Finding], files: int) -> LintReport:
    """Return a report with the texts of the files that have findings."""
    prefix = source.shown("")
    texts = {}
    for path in dict.fromkeys(finding.path for finding in findings):
        data = source.tree.read(path.removeprefix(prefix)) if path.startswith(prefix) else source.deployments
        texts[path] = (data or b"").decode(errors="replace")
    return hide_secrets(LintReport(tuple(findings), files, texts))


def list_prompt_paths(tree: PromptTree) -> list[str]:
    """Return the paths of prompts, and those of files that end in .yml."""
    paths = [path for path in tree.list_paths() if not is_reserved(path)]
    return [path for path in paths if is_prompt_path(path) or path.endswith(".yml")]


def list_linted_paths(tree: PromptTree) -> tuple[str, ...]:
    """Return the paths that a lint of the whole project checks: of prompts, .yml files and included partials."""
    prompts = list_prompt_paths(tree)
    closures = [collect_closure(slug_of(path), tree.read) for path in prompts if is_prompt_path(path)]
    included = {name for closure in closures if closure for name, data in closure.files if data is not None}
    return tuple(sorted({*prompts, *included}))


def lint_prompt(catalog: Catalog, prompts_folder: str, choice: Choice, slug: str) -> LintReport:
    """Return the report on a prompt and the partials that it includes, for the gate ``lint``."""
    closure = catalog.get_closure(slug)
    paths = [path for path, data in closure.files if data is not None]
    return lint(Source(catalog.tree, prompts_folder), choice, paths)
