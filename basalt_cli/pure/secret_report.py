"""Keep secrets out of lint reports."""

from __future__ import annotations

from basalt_cli.model.finding import Finding
from basalt_cli.model.lint_report import LintReport
from basalt_cli.pure.secret_patterns import redact


def hide_secrets(report: LintReport) -> LintReport:
    """Return the report with stars for every secret, in the texts and in what findings quote of them."""
    clean = {path: redact(text) for path, text in report.texts.items()}
    affected = {path for path, text in report.texts.items() if clean[path] != text}
    if not affected:
        return report
    findings = tuple(_hide(finding) if finding.path in affected else finding for finding in report.findings)
    return LintReport(findings, report.files, clean)


def _hide(finding: Finding) -> Finding:
    return finding._replace(message=redact(finding.message), help=redact(finding.help) if finding.help else None)
