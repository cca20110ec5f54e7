"""The lint rules, a module each; the order is that of their codes."""

from __future__ import annotations

from basalt_cli.adapters.rules import (
    anchor,
    bad_slug,
    case_values,
    circular_include,
    conflicting_keys,
    default_type,
    document_bounds,
    duplicate_key,
    dynamic_include,
    encoding,
    explicit_tag,
    invalid_value,
    missing_include,
    missing_key,
    non_string_key,
    outside_include,
    template_syntax,
    undeclared_variable,
    unknown_filter,
    unknown_key,
    unknown_test,
    unsafe_expression,
    unused_variable,
    wrong_type,
    yaml_syntax,
)
from basalt_cli.adapters.rules.base import Rule

RULES: tuple[Rule, ...] = (
    yaml_syntax,
    encoding,
    duplicate_key,
    anchor,
    explicit_tag,
    non_string_key,
    document_bounds,
    unknown_key,
    wrong_type,
    missing_key,
    invalid_value,
    conflicting_keys,
    bad_slug,
    template_syntax,
    undeclared_variable,
    unused_variable,
    unknown_filter,
    unknown_test,
    missing_include,
    dynamic_include,
    outside_include,
    circular_include,
    unsafe_expression,
    default_type,
    case_values,
)

OFF_BY_DEFAULT: frozenset[str] = frozenset()
"""Names of the rules that run only when they are selected."""
