"""The lint rules, one module for each; ``lint/rule.py`` describes what a module has."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from basalt_cli.lint.rule import FileRule, RepositoryRule, RuleText

_MODULES = (
    "yaml_syntax",
    "encoding",
    "duplicate_key",
    "anchor",
    "explicit_tag",
    "non_string_key",
    "document_bounds",
    "unused_suppression",
    "ambiguous_scalar",
    "final_newline",
    "line_ends",
    "unknown_key",
    "wrong_type",
    "missing_key",
    "invalid_value",
    "conflicting_keys",
    "bad_slug",
    "path_collision",
    "template_syntax",
    "undeclared_variable",
    "unused_variable",
    "unknown_filter",
    "unknown_test",
    "missing_include",
    "dynamic_include",
    "outside_include",
    "circular_include",
    "unsafe_expression",
    "possibly_undefined",
    "unknown_function",
    "unused_partial",
    "nondeterministic",
    "shadowed_variable",
    "comment_as_text",
    "leftover_placeholder",
    "default_type",
    "case_values",
    "enum_values",
    "untrusted_placement",
    "missing_description",
    "unknown_parameter",
    "parameter_range",
    "json_without_schema",
    "duplicate_tool",
    "invalid_schema",
    "exclusive_parameters",
    "tool_without_schema",
    "bidirectional_character",
    "invisible_character",
    "tag_character",
    "confusable_character",
    "secret",
    "trailing_whitespace",
    "empty_message",
    "duplicate_prompt",
    "missing_tests",
    "unknown_pointer",
    "unsound_pointer",
)

_LOADED: tuple[Any, ...] = tuple(import_module(f"{__name__}.{name}") for name in _MODULES)

RULES: tuple[RuleText, ...] = _LOADED
"""All rules, in the order of their families and codes."""

FILE_RULES: tuple[FileRule, ...] = tuple(rule for rule in _LOADED if hasattr(rule, "check"))
"""The rules about one file."""

REPOSITORY_RULES: tuple[RepositoryRule, ...] = tuple(rule for rule in _LOADED if hasattr(rule, "check_repository"))
"""The rules about the whole project."""

OFF_BY_DEFAULT: frozenset[str] = frozenset(("missing-description", "missing-tests"))
"""Names of the rules that run only when they are selected."""
