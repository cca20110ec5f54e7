"""Reports for CI systems, read by the readers of others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.conftest import Outcome
from tests.support import Repo

Basalt = Callable[..., Outcome]


@pytest.fixture
def bad(repo: Repo) -> Repo:
    """A project in a folder of a repository, with findings whose texts are hard to print."""
    repo.write("team/basalt.yaml", "trunk: main\n")
    repo.write("team/prompts/a b.yaml", 'prompt: "{{ x }}"\n"k<&\\u0007\\n::error::%": 1\n')
    repo.write("team/prompts/w.yaml", "prompt: 漢字 {{ y }}\nvariables: {z: string}\n")
    repo.write("team/prompts/v.yaml", "prompt: x\nvariables: {z: string}\n")
    return repo


def test_sarif_is_read_by_sarif_tools(basalt: Basalt, bad: Repo) -> None:
    loader = pytest.importorskip("sarif.loader", reason="sarif-tools is not installed")
    file = bad.path / "report.sarif"
    basalt("-C", "team", "lint", "--format", "sarif", "--output-file", str(file), code=1)
    report = loader.load_sarif_file(str(file))
    records = report.get_records()
    assert [(record["Location"], record["Line"], record["Severity"]) for record in records] == [
        ("team/prompts/a%20b.yaml", 1, "error"),
        ("team/prompts/a%20b.yaml", 1, "error"),
        ("team/prompts/a%20b.yaml", 2, "error"),
        ("team/prompts/v.yaml", 2, "warning"),
        ("team/prompts/w.yaml", 1, "error"),
        ("team/prompts/w.yaml", 2, "warning"),
    ]
    run = json.loads(file.read_text(encoding="utf-8"))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


def test_junit_is_read_by_junitparser(basalt: Basalt, bad: Repo) -> None:
    junitparser = pytest.importorskip("junitparser", reason="junitparser is not installed")
    file = bad.path / "report.xml"
    basalt("-C", "team", "lint", "--format", "junit", "--output-file", str(file), code=1)
    suites = list(junitparser.JUnitXml.fromfile(str(file)))
    assert [(suite.name, suite.failures) for suite in suites] == [
        ("team/prompts/a b.yaml", 3),
        ("team/prompts/v.yaml", 1),
        ("team/prompts/w.yaml", 2),
    ]
    assert "k<&" in "".join(result.message for suite in suites for case in suite for result in case.result)
    clean = basalt("lint", "--format", "junit").out
    assert ET.fromstring(clean).get("failures") == "0"  # noqa: S314 - our own


def test_github_commands_hold_one_line_each(basalt: Basalt, bad: Repo) -> None:
    lines = basalt("-C", "team", "lint", "--format", "github", code=1).out.splitlines()
    assert len(lines) == 6
    assert all(line.startswith(("::error file=team/prompts/", "::warning file=team/prompts/")) for line in lines)
    assert lines[3] == (
        "::warning file=team/prompts/v.yaml,line=2,endLine=2,col=13,endColumn=14,title=T303 unused-variable::"
        "the variable 'z' is never used. Use it, or remove it."
    )
    assert "%25" in "".join(lines)


def test_gitlab_fingerprints_stay_when_lines_move(basalt: Basalt, bad: Repo) -> None:
    issues = basalt("-C", "team", "lint", "--format", "gitlab", code=1).json
    assert {"description", "check_name", "fingerprint", "severity", "location"} <= issues[0].keys()
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    path = Path("team/prompts/v.yaml")
    path.write_text("# moved\n" + path.read_text())
    moved = basalt("-C", "team", "lint", "--format", "gitlab", code=1).json
    assert [issue["fingerprint"] for issue in moved] == [issue["fingerprint"] for issue in issues]
    assert moved[3]["location"] == {"path": "team/prompts/v.yaml", "lines": {"begin": 3, "end": 3}}


def test_concise_is_one_line_a_finding(basalt: Basalt, bad: Repo) -> None:
    outcome = basalt("-C", "team", "lint", "--format", "concise", code=1)
    assert len(outcome.out.splitlines()) == 6
    assert (
        outcome.out.splitlines()[3]
        == "prompts/v.yaml:2:13: warning T303 the variable 'z' is never used [unused-variable]"
    )


def test_carets_stand_under_wide_characters(basalt: Basalt, bad: Repo) -> None:
    out = basalt("lint", "--format", "text", code=None).out + basalt("-C", "team", "lint", "prompts/w.yaml", code=1).out
    assert "    | prompt: 漢字 {{ y }}\n    | " + " " * 16 + "^\n" in out


def test_a_long_line_is_cut_around_the_place(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/long.yaml", "prompt: " + "word " * 100 + "{{ x }} " + "word " * 100 + "\n")
    lines = basalt("lint", code=1).out.splitlines()
    assert len(lines[1]) < 120
    assert lines[1][lines[2].index("^")] == "x"


def test_statistics_and_exit_zero(basalt: Basalt, bad: Repo) -> None:
    outcome = basalt("-C", "team", "lint", "--statistics", "--exit-zero")
    assert outcome.out.splitlines()[0].split() == ["2", "T302", "undeclared-variable"]
    assert outcome.err == "4 errors and 2 warnings in 3 files\n"
