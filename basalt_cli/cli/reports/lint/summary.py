"""The counts of a lint: a line for each rule on stdout, or a summary on stderr."""

from __future__ import annotations

import sys
from collections import Counter

from basalt_cli.cli.output import Segment, align, print_lines
from basalt_cli.model.lint_report import LintReport
from basalt_cli.text.words import plural


def print_statistics(report: LintReport) -> None:
    """Print the number of findings of each rule, the largest number first."""
    counts = Counter((finding.code, finding.name) for finding in report.findings).most_common()
    rows = [[Segment(f"{count:5}"), Segment(code, "bold"), Segment(name)] for (code, name), count in counts]
    print_lines(align(rows))


def print_summary(report: LintReport, *, was_fixed: bool = False) -> None:
    """Print the counts to stderr, and how many findings have a fix; ``was_fixed`` says that --fix has just run."""
    files = plural(report.files, "file")
    counts = [(report.errors, "error"), (report.warnings, "warning"), (report.infos, "info")]
    found = " and ".join(plural(count, noun) for count, noun in counts if count or noun != "info")
    print(f"{found} in {files}" if report.findings else f"{files} checked, no findings", file=sys.stderr)
    safe = sum(finding.is_fixable for finding in report.findings)
    unsafe = sum(finding.fix is not None for finding in report.findings) - safe
    if safe and not was_fixed:
        more = f", {unsafe} more with --fix --unsafe-fixes" if unsafe else ""
        print(f"{safe} fixable with --fix{more}", file=sys.stderr)
    elif unsafe:
        print(f"{unsafe} fixable with --fix --unsafe-fixes", file=sys.stderr)
