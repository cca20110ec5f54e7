"""Decode ``lint:`` of basalt.yaml; the linter checks whether the rules exist."""

from __future__ import annotations

from basalt_cli.format.yaml.decoding import Decoder
from basalt_cli.model.config import LintPolicy, RuleSelector
from basalt_cli.model.source import Node

SEVERITIES = ("error", "warning", "info")
_KEYS = ("select", "extend-select", "ignore", "severity", "per-path-ignores")


def decode_lint_policy(node: Node | None, decoder: Decoder) -> LintPolicy:
    """Decode the policy; an absent one selects the default rules."""
    found = decoder.fields(node, "lint", _KEYS)
    severities = []
    for name, value in decoder.entries(found.get("severity"), "lint.severity"):
        severity = decoder.choice(value, f"lint.severity.{name.text}", SEVERITIES)
        if severity is not None:
            severities.append((RuleSelector(name.text, name.span), severity))
    ignores = decoder.entries(found.get("per-path-ignores"), "lint.per-path-ignores")
    return LintPolicy(
        select=_decode_selectors(found["select"], "lint.select", decoder) if "select" in found else None,
        extend_select=_decode_selectors(found.get("extend-select"), "lint.extend-select", decoder),
        ignore=_decode_selectors(found.get("ignore"), "lint.ignore", decoder),
        severities=tuple(severities),
        path_ignores=tuple(
            (pattern.text, _decode_selectors(value, f"lint.per-path-ignores.{pattern.text}", decoder))
            for pattern, value in ignores
        ),
    )


def _decode_selectors(node: Node | None, key: str, decoder: Decoder) -> tuple[RuleSelector, ...]:
    items = decoder.items(node, key)
    scalars = [decoder.text_scalar(item, f"{key}[{index}]") for index, item in enumerate(items)]
    return tuple(RuleSelector(scalar.text, scalar.span) for scalar in scalars if scalar is not None)
