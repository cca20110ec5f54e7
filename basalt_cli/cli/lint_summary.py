"""Say how much a lint found."""

from __future__ import annotations

import sys
from collections import Counter

from basalt_cli.cli.output import Segment, align, print_lines
from basalt_cli.model.lint_report import LintReport
from basalt_cli.text.words import plural


def print_statistics(report: LintReport) -> None:
    """Print how often each rule was broken, most often first."""
    counts = Counter((finding.code, finding.name) for finding in report.findings)
    rows = []
    for (code, name), count in counts.most_common():
        rows.append([Segment(f"{count:5}"), Segment(code, "bold"), Segment(name)])
    print_lines(align(rows))


def print_summary(report: LintReport, *, was_mended: bool = False) -> None:
    """Print the counts to stderr, and how many of the findings can be mended, where nobody tried that already."""
    files = plural(report.files, "file")
    counts = [(report.errors, "error"), (report.warnings, "warning"), (report.infos, "info")]
    found = " and ".join(plural(count, noun) for count, noun in counts if count or noun != "info")
    print(f"{found} in {files}" if report.findings else f"{files} checked, no findings", file=sys.stderr)
    safe = sum(finding.is_fixable for finding in report.findings)
    unsafe = sum(finding.fix is not None for finding in report.findings) - safe
    if safe and not was_mended:
        more = f", {unsafe} more with --fix --unsafe-fixes" if unsafe else ""
        print(f"{safe} can be mended with --fix{more}", file=sys.stderr)
    elif unsafe:
        print(f"{unsafe} can be mended with --fix --unsafe-fixes", file=sys.stderr)
