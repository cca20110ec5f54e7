"""The same findings in each format, whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from basalt_cli.cli.reports.lint import format_report
from basalt_cli.lint.rules import RULES
from basalt_cli.model.lint_report import LintReport

from tests.cli.reports.lint.findings import EMPTY, ERROR, INFO, REPORT, WARNING, layout


def test_concise_has_a_line_for_each_finding_with_its_path_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = layout()
    assert format_report("concise", REPORT, found) == (
        "deployments.yaml:1:1: info R702 50% <done>:\\n::error::,x [missing-tests]\n"
        "prompts/a b.yaml:2:13: error T302 the variable 'x' is not declared [undeclared-variable]\n"
        "prompts/a b.yaml:3:8: warning X606 the line ends in blanks [trailing-whitespace]\n"
    )
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    outside = found._replace(root=tmp_path)
    assert format_report("concise", REPORT, outside).startswith("../deployments.yaml:1:1: ")
    assert format_report("text", REPORT, outside).startswith("../deployments.yaml:1:1: ")


def test_github_has_a_command_for_each_finding() -> None:
    assert format_report("github", REPORT, layout()) == (
        "::notice file=team/deployments.yaml,line=1,endLine=1,col=1,endColumn=1,title=R702 missing-tests::"
        "50%25 <done>:\\n::error::,x\n"
        "::error file=team/prompts/a b.yaml,line=2,endLine=2,col=13,endColumn=16,title=T302 undeclared-variable::"
        "the variable 'x' is not declared. Declare it.\n"
        "::warning file=team/prompts/a b.yaml,line=3,endLine=3,col=8,endColumn=9,title=X606 trailing-whitespace::"
        "the line ends in blanks. Remove them.\n"
    )


def test_a_property_of_a_github_command_cannot_end_it() -> None:
    odd = ERROR._replace(path="a:b,c%\n::error::d.yaml", name="same", code="same")
    text = format_report("github", LintReport((odd,), 1, {}), layout(""))
    assert text.count("\n") == 1
    assert text.startswith("::error file=a%3Ab%2Cc%25\\n%3A%3Aerror%3A%3Ad.yaml,line=2,")
    assert ",title=same::" in text


def test_json_has_every_field_of_a_finding_and_a_summary() -> None:
    found = json.loads(format_report("json", REPORT, layout()))
    assert found["findings"][1] == {
        "code": "T302", "name": "undeclared-variable", "severity": "error", "path": "prompts/a b.yaml", "line": 2, "column": 13,
        "end_line": 2, "end_column": 16, "message": "the variable 'x' is not declared", "help": "Declare it.", "fixable": False,
    }  # fmt: skip
    assert [(one["fixable"], one["help"]) for one in found["findings"]] == [
        (False, None), (False, "Declare it."), (True, "Remove them.")
    ]  # fmt: skip
    assert found["summary"] == {"files": 3, "errors": 1, "warnings": 1, "infos": 1}
    assert json.loads(format_report("json", EMPTY, layout())) == {
        "findings": [], "summary": {"files": 2, "errors": 0, "warnings": 0, "infos": 0}
    }  # fmt: skip


def test_gitlab_has_an_issue_for_each_finding_with_a_fingerprint_of_its_own() -> None:
    twice = LintReport((INFO, ERROR, WARNING, ERROR._replace(span=WARNING.span)), 3, {})
    issues = json.loads(format_report("gitlab", twice, layout()))
    assert issues[1] == {
        "description": "T302 the variable 'x' is not declared", "check_name": "undeclared-variable", "severity": "major",
        "fingerprint": "f61ee9f695f4ed24c6256d7ddcd6efb0130aa60003920b92c8c88533418b7e4e", "location": {"path": "team/prompts/a b.yaml", "lines": {"begin": 2, "end": 2}},
    }  # fmt: skip
    assert [issue["severity"] for issue in issues] == ["info", "major", "minor", "major"]
    assert len({issue["fingerprint"] for issue in issues}) == 4
    moved = LintReport(tuple(found._replace(span=INFO.span) for found in twice.findings), 3, {})
    assert [issue["fingerprint"] for issue in json.loads(format_report("gitlab", moved, layout("")))] == [
        issue["fingerprint"] for issue in issues
    ]


def test_junit_has_a_suite_for_each_file_and_a_failed_case_for_each_finding() -> None:
    assert format_report("junit", REPORT, layout()) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<testsuites name="basalt lint" tests="3" failures="3">\n'
        '  <testsuite name="team/deployments.yaml" tests="1" failures="1">\n'
        '    <testcase name="R702 missing-tests 1:1" classname="team/deployments.yaml" file="team/deployments.yaml" line="1">\n'
        '      <failure type="info" message="50% &lt;done&gt;:\\n::error::,x">team/deployments.yaml:1:1: 50% &lt;done&gt;:\n'
        "::error::,x</failure>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
        '  <testsuite name="team/prompts/a b.yaml" tests="2" failures="2">\n'
        '    <testcase name="T302 undeclared-variable 2:13" classname="team/prompts/a b.yaml" file="team/prompts/a b.yaml" line="2">\n'
        '      <failure type="error" message="the variable \'x\' is not declared">'
        "team/prompts/a b.yaml:2:13: the variable 'x' is not declared\nDeclare it.</failure>\n"
        "    </testcase>\n"
        '    <testcase name="X606 trailing-whitespace 3:8" classname="team/prompts/a b.yaml" file="team/prompts/a b.yaml" line="3">\n'
        '      <failure type="warning" message="the line ends in blanks">'
        "team/prompts/a b.yaml:3:8: the line ends in blanks\nRemove them.</failure>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
        "</testsuites>\n"
    )


def test_junit_without_findings_has_one_case_that_passes() -> None:
    assert format_report("junit", EMPTY, layout()) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<testsuites name="basalt lint" tests="1" failures="0">\n'
        '  <testsuite name="basalt lint" tests="1" failures="0">\n'
        '    <testcase name="no findings" classname="basalt"/>\n'
        "  </testsuite>\n"
        "</testsuites>\n"
    )


def test_sarif_has_all_rules_and_a_result_for_each_finding() -> None:
    odd = ERROR._replace(code="policy", help=None, path="prompts/bad\udcff é.yaml")
    found = json.loads(format_report("sarif", LintReport((*REPORT.findings, odd), 3, {}), layout()))
    assert (found["version"], found["$schema"]) == ("2.1.0", "https://json.schemastore.org/sarif-2.1.0.json")
    (run,) = found["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"] == driver["semanticVersion"]) == ("basalt", True)
    assert [rule["id"] for rule in driver["rules"]] == [rule.ID for rule in RULES]
    first = driver["rules"][0]
    assert (first["name"], first["defaultConfiguration"]) == ("YamlSyntax", {"level": "error"})
    assert first["shortDescription"] == {"text": "The file is not valid YAML."}
    assert first["fullDescription"]["text"].startswith("The file is not valid YAML.\n\n")
    assert {rule["defaultConfiguration"]["level"] for rule in driver["rules"]} == {"error", "warning", "note"}
    assert run["columnKind"] == "unicodeCodePoints"
    assert [result["level"] for result in run["results"]] == ["note", "error", "warning", "error"]
    assert run["results"][1] == {
        "ruleId": "T302",
        "ruleIndex": [rule.ID for rule in RULES].index("T302"),
        "level": "error",
        "message": {"text": "the variable 'x' is not declared. Declare it."},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "team/prompts/a%20b.yaml"},
                    "region": {"startLine": 2, "startColumn": 13, "endLine": 2, "endColumn": 16},
                }
            }
        ],
    }
    last = run["results"][3]
    assert "ruleIndex" not in last
    assert last["message"] == {"text": "the variable 'x' is not declared"}
    assert last["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "team/prompts/bad%FF%20%C3%A9.yaml"}
