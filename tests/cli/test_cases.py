"""``basalt test``: the cases of prompts, what they take from files, and their snapshots."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import junitparser
import pytest
from basalt_cli.versions.references import open_catalog

from tests.cli.checking import Basalt, checked
from tests.support import Repo

REPLY = """\
variables:
  message: string
  tone: {type: string, enum: [warm, cool], default: warm}
  count: {type: integer, default: 1}
system: Be {{ tone }}.{% if count > 1 %} {{ count }} times.{% endif %}
prompt: |
  Answer {{ message }}
  # not a heading
"""


def add_tests(repo: Repo, tests: str, files: dict[str, str] | None = None) -> None:
    repo.write("prompts/reply.yaml", REPLY + "tests:\n" + tests)
    for name, text in (files or {}).items():
        repo.write(f"prompts/{name}", text)


def expect(expectation: str) -> str:
    return f"  - {{name: one, variables: {{message: 'Hi, hi'}}, expect: [{expectation}]}}\n"


def test_cases_that_hold_are_counted(basalt: Basalt, repo: Repo) -> None:
    add_tests(repo, expect("{contains: Answer}, {tokens_at_most: 20}, {contains: warm, message: 0}"))
    assert basalt("test", "reply").out == "1 case passed in 1 prompt\n"


@pytest.mark.parametrize(
    ("expectation", "words"),
    [
        ("{contains: late}", "contains: it does not contain 'late'"),
        ("{contains: warm, role: user}", "contains (user): it does not contain 'warm'"),
        ("{contains: Answer, message: 0}", "contains (message 0): it does not contain 'Answer'"),
        ("{jsonpath: {path: $.a}}", "jsonpath: it is not JSON"),
    ],
)
def test_a_failure_names_its_expectation_and_message(basalt: Basalt, repo: Repo, expectation: str, words: str) -> None:
    add_tests(repo, expect(expectation))
    failed = basalt("test", code=1)
    assert f"    {words}\n" in failed.out
    assert failed.out.endswith("1 case failed, 0 cases passed in 2 prompts\n")


def test_words_that_differ_are_shown(basalt: Basalt, repo: Repo) -> None:
    add_tests(repo, expect("{equals: Be cool., role: system}"))
    assert "      Be [-cool-]{+warm+}." in basalt("test", code=1).out


@pytest.mark.parametrize(
    ("tests", "words"),
    [
        ("  - {name: a, fixtures: ../x.yaml}\n", "tests[0].fixtures is not the path of a fixture: '../x.yaml'"),
        ("  - {name: a, fixtures: x.txt}\n", "ending in .yaml or .yml or .json"),
        ("  - {name: a, cases_from: x.yaml}\n", "ending in .csv or .jsonl"),
        ("  - {name: a, expect: [{contains: []}]}\n", "tests[0].expect[0].contains is empty, so it tests nothing"),
        ("  - {name: a, expect: [{order: ['']}]}\n", "tests[0].expect[0].order[0] is empty"),
        ("  - {name: a, expect: [{not_contains: ''}]}\n", "not_contains is empty"),
        ("  - {name: a, expect: [{count: {of: '', equals: 1}}]}\n", "count.of is empty"),
        ("  - {name: a b}\n  - {name: 'a  b'}\n", "a test case named 'a b' is already on line"),
        ("  - {name: a, expect: [{count: {of: x}}]}\n", "needs of, and one of equals, at_least, at_most"),
        ("  - {name: a, expect: [{order: x}]}\n", "a list of texts"),
        ("  - {name: a, expect: [{jsonpath: {equals: 1}}]}\n", "has no path"),
        ("  - {name: a, expect: [{tokens_at_most: x}]}\n", "tokens_at_most must be a whole number"),
    ],
)
def test_what_is_written_wrongly_is_found_by_the_linter(basalt: Basalt, repo: Repo, tests: str, words: str) -> None:
    add_tests(repo, tests)
    assert words in basalt("lint", code=1).out
    assert "cannot be tested" in basalt("test", code=1).out


def test_cases_share_values_and_their_own_win(basalt: Basalt, repo: Repo) -> None:
    add_tests(
        repo,
        "  - {name: one, fixtures: people/ada.yaml, expect: [{contains: Answer Ada}]}\n"
        "  - {name: two, fixtures: [people/ada.yaml, cool.json], variables: {message: Bob}, expect: [{contains: cool}, {contains: Bob}]}\n",
        {"_fixtures/people/ada.yaml": "message: Ada\n", "_fixtures/cool.json": '{"tone": "cool"}'},
    )
    assert basalt("test").out == "2 cases passed in 2 prompts\n"
    assert "Answer Ada" in basalt("render", "reply", "--case", "one").out
    assert basalt("lint", "--format", "json").json["findings"] == []


def test_a_row_is_a_case(basalt: Basalt, repo: Repo) -> None:
    add_tests(
        repo,
        "  - {name: rows, cases_from: rows.csv, variables: {tone: cool}, expect: [{not_contains: Bob}, {contains: cool}]}\n"
        "  - {name: lines, cases_from: rows.jsonl, expect: [{contains: Answer}]}\n",
        {
            "_fixtures/rows.csv": 'case,message,count\nfirst,"Ada, you",3\n,Bob,\n',
            "_fixtures/rows.jsonl": '{"message": "x", "case": "x"}\n\n{"message": "y", "count": 2}\n',
        },
    )
    failed = checked(basalt("test", "reply", "--format", "json", code=1), "test")
    cases = {case["name"]: case["passed"] for case in failed["prompts"][0]["cases"]}
    assert cases == {"rows[first]": True, "rows[2]": False, "lines[x]": True, "lines[3]": True}
    assert "Answer Ada, you" in basalt("render", "reply", "--case", "rows[first]").out


def test_a_malformed_table_is_the_error_of_its_prompt(basalt: Basalt, repo: Repo) -> None:
    add_tests(repo, "  - {name: t, cases_from: t.csv}\n", {"_fixtures/t.csv": "message,count\na\n"})
    failed = basalt("test", code=1)
    assert "prompts/_fixtures/t.csv:2: the row has 1 cells, but the header has 2" in failed.out
    add_tests(repo, "  - {name: t, cases_from: absent.csv}\n")
    assert "prompts/reply.yaml:10:12: _fixtures/absent.csv does not exist" in basalt("test", code=1).out


SNAPSHOT = """\
# reply

