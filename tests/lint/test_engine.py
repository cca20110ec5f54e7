"""What a lint of some files or of a whole project finds, in which order, and what it leaves out."""

from __future__ import annotations

from pathlib import Path

import pytest
from basalt_cli.errors import NotFoundError
from basalt_cli.lint.engine import Linter, Source, combine, lint, lint_prompt, list_linted_paths, list_prompt_paths
from basalt_cli.lint.rule import FileFacts
from basalt_cli.lint.rule_choice import choose_rules
from basalt_cli.model.config import LintPolicy
from basalt_cli.model.status import Flaw
from basalt_cli.workspace.catalog import Catalog

from tests.lint.trees import brief, find, make_tree, select, selectors

BAD = "prompt: '{{ a }}'\n"
KEY = "AKIA" + "Q3EGRVT5JL2XW7PB"


def make_source(folder: Path, files: dict[str, str | bytes], deployments: str | None = None) -> Source:
    data = deployments.encode() if deployments is not None else None
    return Source(make_tree(folder, files), "prompts", ("staging", "production"), data)


def lint_all(folder: Path, files: dict[str, str | bytes], *names: str) -> list[str]:
    return brief(lint(make_source(folder, files), select(*names)).findings)


def test_findings_are_sorted_by_path_position_and_code(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "b.yaml": BAD,
        "a.yaml": "promt: x\nname: y \nprompt: '{{ a | uper }}'\n",
        "a/x.yaml": BAD,
    }
    assert lint_all(tmp_path, files, "S", "T", "X") == [
        "prompts/a.yaml:1:1 S201",
        "prompts/a.yaml:2:8 X606",
        "prompts/a.yaml:3:13 T302",
        "prompts/a.yaml:3:17 T304",
        "prompts/a/x.yaml:1:13 T302",
        "prompts/b.yaml:1:13 T302",
    ]


def test_a_project_is_its_prompts_yml_files_and_the_partials_that_they_include(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.yaml": "prompt: '{% include \"p/one.md\" %}'\n",
        "old.yml": "prompt: a\n",
        "p/one.md": "{% include 'p/two.md' %}{{ 1 | nofilter }}",
        "p/two.md": "{{ 2 | nofilter }}",
        "p/unused.md": "{{ 3 | nofilter }}",
        "README.md": "{{ 4 | nofilter }}",
        "_fixtures/x.yaml": "[",
        "a.snap.md": "{{ 5 | nofilter }}",
    }
    source = make_source(tmp_path, files)
    report = lint(source, select())
    assert brief(report.findings) == [
        "prompts/old.yml:1:1 S206",
        "prompts/p/one.md:1:32 T304",
        "prompts/p/two.md:1:8 T304",
    ]
    assert report.files == 4
    assert list_prompt_paths(source.tree) == ["a.yaml", "old.yml"]
    assert list_linted_paths(source.tree) == ("a.yaml", "old.yml", "p/one.md", "p/two.md")


def test_named_files_are_linted_in_the_given_order_without_reserved_ones_and_project_rules(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"b.yaml": BAD, "a.yaml": BAD, "README.md": "{% if", "p.md": "{{ 1 | nofilter }}"}
    report = lint(make_source(tmp_path, files), select(), ["b.yaml", "README.md", "p.md", "a.yaml"])
    assert brief(report.findings) == ["prompts/b.yaml:1:13 T302", "prompts/p.md:1:8 T304", "prompts/a.yaml:1:13 T302"]
    assert report.files == 3
    with pytest.raises(NotFoundError, match=r"prompts/c\.yaml does not exist"):
        lint(make_source(tmp_path, files), select(), ["c.yaml"])


def test_the_report_has_the_texts_of_files_with_findings_and_no_secret(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.yaml": f"prompt: '{{{{ {KEY} }}}}'\n",
        "good.yaml": "prompt: a\n",
        "latin.yaml": b"prompt: caf\xe9\n",
    }
    source = make_source(tmp_path, files, "environments: {nope: {}}\n")
    report = lint(source, select())
    assert sorted(report.texts) == ["deployments.yaml", "prompts/a.yaml", "prompts/latin.yaml"]
    assert report.texts["prompts/a.yaml"] == f"prompt: '{{{{ {'*' * len(KEY)} }}}}'\n"
    assert report.texts["prompts/latin.yaml"] == "prompt: caf\ufffd\n"
    assert report.texts["deployments.yaml"] == "environments: {nope: {}}\n"
    assert KEY not in str(report)
    assert [found.code for found in report.findings if found.path == "prompts/a.yaml"] == ["T302", "X605"]


def test_severities_and_path_patterns_of_the_policy_apply(tmp_path: Path) -> None:
    severities = tuple((selector, "info") for selector in selectors("T302", "R701"))
    policy = LintPolicy(severities=severities, path_ignores=(("prompts/old/*", selectors("T302", "R701")),))
    files: dict[str, str | bytes] = {
        "a.yaml": "prompt: b\n",
        "old/a.yaml": "prompt: b\n",
        "old/b.yaml": BAD,
        "b.yaml": BAD.replace("a", "c"),
        "c.yaml": "prompt: b\n",
    }
    report = lint(make_source(tmp_path, files), choose_rules(policy))
    assert brief(report.findings) == ["prompts/b.yaml:1:13 T302", "prompts/c.yaml:1:1 R701"]
    assert {found.severity for found in report.findings} == {"info"}


