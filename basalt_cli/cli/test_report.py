"""What came of test cases: for people, for programs, and for CI systems that read JUnit's XML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from basalt_cli.cli.diff_formats.text_format import show_words
from basalt_cli.cli.output import Segment
from basalt_cli.model.case_result import CaseFailure, CaseResult, PromptResult, SnapshotState
from basalt_cli.pure.clean import clean, clean_line
from basalt_cli.pure.expectations import TOKENIZER
from basalt_cli.pure.words import plural

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def show_results(results: Sequence[PromptResult]) -> Iterator[list[Segment]]:
    """Yield the lines for people: what failed and why, then a summary; what passed is only counted."""
    for result in results:
        failed = [case for case in result.cases if case.failures]
        if result.error is not None:
            yield [Segment(result.slug, "bold"), Segment("  cannot be tested: ", "bold red"), Segment(result.error)]
        if failed:
            yield [Segment(result.slug, "bold")]
        for case in failed:
            yield [Segment(f"  {case.name}  "), Segment("failed", "bold red")]
            for failure in case.failures:
                yield from _show_failure(failure)
        for name in result.obsolete:
            yield [Segment(f"{result.slug}: the snapshot {name!r} is of no case that wants one", "yellow")]
    yield _summarise(results)


def _show_failure(failure: CaseFailure) -> Iterator[list[Segment]]:
    yield [Segment(f"    {_describe(failure)}")]
    if failure.wanted is not None and failure.got is not None:
        yield from ([Segment("      "), *line] for line in show_words(failure.wanted, failure.got))
    elif failure.got is not None:
        yield [Segment("      basalt test --update writes it", "dim")]


def _describe(failure: CaseFailure) -> str:
    about = [f"message {failure.message}"] if failure.message is not None else []
    about += [failure.role] if failure.role is not None else []
    where = f" ({', '.join(about)})" if about else ""
    return f"{failure.expectation}{where}: {failure.problem}" if failure.expectation else failure.problem


def _summarise(results: Sequence[PromptResult]) -> list[Segment]:
    cases = [case for result in results for case in result.cases]
    failed = sum(1 for case in cases if case.failures)
    broken = sum(1 for result in results if result.error is not None)
    written = sum(1 for case in cases if case.snapshot is SnapshotState.WRITTEN)
    parts = [f"{plural(failed, 'case')} failed"] if failed else []
    parts += [f"{plural(broken, 'prompt')} could not be tested"] if broken else []
    parts.append(f"{plural(len(cases) - failed, 'case')} passed in {plural(len(results), 'prompt')}")
    parts += [f"{plural(written, 'snapshot')} written"] if written else []
    return [Segment(", ".join(parts), "bold red" if failed or broken else "green")]


def to_json(results: Sequence[PromptResult]) -> dict[str, Any]:
    """Return the results for programs."""
    cases = [case for result in results for case in result.cases]
    return {
        "prompts": [
            {
                "slug": result.slug,
                "error": result.error,
                "obsolete": list(result.obsolete),
                "cases": [_case_to_json(case) for case in result.cases],
            }
            for result in results
        ],
        "summary": {
            "cases": len(cases),
            "failed": sum(1 for case in cases if case.failures),
            "errors": sum(1 for result in results if result.error is not None),
            "obsolete": sum(len(result.obsolete) for result in results),
        },
        "tokenizer": TOKENIZER,
    }


def _case_to_json(case: CaseResult) -> dict[str, Any]:
    return {
        "name": case.name,
        "passed": not case.failures,
        "snapshot": case.snapshot.value if case.snapshot is not None else None,
        "failures": [
            {
                "expectation": failure.expectation,
                "problem": failure.problem,
                "message": failure.message,
                "role": failure.role,
                "wanted": failure.wanted,
                "got": failure.got,
            }
            for failure in case.failures
        ],
    }


def to_junit(results: Sequence[PromptResult]) -> str:
    """Return JUnit's XML: a suite a prompt, a case a case."""
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
    lines = [_describe(failure)]
    if failure.wanted is not None and failure.got is not None:
        lines += ["".join(segment.text for segment in line) for line in show_words(failure.wanted, failure.got)]
    body = escape(_NO_XML.sub("?", clean("\n".join(lines))))
    kind = _attribute(failure.expectation or "rendering")
    return f"      <failure type={kind} message={_attribute(_describe(failure))}>{body}</failure>\n"


def _attribute(text: str) -> str:
    return quoteattr(_NO_XML.sub("?", clean_line(text)))
