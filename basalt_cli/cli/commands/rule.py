"""``basalt rule``."""

from __future__ import annotations

import inspect
from typing import Annotated, Any, Literal

import typer

from basalt_cli.cli.completion import complete_rules
from basalt_cli.cli.output import SEVERITY_STYLES, Segment, align, print_json, print_lines, print_text
from basalt_cli.errors import UsageError
from basalt_cli.lint.rule import RuleText
from basalt_cli.lint.rule_choice import find_rule
from basalt_cli.lint.rules import OFF_BY_DEFAULT, RULES


def command(
    name: Annotated[
        str | None,
        typer.Argument(metavar="RULE", help="The code (T302) or the name of a rule.", autocompletion=complete_rules),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Show all rules.")] = False,
    output: Annotated[
        Literal["text", "json", "markdown"],
        typer.Option("--format", help="Output format: text for people, json for programs, markdown for documentation."),
    ] = "text",
) -> None:
    """Explain a lint rule, or list all rules."""
    if (name is None) is not every:
        raise UsageError("rule takes either one rule or --all", hint="For example: basalt rule T302")
    rules = RULES if name is None else (find_rule(name),)
    if output == "json":
        print_json({"rules": [_to_json(rule) for rule in rules]})
    elif output == "markdown":
        print_text("\n\n".join(_to_markdown(rule) for rule in rules))
    elif name is None:
        print_lines(align([_to_row(rule) for rule in rules]))
    else:
        print_text(f"{rules[0].ID} {rules[0].NAME} ({_state(rules[0])})\n\n{_text(rules[0])}")


def _text(rule: RuleText) -> str:
    return inspect.cleandoc(rule.__doc__ or "")


def _state(rule: RuleText) -> str:
    return f"{rule.SEVERITY}, off by default" if rule.NAME in OFF_BY_DEFAULT else rule.SEVERITY


def _to_row(rule: RuleText) -> list[Segment]:
    first = _text(rule).partition("\n")[0]
    severity = Segment(rule.SEVERITY, SEVERITY_STYLES[rule.SEVERITY])
    return [Segment(rule.ID, "bold"), Segment(rule.NAME), severity, Segment(first)]


def _to_json(rule: RuleText) -> dict[str, Any]:
    return {
        "code": rule.ID,
        "name": rule.NAME,
        "severity": rule.SEVERITY,
        "default": rule.NAME not in OFF_BY_DEFAULT,
        "summary": _text(rule).partition("\n")[0],
        "documentation": _text(rule),
    }


def _to_markdown(rule: RuleText) -> str:
    """Return the documentation of a rule as Markdown: literal blocks of the docstring become fenced blocks."""
    lines: list[str] = []
    is_code = False
    for line in _text(rule).splitlines():
        if is_code and line and not line.startswith("    "):
            lines += ["```", ""]
            is_code = False
        if line.endswith("::"):
            lines += [line[:-1], "", "```yaml"]
            is_code = True
        elif line or not is_code:
            lines.append(line.removeprefix("    ") if is_code else line)
    closing = ["```"] if is_code else []
    return "\n".join([f"## {rule.ID} {rule.NAME}", "", f"*{_state(rule)}*", "", *lines, *closing])
