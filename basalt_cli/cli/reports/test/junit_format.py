"""Results of test cases as JUnit's XML: a suite a prompt, a case a case."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from basalt_cli.cli.reports.diff.text_format import show_words
from basalt_cli.cli.reports.test import describe
from basalt_cli.model.case_result import CaseFailure, CaseResult, PromptResult
from basalt_cli.text.clean import clean, clean_line

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def format_results(results: Sequence[PromptResult]) -> str:
    """Return the suites."""
    count = sum(len(result.cases) + (result.error is not None) for result in results)
    failures = sum(1 for result in results for case in result.cases if case.failures)
    errors = sum(1 for result in results if result.error is not None)
    head = f'<testsuites name="basalt test" tests="{count}" failures="{failures}" errors="{errors}">\n'
    suites = "".join(_suite(result) for result in results)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}{suites}</testsuites>\n'


def _suite(result: PromptResult) -> str:
    failures = sum(1 for case in result.cases if case.failures)
    errors = int(result.error is not None)
    body = "".join(_case(result.slug, case) for case in result.cases)
    if result.error is not None:
        body += f"    <testcase name={_attribute('all cases')} classname={_attribute(result.slug)}>\n"
        body += f"      <error message={_attribute(result.error)}/>\n    </testcase>\n"
    counts = f'tests="{len(result.cases) + errors}" failures="{failures}" errors="{errors}"'
    return f"  <testsuite name={_attribute(result.slug)} {counts}>\n{body}  </testsuite>\n"


def _case(slug: str, case: CaseResult) -> str:
    head = f"    <testcase name={_attribute(case.name)} classname={_attribute(slug)}"
    if not case.failures:
        return f"{head}/>\n"
    failures = "".join(_failure(failure) for failure in case.failures)
    return f"{head}>\n{failures}    </testcase>\n"


def _failure(failure: CaseFailure) -> str:
    lines = [describe(failure)]
    if failure.wanted is not None and failure.got is not None:
        lines += ["".join(segment.text for segment in line) for line in show_words(failure.wanted, failure.got)]
    body = escape(_NO_XML.sub("?", clean("\n".join(lines))))
    kind = _attribute(failure.expectation or "rendering")
    return f"      <failure type={kind} message={_attribute(describe(failure))}>{body}</failure>\n"


def _attribute(text: str) -> str:
    return quoteattr(_NO_XML.sub("?", clean_line(text)))
