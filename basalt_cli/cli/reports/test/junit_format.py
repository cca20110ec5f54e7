"""Results of test cases as JUnit's XML: a suite for each prompt."""

from __future__ import annotations

from collections.abc import Sequence

from basalt_cli.cli.reports.diff.text_format import show_words
from basalt_cli.cli.reports.junit import JUnitCase, JUnitProblem, JUnitSuite, format_junit
from basalt_cli.cli.reports.test import describe
from basalt_cli.model.case_result import CaseFailure, PromptResult


def format_results(results: Sequence[PromptResult]) -> str:
    """Return the suites; a prompt whose cases could not run has one more case with an error."""
    return format_junit("basalt test", [_to_suite(result) for result in results], counts_errors=True)


def _to_suite(result: PromptResult) -> JUnitSuite:
    cases = [JUnitCase(case.name, result.slug, tuple(map(_to_problem, case.failures))) for case in result.cases]
    if result.error is not None:
        cases.append(JUnitCase("all cases", result.slug, (JUnitProblem(result.error, is_error=True),)))
    return JUnitSuite(result.slug, tuple(cases))


def _to_problem(failure: CaseFailure) -> JUnitProblem:
    lines = [describe(failure)]
    if failure.wanted is not None and failure.got is not None:
        lines += ["".join(segment.text for segment in line) for line in show_words(failure.wanted, failure.got)]
    return JUnitProblem(describe(failure), failure.expectation or "rendering", "\n".join(lines))
