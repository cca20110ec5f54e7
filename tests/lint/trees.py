"""Prompts folders on disk, and their findings."""

from __future__ import annotations

from pathlib import Path

from basalt_cli.lint.engine import Source, lint
from basalt_cli.lint.rule_choice import Choice, choose_rules
from basalt_cli.model.config import LintPolicy, RuleSelector
from basalt_cli.model.finding import Finding
from basalt_cli.workspace.prompt_tree import WorkingTree


def make_tree(folder: Path, files: dict[str, str | bytes]) -> WorkingTree:
    """Write files below a folder, and return it as a prompts folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return WorkingTree(folder)


def selectors(*names: str) -> tuple[RuleSelector, ...]:
    """Return selectors as on the command line."""
    return tuple(RuleSelector(name) for name in names)


def select(*names: str) -> Choice:
    """Return the choice of some rules; of the default rules without names."""
    return choose_rules(LintPolicy(select=selectors(*names) if names else None))


def find(folder: Path, text: str, *names: str, path: str = "a.yaml") -> tuple[Finding, ...]:
    """Return the findings of some rules in one file."""
    return lint(Source(make_tree(folder, {path: text}), "prompts"), select(*names), [path]).findings


def brief(findings: tuple[Finding, ...]) -> list[str]:
    """Return findings as ``path:line:column code``."""
    return [f"{found.path}:{found.span.line}:{found.span.column} {found.code}" for found in findings]


def places(folder: Path, rule: str, text: str, partials: dict[str, str] | None = None) -> list[str]:
    """Return the places of one rule's findings in a prompt, as ``line:column``."""
    source = Source(make_tree(folder, {"a.yaml": text, **(partials or {})}), "prompts")
    return [f"{found.span.line}:{found.span.column}" for found in lint(source, select(rule), ["a.yaml"]).findings]
