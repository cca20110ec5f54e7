"""``basalt lint`` and ``basalt rule`` through the front door."""

from __future__ import annotations

import json
import time

import pytest

from tests.cli.checking import SAMPLES, Basalt, checked
from tests.support import PROMPT, Repo


def test_the_samples_are_clean(basalt: Basalt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(SAMPLES)
    assert checked(basalt("lint", "--format", "json"), "lint")["findings"] == []


def test_lint(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/bad.yaml", "promt: x\nprompt: '{{ nme }}'\n")
    outcome = basalt("lint", code=1)
    assert outcome.out == (
        "prompts/bad.yaml:1:1: error S201 unknown key 'promt' [unknown-key]\n"
        "    | promt: x\n"
        "    | ^^^^^\n"
        "    Did you mean 'prompt'? Known keys: name, description, feature, model, variables, system, prompt, messages, "
        "examples, output, tools, tool_choice, template, tests, metadata.\n"
        "prompts/bad.yaml:2:13: error T302 the variable 'nme' is not declared [undeclared-variable]\n"
        "    | prompt: '{{ nme }}'\n"
        "    |             ^^^\n"
        "    Declare it under variables: (declared: none).\n"
    )
    assert outcome.err == "2 errors and 0 warnings in 2 files\n"
    report = checked(basalt("lint", "--format", "json", code=1), "lint")
    assert report["summary"] == {"files": 2, "errors": 2, "warnings": 0, "infos": 0}
    assert basalt("lint", "prompts/greeting.yaml").err == "1 file checked, no findings\n"
    assert basalt("-C", "prompts", "lint", "bad.yaml", code=1).out.startswith("bad.yaml:1:1: ")


def test_lint_paths(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/a/one.yaml", PROMPT)
    repo.write("prompts/a/two.yml", PROMPT)
    repo.write("prompts/README.md", "{% if")
    repo.write("prompts/_fixtures/x.yaml", "- no prompt")
    assert basalt("lint", "prompts/a", code=1).err == "1 error and 0 warnings in 2 files\n"
    assert basalt("lint", ".", "prompts", "prompts/a/one.yaml", code=1).err == "1 error and 0 warnings in 3 files\n"
    assert "does not exist" in basalt("lint", "nope", code=3).err
    assert "is not in the prompts folder" in basalt("lint", "basalt.yaml", code=3).err


def test_lint_looks_into_partials_and_never_stops_at_one(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/p/voice.md", "{% if %}")
    repo.write("prompts/p/latin.md", b"caf\xe9")
    repo.write("prompts/p/unused.md", "{% if %}")
    repo.write("prompts/a.yaml", 'prompt: \'{% include "p/voice.md" %}{% include "p/latin.md" %}\'\n')
    repo.write("prompts/b.yaml", "[")
    codes = {item["path"]: item["code"] for item in basalt("lint", "--format", "json", code=1).json["findings"]}
    assert codes == {
        "prompts/b.yaml": "Y101",
        "prompts/p/voice.md": "T301",
        "prompts/p/latin.md": "Y102",
        "prompts/a.yaml": "T306",
    }


def test_rules_are_explained(basalt: Basalt) -> None:
    rules = checked(basalt("rule", "--all", "--format", "json"), "rule")["rules"]
    assert [rule["code"] for rule in rules] == [line.split()[0] for line in basalt("rule", "--all").out.splitlines()]
    assert basalt("rule", "t302").out.startswith("T302 undeclared-variable (error)\n\nA template uses")
    assert basalt("rule", "undeclared-variable").out == basalt("rule", "T302").out
    markdown = basalt("rule", "--all", "--format", "markdown").out
    assert markdown.count("```yaml\n") == markdown.count("\n```\n") == 2 * len(rules)
    assert "Did you mean 'T302'" in basalt("rule", "T3O2", code=2).err
    assert "rule takes either one rule or --all" in basalt("rule", code=2).err
    assert "rule takes either one rule or --all" in basalt("rule", "T302", "--all", code=2).err


def test_rules_are_chosen(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/bad.yaml", "promt: x\nprompt: '{{ nme }}'\nvariables: {x: any}\n")

    def codes(*arguments: str) -> list[str]:
        return [item["code"] for item in basalt("lint", *arguments, "--format", "json", code=None).json["findings"]]

    repo.write("prompts/bad.yaml", "promt: x\nprompt: '{{ nme }}'\n")
    assert codes() == ["S201", "T302"]
    assert codes("--select", "T") == codes("--ignore", "S") == codes("--ignore", "unknown-key") == ["T302"]
    assert codes("--select", "S,T", "--ignore", "T302") == ["S201"]
    assert codes("--select", "T302", "--ignore", "T") == ["T302"]
    assert codes("--ignore", "ALL", "--extend-select", "S201") == ["S201"]
    config = "trunk: main\nlint:\n  ignore: [S]\n  severity: {T: warning, T302: info}\n"
    repo.write("basalt.yaml", config)
    assert codes() == ["T302"]
    assert basalt("lint", "--format", "json").json["findings"][0]["severity"] == "info"
    repo.write("basalt.yaml", config + "  per-path-ignores: {'prompts/b*': [T302]}\n")
    assert codes() == []
    repo.write("basalt.yaml", "lint:\n  select: [T3O2]\n")
    outcome = basalt("lint", code=3)
    assert outcome.err.startswith(
        "error: basalt.yaml:2:12: 'T3O2' is not a rule, a family or ALL\nhint: Did you mean 'T302'?"
    )
    repo.write("basalt.yaml", "trunk: main\n")
    assert "'nope' is not a rule" in basalt("lint", "--ignore", "nope", code=2).err


def test_no_file_keeps_lint_busy(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/many.yaml", "prompt: |\n" + "  {{a}}{{b}}{{c}} some words\n" * 4_000)
    repo.write("prompts/crlf.yaml", "prompt: " + json.dumps("{{ a }}\r\n" * 8_000) + "\n")
    started = time.monotonic()
    findings = basalt("lint", "--format", "json", code=1).json["findings"]
    assert len(findings) == 20_000
    assert findings[-1]["line"] == 4_001
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("\\ud800.md", ["T308"]),
        ("x" * 300 + ".md", []),
        ("a" * 5000, ["T308"]),
        ("a\\nb", ["T308"]),
        ("a\\u0000b", ["T308"]),
    ],
    ids=["surrogate", "longer than a file name", "longer than a path", "line break", "NUL"],
)
def test_an_odd_include_is_at_most_a_finding(basalt: Basalt, repo: Repo, name: str, codes: list[str]) -> None:
    repo.write("prompts/odd.yaml", "prompt: " + json.dumps(f'{{% include "{name}" ignore missing %}}') + "\n")
    commit = repo.commit("odd")
    findings = basalt("lint", "--format", "json", code=int(bool(codes))).json["findings"]
    assert [found["code"] for found in findings] == codes
    assert f"version  {commit}" in basalt("show", "odd").out.replace("version   ", "version  ")
    assert basalt("status").out.splitlines()[2].startswith(f"odd       {commit[:9]} ")
    assert basalt("log", "odd").out.startswith(f"{commit[:9]} none ")
    assert basalt("diff", "odd@HEAD~1", "odd@HEAD").out.endswith("the prompt was added\n")
    basalt("promote", "greeting", "--to", "staging")


def test_what_is_reserved_is_not_linted(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/README.md", "{% if")
    assert basalt("lint", "prompts/README.md").err == "0 files checked, no findings\n"


def test_lint_raises_no_false_alarm(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/base.md", "{% block a %}{{ zzz }}{% endblock %}{% block c %}{{ yyy }}{% endblock %}\n")
    repo.write(
        "prompts/child.yaml", "prompt: '{% extends \"base.md\" %}{% block a %}x{% endblock %}'\nvariables: {yyy: any}\n"
    )
    repo.write("prompts/range.yaml", "variables: {range: string}\nprompt: '{{ range }}'\n")
    basalt("lint")
    repo.write(
        "prompts/child.yaml",
        "prompt: '{% extends \"base.md\" %}{% block a %}{{ super() }}{% endblock %}'\nvariables: {yyy: any}\n",
    )
    assert "'zzz' in base.md" in basalt("lint", code=1).out


def test_comments_switch_rules_off_where_they_stand(basalt: Basalt, repo: Repo) -> None:
    def codes(text: str, *arguments: str) -> list[str]:
        repo.write("prompts/s.yaml", text)
        report = basalt("lint", "prompts/s.yaml", *arguments, "--format", "json", code=None).json
        return [f"{item['code']}:{item['line']}" for item in report["findings"]]

    two = "prompt: |\n  {{ a }} {# basalt: ignore[T302] why #}\n  {{ b }}\n"
    assert codes(two) == ["T302:3"]
    assert codes("# basalt: ignore[T302]\n" + two) == []
    # Of a file with errors nobody knows what else a comment would switch off.
    assert codes("nme: x # basalt: ignore[S201, T302]\nprompt: x\n") == []
    assert codes("name: x # basalt: ignore[X602, T302]\nprompt: x\n") == ["Y108:1", "Y108:1"]
    assert codes("nme: x # basalt: ignore[S]\nprompt: x\n") == []
    assert codes("prompt: x # basalt: ignore[T302]\n", "--ignore", "Y108") == []
    assert codes("prompt: x # basalt: ignore[T302]\n", "--select", "S,Y") == []
    assert codes("prompt: '# basalt: ignore[T302] {{ a }}'\n") == ["T302:1"]
    repo.write("prompts/p.md", "{# basalt: ignore[T304] #}\n{{ 'x' | uper }}\n{{ 'x' | uper }}\n")
    assert codes("prompt: \"{% include 'p.md' %}\"\n") == []
    assert basalt("lint", "prompts/p.md").out == ""
