"""The report of the merge gate in each format."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from basalt_cli.cli.reports.check import describe, describe_verdict, format_check, is_format
from basalt_cli.cli.reports.check.markdown_format import MARKER
from basalt_cli.cli.reports.diff.markdown_format import MOST_CHARACTERS
from basalt_cli.cli.reports.lint import Layout
from basalt_cli.model.change import Change, PromptDiff, Risk
from basalt_cli.model.check_report import CheckItem, CheckReport, Level
from basalt_cli.model.version import EMPTY_TREE

LAYOUT = Layout(Path("/project"), "team/")
FAIL = CheckItem(
    "lint",
    Level.FAIL,
    "the variable 'x' is not declared",
    code="T302",
    path="prompts/a.yaml",
    line=2,
    column=13,
    help="Declare it.",
)
WARN = CheckItem(
    "pointers", Level.WARN, "staging would no longer run b", slug="b", environment="staging", path="deployments.yaml"
)
ALLOWED = CheckItem("breaking", Level.ALLOWED, "variable tone removed", slug="a", reason="all callers are updated")
DIFF = PromptDiff(
    "a", "base", "head", (Change("wording", "prompt", "one", "two", Risk.WORDING, "wording of prompt changed"),)
)
REPORT = CheckReport("1" * 40, "head", (WARN, FAIL, ALLOWED), (DIFF,), 4, 2)
GOOD = CheckReport(EMPTY_TREE, "index", (), ())


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (FAIL, "the variable 'x' is not declared"),
        (WARN, "staging would no longer run b"),
        (WARN._replace(slug="c"), "c: staging would no longer run b"),
        (ALLOWED._replace(slug="z"), "z: variable tone removed (allowed: all callers are updated)"),
    ],
)
def test_an_item_is_described_with_its_prompt_and_why_it_is_allowed(item: CheckItem, text: str) -> None:
    assert describe(item) == text


def test_the_verdict_counts_failures_warnings_prompts_and_cases() -> None:
    assert describe_verdict(REPORT) == "not to be merged: 1 failure, 1 warning; 1 prompt changed, 4 cases run"
    assert describe_verdict(GOOD) == "good to merge: 0 warnings; 0 prompts changed, 0 cases run"


def test_only_the_formats_of_a_check_are_formats() -> None:
    assert [name for name in ("text", "json", "markdown", "github", "sarif", "junit", "gitlab", "html", "") if is_format(name)] == [
        "text", "json", "markdown", "github", "sarif", "junit"
    ]  # fmt: skip


def test_text_shows_the_changes_then_the_items_by_level() -> None:
    assert format_check("text", REPORT, LAYOUT) == (
        "head against 111111111\n"
        "  a  wording\n"
        "    wording     wording of prompt changed\n"
        "prompts/a.yaml:2:13: fail lint T302 the variable 'x' is not declared\n"
        "    Declare it.\n"
        "deployments.yaml: warn pointers staging would no longer run b\n"
        "allowed breaking variable tone removed (allowed: all callers are updated)\n"
        "not to be merged: 1 failure, 1 warning; 1 prompt changed, 4 cases run\n"
    )
    assert format_check("text", GOOD, LAYOUT).splitlines() == [
        "index against nothing",
        "good to merge: 0 warnings; 0 prompts changed, 0 cases run",
    ]


def test_json_has_every_field_of_an_item_and_the_changes() -> None:
    found = json.loads(format_check("json", REPORT, LAYOUT))
    assert found["items"][1] == {
        "kind": "lint", "level": "fail", "message": "the variable 'x' is not declared", "slug": None, "environment": None, "code": "T302",
        "path": "prompts/a.yaml", "line": 2, "column": 13, "help": "Declare it.", "reason": None,
    }  # fmt: skip
    assert [item["level"] for item in found["items"]] == ["warn", "fail", "allowed"]
    assert (found["passed"], found["base"], found["head"], found["cases"], found["files"]) == (
        False,
        "1" * 40,
        "head",
        4,
        2,
    )
    assert found["prompts"] == [
        {
            "slug": "a", "from": "base", "to": "head", "risk": "wording",
            "changes": [{"code": "wording", "path": "prompt", "old": "one", "new": "two", "risk": "wording", "message": "wording of prompt changed"}],
        }
    ]  # fmt: skip
    assert json.loads(format_check("json", GOOD, LAYOUT))["passed"] is True


def test_github_has_a_command_for_each_item_and_the_verdict() -> None:
    assert format_check("github", REPORT, LAYOUT) == (
        "::warning file=team/deployments.yaml,line=1,endLine=1,col=1,endColumn=2,title=pointers::staging would no longer run b\n"
        "::error file=team/prompts/a.yaml,line=2,endLine=2,col=13,endColumn=14,title=T302 lint::the variable 'x' is not declared. Declare it.\n"
        "::notice file=team/basalt.yaml,line=1,endLine=1,col=1,endColumn=2,title=breaking::variable tone removed (allowed: all callers are updated)\n"
        "not to be merged: 1 failure, 1 warning; 1 prompt changed, 4 cases run\n"
    )


def test_junit_has_a_failed_case_for_each_failure_only() -> None:
    root = ET.fromstring(format_check("junit", REPORT, LAYOUT))  # noqa: S314 - our own
    assert [case.get("name") for case in root.iter("testcase")] == ["T302 lint 2:13"]
    root = ET.fromstring(format_check("junit", REPORT._replace(items=(WARN,)), LAYOUT))  # noqa: S314 - our own
    assert (root.get("tests"), root.get("failures")) == ("1", "0")


def test_sarif_has_a_result_for_each_item() -> None:
    (run,) = json.loads(format_check("sarif", REPORT, LAYOUT))["runs"]
    assert [(result["ruleId"], result["level"]) for result in run["results"]] == [
        ("pointers", "warning"), ("T302", "error"), ("breaking", "note")
    ]  # fmt: skip


def test_markdown_has_a_marker_a_verdict_a_table_by_level_and_the_changes() -> None:
    text = format_check("markdown", REPORT, LAYOUT)
    assert text.startswith(
        "<!-- basalt check -->\n### Prompts\n\n"
        "❌ **Not to be merged.** 1 prompt changed, 4 cases run, against `111111111`.\n\n"
        "| | what | where |\n|---|---|---|\n"
        "| ❌ | **lint T302** the variable 'x' is not declared | prompts/a.yaml:2 |\n"
        "| ⚠️ | **pointers** staging would no longer run b | deployments.yaml |\n"
        "| ☑️ | **breaking** variable tone removed \\(allowed: all callers are updated\\) |  |\n\n"
        "| prompt | risk | changes |\n"
    )
    assert format_check("markdown", GOOD, LAYOUT) == (
        f"{MARKER}\n### Prompts\n\n✅ **Good to merge.** 0 prompts changed, 0 cases run, against `nothing`.\n\nNo prompt changed.\n"
    )


def test_markdown_fits_into_a_comment() -> None:
    many = REPORT._replace(items=tuple(FAIL._replace(message=f"{number} " + "x" * 2_000) for number in range(100)))
    text = format_check("markdown", many, LAYOUT)
    rows = text.count("| ❌ |")
    assert len(text) < MOST_CHARACTERS
    assert 30 < rows < 40
    assert f"\n*And {100 - rows} more.*\n" in text
    assert ("x" * 990 + "..." in text, "x" * 1_000 in text) == (True, False)
    changes = tuple(
        Change("wording", "prompt", "a", "b" * 900, Risk.WORDING, f"{number} changed") for number in range(60)
    )
    large = many._replace(diffs=tuple(DIFF._replace(slug=f"p{number}", changes=changes) for number in range(3)))
    text = format_check("markdown", large, LAYOUT)
    assert text.endswith("*The changes are left out: see `basalt diff`.*\n")
    assert len(text) < MOST_CHARACTERS
