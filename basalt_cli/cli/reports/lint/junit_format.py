"""JUnit's XML, which CI systems show as tests: a suite a file, a failed case a finding."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from basalt_cli.cli.reports.lint import Layout
from basalt_cli.model.finding import Finding
from basalt_cli.model.lint_report import LintReport
from basalt_cli.text.clean import clean, clean_line

_NOTHING_FOUND = """\
  <testsuite name="basalt lint" tests="1" failures="0">
    <testcase name="no findings" classname="basalt"/>
  </testsuite>
"""
# What XML 1.0 cannot hold at all.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def format_report(report: LintReport, layout: Layout) -> str:
    """Return the suites; a run without findings has one passed case."""
    by_file: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_file.setdefault(layout.prefix + finding.path, []).append(finding)
    suites = [_suite(path, findings) for path, findings in by_file.items()]
    if not suites:
        suites = [_NOTHING_FOUND]
    count = len(report.findings)
    head = f'<testsuites name="basalt lint" tests="{max(1, count)}" failures="{count}">\n'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}{"".join(suites)}</testsuites>\n'


def _suite(path: str, findings: list[Finding]) -> str:
    cases = "".join(_case(path, finding) for finding in findings)
    count = len(findings)
    return f'  <testsuite name={_attribute(path)} tests="{count}" failures="{count}">\n{cases}  </testsuite>\n'


def _case(path: str, finding: Finding) -> str:
    name = f"{finding.code} {finding.name} {finding.span.line}:{finding.span.column}"
    place = str(finding.span.in_file(path))
    body = f"{place}: {finding.message}" + (f"\n{finding.help}" if finding.help else "")
    return (
        f"    <testcase name={_attribute(name)} classname={_attribute(path)} file={_attribute(path)}"
        f' line="{finding.span.line}">\n'
        f"      <failure type={_attribute(finding.severity)} message={_attribute(finding.message)}>"
        f"{escape(_NO_XML.sub('?', clean(body)))}</failure>\n    </testcase>\n"
    )


def _attribute(text: str) -> str:
    return quoteattr(_NO_XML.sub("?", clean_line(text)))
