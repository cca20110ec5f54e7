"""Findings as plain JSON, to be kept and read again by the same version of basalt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from basalt_cli.model.finding import Finding
from basalt_cli.model.source import Edit, Fix, Span


def encode_findings(findings: Iterable[Finding]) -> list[Any]:
    """Return the findings as lists."""
    return [
        [*finding[:4], list(finding.span), finding.message, finding.help, _encode_fix(finding.fix)]
        for finding in findings
    ]


def _encode_fix(fix: Fix | None) -> Any:
    return None if fix is None else [[list(edit) for edit in fix.edits], fix.is_safe]


def decode_findings(stored: Iterable[Any]) -> tuple[Finding, ...]:
    """Return the findings; raises whatever a damaged value makes it raise."""
    return tuple(
        Finding(code, name, severity, path, Span(*span), message, help_text, _decode_fix(fix))
        for code, name, severity, path, span, message, help_text, fix in stored
    )


def _decode_fix(stored: Any) -> Fix | None:
    if stored is None:
        return None
    edits, is_safe = stored
    return Fix(tuple(Edit(*edit) for edit in edits), is_safe)
