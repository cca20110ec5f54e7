"""The counts after a lint."""

from __future__ import annotations

import pytest
from basalt_cli.cli.reports.lint.summary import print_statistics, print_summary
from basalt_cli.model.finding import Finding
from basalt_cli.model.lint_report import LintReport

from tests.cli.reports.lint.findings import EMPTY, ERROR, INFO, REPORT, WARNING

UNSAFE = WARNING._replace(fix=WARNING.fix._replace(is_safe=False) if WARNING.fix else None)


@pytest.mark.parametrize(
    ("findings", "files", "was_fixed", "text"),
    [
        ((), 2, False, "2 files checked, no findings\n"),
        ((), 1, False, "1 file checked, no findings\n"),
        ((ERROR,), 1, False, "1 error and 0 warnings in 1 file\n"),
        ((ERROR, ERROR, WARNING), 3, True, "2 errors and 1 warning in 3 files\n"),
        ((INFO,), 3, False, "0 errors and 0 warnings and 1 info in 3 files\n"),
        ((WARNING, WARNING), 1, False, "0 errors and 2 warnings in 1 file\n2 fixable with --fix\n"),
        ((WARNING, UNSAFE), 1, False, "0 errors and 2 warnings in 1 file\n1 fixable with --fix, 1 more with --fix --unsafe-fixes\n"),
        ((WARNING, UNSAFE), 1, True, "0 errors and 2 warnings in 1 file\n1 fixable with --fix --unsafe-fixes\n"),
        ((UNSAFE,), 1, False, "0 errors and 1 warning in 1 file\n1 fixable with --fix --unsafe-fixes\n"),
    ],
)  # fmt: skip
def test_the_summary_counts_findings_by_severity_and_fix(
    findings: tuple[Finding, ...], files: int, was_fixed: bool, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_summary(LintReport(findings, files, {}), was_fixed=was_fixed)
    assert capsys.readouterr() == ("", text)


def test_statistics_count_the_findings_of_each_rule(capsys: pytest.CaptureFixture[str]) -> None:
    print_statistics(REPORT._replace(findings=(INFO, ERROR, ERROR, WARNING)))
    assert capsys.readouterr().out == (
        "    2  T302  undeclared-variable\n    1  R702  missing-tests\n    1  X606  trailing-whitespace\n"
    )
    print_statistics(EMPTY)
    assert capsys.readouterr() == ("", "")
