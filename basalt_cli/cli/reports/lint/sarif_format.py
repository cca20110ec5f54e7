"""Findings as SARIF 2.1.0, the exchange format of static analysis tools (OASIS)."""

from __future__ import annotations

import inspect
import os
from typing import Any
from urllib.parse import quote

from basalt_cli._version import __version__
from basalt_cli.cli.output import format_json
from basalt_cli.cli.reports.lint import Layout
from basalt_cli.lint.rule import RuleText
from basalt_cli.lint.rules import RULES
from basalt_cli.model.finding import Finding
from basalt_cli.model.lint_report import LintReport

_INDEXES = {rule.ID: index for index, rule in enumerate(RULES)}
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def format_report(report: LintReport, layout: Layout) -> str:
    """Return one run, with all rules and a result for each finding."""
    driver = {
        "name": "basalt",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule_to_sarif(rule) for rule in RULES],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result_to_sarif(finding, layout.prefix) for finding in report.findings],
    }
    return format_json({"version": "2.1.0", "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "runs": [run]})


def _rule_to_sarif(rule: RuleText) -> dict[str, Any]:
    text = inspect.cleandoc(rule.__doc__ or "")
    return {
        "id": rule.ID,
        "name": "".join(word.capitalize() for word in rule.NAME.split("-")),
        "shortDescription": {"text": text.partition("\n")[0]},
        "fullDescription": {"text": text},
        "defaultConfiguration": {"level": _LEVELS[rule.SEVERITY]},
    }


def _result_to_sarif(finding: Finding, prefix: str) -> dict[str, Any]:
    line, column, end_line, end_column = finding.span
    region = {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}
    place = {"artifactLocation": {"uri": quote(os.fsencode(prefix + finding.path))}, "region": region}
    message = f"{finding.message}. {finding.help}" if finding.help else finding.message
    return {
        "ruleId": finding.code,
        **({"ruleIndex": _INDEXES[finding.code]} if finding.code in _INDEXES else {}),
        "level": _LEVELS[finding.severity],
        "message": {"text": message},
        "locations": [{"physicalLocation": place}],
    }