def test_a_finding_of_a_project_rule_is_suppressed_in_the_first_line_of_its_file(tmp_path: Path) -> None:
    copies: dict[str, str | bytes] = {"a.yaml": "prompt: b\n", "b.yaml": "prompt: b\n"}
    assert lint_all(tmp_path, copies) == ["prompts/b.yaml:1:1 R701"]
    for text in ("# basalt: ignore[R701]\nprompt: b\n", "prompt: b # basalt: ignore[duplicate-prompt]\n"):
        assert lint_all(tmp_path, {**copies, "b.yaml": text}) == []
    assert lint_all(tmp_path, {**copies, "b.yaml": "prompt: b\nname: c # basalt: ignore[R701]\n"}) == [
        "prompts/b.yaml:1:1 R701"
    ]


DEPLOYMENTS = """\
environments:
  staging: {a: {version: %s, digest: 'sha256:%s'}}
  staging: {}
  nope: {}
""" % ("a" * 40, "b" * 64)  # fmt: skip


def test_deployments_are_linted_with_the_project(tmp_path: Path) -> None:
    source = make_source(tmp_path, {"a.yaml": "prompt: b\n"}, DEPLOYMENTS)
    flawed = source._replace(flaws=(Flaw("staging", "a", "gone", "the commit is not in this clone"),))
    assert brief(lint(flawed, select()).findings) == [
        "deployments.yaml:2:13 R704",
        "deployments.yaml:3:3 Y103",
        "deployments.yaml:4:3 R703",
    ]
    assert brief(lint(source, select("Y")).findings) == ["deployments.yaml:3:3 Y103"]
    ignored = LintPolicy(path_ignores=(("deployments.yaml", selectors("Y103", "R703")),))
    assert brief(lint(flawed, choose_rules(ignored)).findings) == ["deployments.yaml:2:13 R704"]
    (duplicate,) = lint(source, select("Y103")).findings
    assert (duplicate.name, duplicate.severity, duplicate.fix) == ("duplicate-key", "error", None)
    assert duplicate.help is not None
    assert lint(source, select(), ["a.yaml"]).findings == ()


def test_a_value_that_another_rule_refuses_is_not_quoted(tmp_path: Path) -> None:
    text = "prompt: a\nmetadata: {b: no}\nmodel: {parameters: {seed: no}}\n"
    findings = find(tmp_path, text, "Y109", "M502")
    assert [(found.code, found.span.line, found.is_fixable) for found in findings] == [
        ("Y109", 2, True), ("M502", 3, False), ("Y109", 3, False)
    ]  # fmt: skip


def test_a_linted_file_has_the_facts_that_a_store_and_project_rules_need(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.yaml": "# basalt: ignore[R701, S]\nprompt: '{% include \"p.md\" %}' # basalt: ignore[T302]\n",
        "p.md": "b",
    }
    linted = Linter(make_source(tmp_path, files), select("T")).lint_file("a.yaml")
    assert linted.facts == FileFacts("a.yaml", True, True, linted.facts.sent, ("p.md",), ("R701", "S"))
    assert linted.facts.sent
    assert (linted.findings, linted.dependencies, len(linted.content_hash)) == ((), ("p.md",), 64)


def test_reached_partials_are_linted_once(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.yaml": 'prompt: \'{% include "p/z.md" %}{% include "p/a.md" %}\'\n',
        "p/z.md": "1",
        "p/a.md": "2",
    }
    linter = Linter(make_source(tmp_path, files), select())
    linted = linter.lint_files(["a.yaml", "p/a.md"])
    assert list(linted) == ["a.yaml", "p/a.md"]
    assert list(linter.lint_reached(linted)) == ["p/z.md"]
    assert linter.lint_reached({}) == {}


def test_findings_of_files_and_of_the_project_are_combined_in_order(tmp_path: Path) -> None:
    source = make_source(tmp_path, {"b.yaml": BAD, "a.yaml": BAD})
    linter = Linter(source, select())
    linted = linter.lint_files(["b.yaml", "a.yaml"])
    rest = linter.lint_project(found.facts for found in linted.values())
    assert brief(rest) == ["prompts/a.yaml:1:1 R701"]
    report = combine(source, linted, rest)
    assert brief(report.findings) == [
        "prompts/a.yaml:1:1 R701",
        "prompts/a.yaml:1:13 T302",
        "prompts/b.yaml:1:13 T302",
    ]
    assert report.files == 2


def test_many_files_are_linted_in_several_processes_with_the_same_result(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"p{number:03}.yaml": f"prompt: '{{{{ x{number} }}}}'\n" for number in range(60)}
    report = lint(make_source(tmp_path, files), select())
    assert brief(report.findings) == [f"prompts/p{number:03}.yaml:1:13 T302" for number in range(60)]
    assert [found.message for found in report.findings][59] == "the variable 'x59' is not declared"
    assert report.files == 60


def test_the_gate_lints_a_prompt_and_what_it_includes(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.yaml": 'prompt: \'{% include "p.md" %}{% include "none.md" ignore missing %}\'\n',
        "p.md": "{{ 1 | nofilter }}",
        "b.yaml": BAD,
    }
    report = lint_prompt(Catalog(make_tree(tmp_path, files), "prompts", "here"), "folder", select(), "a")
    assert brief(report.findings) == ["folder/p.md:1:8 T304"]
    assert report.files == 2
