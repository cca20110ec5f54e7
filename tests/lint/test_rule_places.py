"""Findings in templates point at the same characters, however the template is written in its YAML file."""

from __future__ import annotations

from pathlib import Path

import pytest
from basalt_cli.lint.engine import Source, lint
from basalt_cli.lint.rule_choice import choose_rules
from basalt_cli.model.config import LintPolicy, RuleSelector
from basalt_cli.workspace.prompt_tree import WorkingTree

VARIABLES = "variables: {mail: {type: string, untrusted: true}, tone: {type: string, optional: true}}"
# Rule, a template's text, and the part of it that the finding starts at.
TEMPLATES = [
    ("template-syntax", "Hi {{ mail $ }}", "$"),
    ("undeclared-variable", "Hi {{ nobody }}", "nobody"),
    ("unknown-filter", "Hi {{ mail | nofilter }}", "nofilter"),
    ("unknown-test", "Hi {{ mail is notest }}", "notest"),
    ("unknown-function", "Hi {{ nofunction(mail) }}", "nofunction"),
    ("missing-include", 'Hi {% include "none.md" %}', "include"),
    ("dynamic-include", "Hi {% include mail %}", "include"),
    ("outside-include", 'Hi {% include "../x.md" %}', "include"),
    ("unsafe-expression", "Hi {{ 9 ** 99 }}", "9"),
    ("possibly-undefined", "Hi {{ tone }}", "tone"),
    ("nondeterministic", "Hi {{ [1, 2] | random }}", "random"),
    ("shadowed-variable", "Hi {% set tone = 1 %}", "tone"),
    ("comment-as-text", "Hi {{ mail }} <!-- note -->", "<!--"),
    ("leftover-placeholder", "Hi {{ mail }} {tone}", "{tone}"),
    ("untrusted-placement", "Hi {{ mail }}", "mail"),
    ("bidirectional-character", "Hi \u202e {{ mail }}", "\u202e"),
    ("confusable-character", "Hi p\u0430y {{ mail }}", "\u0430"),
    ("secret", "Hi AKIAQ3EGRVT5JL2XW7PB {{ mail }}", "AKIA"),
]
CRLF = "\r\n"
STYLES = {
    "literal": "prompt: |\n  A first line.\n  {}\n",
    "literal, indented further": "messages:\n  - role: user\n    content: |-\n\n        A first line.\n        {}\n",
    "literal, with an indicator": "prompt: |2-\n  A first line.\n  {}\n",
    "folded": "prompt: >\n  A first line\n  goes on.\n\n  {}\n",
    "double quotes": 'prompt: "A first line.\\n{}"\n',
    "single quotes": "prompt: '{}'\n",
    "single quotes, over lines": "prompt: 'A first line\n  goes on. {}'\n",
    "plain": "prompt: {}\n",
    "flow": "messages: [{{role: user, content: '{}'}}]\n",
    "literal, Windows": "prompt: |\r\n  A first line.\r\n  {}\r\n",
    "double quotes, Windows": 'name: x\r\nprompt: "A\r\n  line. {}"\r\n',
}


def write(style: str, template: str) -> str:
    text = STYLES[style].replace("{{", "\0").replace("}}", "\1")
    if "double" in style:
        template = template.replace("\\", "\\\\").replace('"', '\\"')
    if "single" in style or style == "flow":
        template = template.replace("'", "''")
    return text.replace("{}", template).replace("\0", "{").replace("\1", "}")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("rule", "template", "part"), TEMPLATES, ids=[rule for rule, *_ in TEMPLATES])
def test_a_finding_stands_where_it_is_written(style: str, rule: str, template: str, part: str, tmp_path: Path) -> None:
    line_end = CRLF if "Windows" in style else "\n"
    text = f"{VARIABLES}{line_end}{write(style, template)}"
    if style == "plain" and (": " in template or " #" in template):
        pytest.skip("no plain scalar holds this")
    (tmp_path / "a.yaml").write_bytes(text.encode())
    choice = choose_rules(LintPolicy(select=(RuleSelector(rule),)))
    findings = lint(Source(WorkingTree(tmp_path), "prompts"), choice, ["a.yaml"]).findings
    index = text.index(part, text.index("Hi "))
    before = text[:index]
    place = (before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1)
    assert [finding.span[:2] for finding in findings] == [place], (text, findings)