## one thing

### system

Be warm.

### user

Answer Ada
\\# not a heading
"""
WANTS = "  - {name: one thing, variables: {message: Ada}, expect: [{snapshot: true}]}\n"


def test_a_snapshot_is_readable_text_beside_the_prompt(basalt: Basalt, repo: Repo) -> None:
    add_tests(repo, WANTS)
    missing = basalt("test", code=1)
    assert "snapshot: there is none yet" in missing.out
    assert "basalt test --update writes it" in missing.out
    assert basalt("test", "--update").out == "1 case passed in 2 prompts, 1 snapshot written\n"
    assert repo.read("prompts/reply.snap.md") == SNAPSHOT
    assert basalt("test").out == "1 case passed in 2 prompts\n"
    before = (repo.path / "prompts/reply.snap.md").stat().st_mtime_ns
    assert basalt("test", "--update").out == "1 case passed in 2 prompts\n"
    assert (repo.path / "prompts/reply.snap.md").stat().st_mtime_ns == before


def test_a_snapshot_that_differs_is_shown_word_by_word(basalt: Basalt, repo: Repo) -> None:
    add_tests(repo, WANTS)
    basalt("test", "--update")
    repo.write("prompts/reply.yaml", repo.read("prompts/reply.yaml").replace("Answer", "Reply to"))
    failed = basalt("test", code=1)
    assert "[-Answer-]{+Reply to+} Ada" in failed.out
    repo.write("prompts/reply.snap.md", repo.read("prompts/reply.snap.md").replace("\n", "\r\n"))
    basalt("test", "--update")
    assert "Reply to Ada" in repo.read("prompts/reply.snap.md")


def test_a_snapshot_of_no_case_is_reported_and_taken_away(basalt: Basalt, repo: Repo) -> None:
    add_tests(repo, WANTS + WANTS.replace("one thing", "another"))
    basalt("test", "--update")
    add_tests(repo, WANTS)
    assert "reply: the snapshot 'another' is obsolete: no case expects it" in basalt("test").out
    basalt("test", "--update")
    assert "another" not in repo.read("prompts/reply.snap.md")
    add_tests(repo, WANTS.replace("true", "false"))
    basalt("test", "--update")
    assert not (repo.path / "prompts/reply.snap.md").exists()


def test_an_update_of_some_cases_leaves_the_others(basalt: Basalt, repo: Repo) -> None:
    add_tests(repo, WANTS + WANTS.replace("one thing", "another"))
    basalt("test", "--update")
    repo.write("prompts/reply.yaml", repo.read("prompts/reply.yaml").replace("Answer", "Reply to"))
    basalt("test", "--update", "-k", "another")
    text = repo.read("prompts/reply.snap.md")
    assert (text.count("Answer Ada"), text.count("Reply to Ada")) == (1, 1)


def test_a_snapshot_is_no_part_of_a_version(basalt: Basalt, repo: Repo) -> None:
    add_tests(repo, WANTS)
    before = basalt("resolve", "reply", "--format", "json").json["digest"]
    basalt("test", "--update")
    assert basalt("resolve", "reply", "--format", "json").json["digest"] == before
    assert basalt("lint", "--format", "json").json["findings"] == []


def test_ci_does_not_write_snapshots(basalt: Basalt, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    add_tests(repo, WANTS)
    monkeypatch.setenv("CI", "true")
    assert "--update does not run in CI: a review must see the snapshots" in basalt("test", "--update", code=2).err
    assert not (repo.path / "prompts/reply.snap.md").exists()


def test_a_revision_is_tested_as_it_stands(basalt: Basalt, repo: Repo) -> None:
    add_tests(repo, WANTS)
    basalt("test", "--update")
    repo.commit("With a snapshot")
    repo.write("prompts/reply.yaml", repo.read("prompts/reply.yaml").replace("Answer", "Reply to"))
    assert "snapshot: the messages differ from it" in basalt("test", code=1).out
    assert basalt("test", "--at", "HEAD").out == "1 case passed in 2 prompts\n"
    assert (
        "--update writes to the working tree, and --at reads a commit"
        in basalt("test", "--at", "HEAD", "--update", code=2).err
    )


def test_cases_are_chosen_by_name(basalt: Basalt, repo: Repo) -> None:
    cases = ("late parcel", "lost parcel", "parcel", "other")
    add_tests(repo, "".join(f"  - {{name: {name}, variables: {{message: x}}}}\n" for name in cases))
    found = basalt("test", "-k", "reply::o or lost", "--format", "json").json
    assert [case["name"] for prompt in found["prompts"] for case in prompt["cases"]] == ["lost parcel", "other"]
    refused = basalt("test", "-k", "late and", code=2).err
    assert refused == "error: -k cannot be understood: 'late and'\nhint: Example: -k 'late and not parcel'.\n"


def test_no_case_at_all_is_said(basalt: Basalt, repo: Repo) -> None:
    add_tests(repo, WANTS)
    assert "no case matches -k 'nope'" in basalt("test", "-k", "nope", code=2).err
    assert "there is no prompt 'nope'" in basalt("test", "nope", code=3).err


def test_a_case_that_hangs_is_stopped_and_the_rest_goes_on(basalt: Basalt, repo: Repo) -> None:
    loop = "{% for a in range(n) %}{% for b in range(n) %}{% for c in range(n) %}{% endfor %}{% endfor %}{% endfor %}"
    repo.write(
        "prompts/bomb.yaml",
        f'variables: {{n: integer}}\nprompt: "x{loop}"\n'
        "tests:\n  - {name: hangs, variables: {n: 90000}}\n  - {name: explodes, variables: {n: x}}\n"
        "  - {name: is well, variables: {n: 1}}\n",
    )
    started = time.monotonic()
    found = basalt("test", "bomb", "--format", "json", code=1).json["prompts"][0]["cases"]
    assert time.monotonic() - started < 10
    assert [case["passed"] for case in found] == [False, False, True]
    assert "needs more than 2 seconds" in found[0]["failures"][0]["problem"]
    assert "n must be an integer" in found[1]["failures"][0]["problem"]


def test_junit_readers_read_it(basalt: Basalt, repo: Repo, tmp_path: Path) -> None:
    add_tests(repo, expect("{contains: '<late> \"]]>\"'}") + WANTS)
    repo.write("prompts/broken.yaml", "prompt: [\n")
    path = tmp_path / "report.xml"
    path.write_text(basalt("test", "--format", "junit", code=1).out, encoding="utf-8")
    suites = {suite.name: suite for suite in junitparser.JUnitXml.fromfile(str(path))}
    assert {name: (suite.tests, suite.failures, suite.errors) for name, suite in suites.items()} == {
        "greeting": (0, 0, 0), "reply": (2, 2, 0), "broken": (1, 0, 1),
    }  # fmt: skip
    (failure,) = next(iter(suites["reply"])).result
    assert "it does not contain '<late>" in failure.text


def test_what_passed_is_not_rendered_again(basalt: Basalt, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    add_tests(repo, expect("{contains: Answer}"))
    assert basalt("test").out == "1 case passed in 2 prompts\n"
    monkeypatch.setattr("basalt_cli.testing.run_one.render_each", None)
    assert basalt("test").out == "1 case passed in 2 prompts\n"


def test_the_prompts_are_opened_once(basalt: Basalt, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []

    def count(*arguments: Any) -> Any:
        opened.append(arguments)
        return open_catalog(*arguments)

    monkeypatch.setattr("basalt_cli.cli.commands.test.open_catalog", count)
    assert basalt("test", "greeting", "--at", "HEAD").out == "0 cases passed in 1 prompt\n"
    assert len(opened) == 1


def test_a_promotion_holds_snapshots_too(basalt: Basalt, repo: Repo) -> None:
    policy = "trunk: main\nenvironments: {staging: {require: [tests]}}\n"
    add_tests(repo, WANTS)
    repo.commit("No snapshot", {"basalt.yaml": policy})
    refused = basalt("promote", "reply", "--to", "staging", code=1)
    assert "snapshot: there is none yet" in refused.err + refused.out
    basalt("test", "--update")
    repo.commit("With one")
    assert "gate tests: passed, 1 case passed" in basalt("promote", "reply", "--to", "staging").out


def test_a_long_run_shows_how_far_it_is_on_a_terminal(
    basalt: Basalt, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("basalt_cli.cli.progress._FEWEST_TO_SHOW", 1)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    threads: list[int] = []
    from basalt_cli.testing.rendering import render_each

    def count(*arguments: Any) -> object:
        threads.append(threading.active_count())
        return render_each(*arguments)

    monkeypatch.setattr("basalt_cli.testing.run_one.render_each", count)
    before = threading.active_count()
    add_tests(repo, expect("{contains: Answer}"))
    shown = basalt("test")
    assert "Testing" in shown.err
    assert shown.out == "1 case passed in 2 prompts\n"
    # A thread of the bar would keep every rendering from being forked.
    assert set(threads) == {before}


def test_a_carriage_return_is_seen_in_a_snapshot(basalt: Basalt, repo: Repo) -> None:
    add_tests(repo, '  - {name: one, variables: {message: "a\\r\\nb"}, expect: [{snapshot: true}]}\n')
    basalt("test", "reply", "--update")
    assert "a\u240d\nb" in repo.read("prompts/reply.snap.md")
    basalt("test", "reply")
    add_tests(repo, '  - {name: one, variables: {message: "a\\nb"}, expect: [{snapshot: true}]}\n')
    assert "snapshot: the messages differ from it" in basalt("test", "reply", code=1).out


def test_update_keeps_the_snapshots_of_cases_that_cannot_be_rendered(basalt: Basalt, repo: Repo) -> None:
    case = "  - {name: %s, variables: {message: %s}, expect: [{snapshot: true}]}\n"
    add_tests(repo, case % ("one", "hi") + case % ("two", "ho"))
    basalt("test", "reply", "--update")
    kept = repo.read("prompts/reply.snap.md")
    add_tests(repo, case % ("one", "hi, nope: x") + case % ("two", "ho"))
    failed = basalt("test", "reply", "--update", code=1)
    assert "it cannot be rendered: " in failed.out
    assert repo.read("prompts/reply.snap.md").count("## ") == kept.count("## ")
    assert "Answer hi" in repo.read("prompts/reply.snap.md")
