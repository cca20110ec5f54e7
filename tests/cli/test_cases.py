"""``basalt test``: the cases of prompts, what they take from files, and their snapshots."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import junitparser
import pytest
from basalt_cli.sandbox import workers

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


@pytest.mark.parametrize(
    "expectation",
    [
        "{contains: Answer}", "{contains: [Answer, warm]}", "{not_contains: cool}", "{matches: 'Answer H\\w'}",
        "{equals: Be warm., role: system}", "{max_chars: 60}", "{tokens_at_most: 20}", "{count: {of: hi, equals: 1}}",
        "{count: {of: i, at_least: 2, at_most: 9}}", "{order: [Be, Answer, hi]}", "{contains: warm, message: 0}",
        "{contains: Answer, message: -1}",
    ],
)  # fmt: skip
def test_an_expectation_that_holds_passes(basalt: Basalt, repo: Repo, expectation: str) -> None:
    add_tests(repo, expect(expectation))
    assert basalt("test", "reply").out == "1 case passed in 1 prompt\n"


@pytest.mark.parametrize(
    ("expectation", "words"),
    [
        ("{contains: late}", "contains: it does not contain 'late'"),
        ("{not_contains: warm}", "not_contains: it contains 'warm'"),
        ("{matches: '^x'}", "matches: it does not match '^x'"),
        ("{matches: '('}", "matches: '(' is no regular expression"),
        ("{max_chars: 5}", "max_chars: it has 39 characters, and at most 5 may be"),
        ("{tokens_at_most: 3}", "tokens (o200k_base), and at most 3 may be"),
        ("{count: {of: hi, equals: 4}}", "count: it has 'hi' 1 times, and not 4"),
        ("{count: {of: hi, at_least: 2}}", "count: it has 'hi' 1 times, and at least 2 must be"),
        ("{count: {of: hi, at_most: 0}}", "count: it has 'hi' 1 times, and at most 0 may be"),
        ("{order: [hi, Answer]}", "order: it does not contain 'Answer' behind 'hi'"),
        ("{json_schema: {type: object}}", "json_schema: it is not JSON"),
        ("{contains: warm, role: user}", "contains (user): it does not contain 'warm'"),
        ("{contains: Answer, message: 0}", "contains (message 0): it does not contain 'Answer'"),
        ("{contains: x, message: 7}", "contains (message 7): there is no such message"),
    ],
)
def test_one_that_does_not_hold_is_said(basalt: Basalt, repo: Repo, expectation: str, words: str) -> None:
    add_tests(repo, expect(expectation))
    failed = basalt("test", code=1)
    assert words in failed.out
    assert failed.out.endswith("1 case failed, 0 cases passed in 2 prompts\n")


def test_words_that_differ_are_shown(basalt: Basalt, repo: Repo) -> None:
    add_tests(repo, expect("{equals: Be cool., role: system}"))
    assert "      Be [-cool-]{+warm+}." in basalt("test", code=1).out


@pytest.mark.parametrize(
    ("expectation", "words"),
    [
        ("{path: $.a.b, equals: 1}", None),
        ("{path: '$.items[*].id', equals: 7}", None),
        ("{path: $.absent, exists: false}", None),
        ("{path: $.name, matches: ^A}", None),
        ("{path: $.t, matches: ^true$}", None),
        ("{path: $.a.b, equals: 2}", "jsonpath: $.a.b is '1', and not '2'"),
        ("{path: $.a.b, equals: true}", "jsonpath: $.a.b is '1', and not 'true'"),
        ("{path: $.absent}", "jsonpath: $.absent does not exist"),
        ("{path: $.a, exists: false}", "jsonpath: $.a exists"),
        ("{path: $.name, matches: ^B}", "which does not match '^B'"),
        ("{path: '$.['}", "is no JSONPath"),
    ],
)
def test_a_path_leads_into_json(basalt: Basalt, repo: Repo, expectation: str, words: str | None) -> None:
    text = '{"a": {"b": 1}, "items": [{"id": 6}, {"id": 7}], "name": "Ada", "t": true}'
    repo.write(
        "prompts/json.yaml", f"prompt: '{text}'\ntests: [{{name: one, expect: [{{jsonpath: {expectation}}}]}}]\n"
    )
    done = basalt("test", "json", code=0 if words is None else 1)
    assert words is None or words in done.out


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
    assert basalt("lint").code == 0


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


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("t.csv", 'message\n"a', "no CSV"),
        ("t.csv", "message,message\na,b\n", "t.csv:1: two columns are called 'message'"),
        ("t.csv", "message,,\na,b,c\n", "two columns have no name"),
        ("t.csv", "message,count\na\n", "t.csv:2: the row has 1 cells, and the header 2"),
        ("t.csv", "message,count\na,x\n", "t.csv:2: count is not JSON"),
        ("t.jsonl", "{}\n{", "t.jsonl:2:2: not JSON"),
        ("t.jsonl", "[1]", "the line is no mapping"),
        ("t.jsonl", '{"message": "a", "case": "b"}\n{"message": "a", "case": "b"}', "two cases are called 't[b]'"),
        ("t.csv", b"message\n\xff\n", "not UTF-8"),
        ("t.csv", "message\n" + "a\n" * 1001, "1,001 rows"), ("t.csv", "message\n", "has no rows"),
        ("t.csv", "message\n" + "a" * 300_000 + "\n", "longer than 256 KiB"),
        ("t.csv", "message,count\na," + "[" * 50_000 + "\n", "count is not JSON"),
    ],
)  # fmt: skip
def test_a_table_that_is_amiss_is_said_with_its_line(
    basalt: Basalt, repo: Repo, name: str, text: str | bytes, words: str
) -> None:
    add_tests(repo, f"  - {{name: t, cases_from: {name}}}\n")
    repo.write(f"prompts/_fixtures/{name}", text)
    assert words in basalt("test", code=1).out


def test_a_file_that_is_not_there_is_said(basalt: Basalt, repo: Repo) -> None:
    add_tests(repo, "  - {name: t, fixtures: absent.yaml}\n", {"_fixtures/there.yaml": "x: 1\n"})
    assert "there is no _fixtures/absent.yaml" in basalt("test", code=1).out


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
    assert "reply: the snapshot 'another' is of no case that wants one" in basalt("test").out
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
    assert basalt("lint").code == 0


def test_ci_does_not_write_snapshots(basalt: Basalt, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    add_tests(repo, WANTS)
    monkeypatch.setenv("CI", "true")
    assert "--update is not for CI" in basalt("test", "--update", code=2).err
    assert not (repo.path / "prompts/reply.snap.md").exists()


def test_a_revision_is_tested_as_it_stands(basalt: Basalt, repo: Repo) -> None:
    add_tests(repo, WANTS)
    basalt("test", "--update")
    repo.commit("With a snapshot")
    repo.write("prompts/reply.yaml", repo.read("prompts/reply.yaml").replace("Answer", "Reply to"))
    basalt("test", code=1)
    assert basalt("test", "--at", "HEAD").out == "1 case passed in 2 prompts\n"
    assert "--update goes with the working tree" in basalt("test", "--at", "HEAD", "--update", code=2).err


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("late", ["late parcel"]), ("LATE or lost", ["late parcel", "lost parcel"]),
        ("parcel and not (late or lost)", ["parcel"]), ("not parcel", ["other"]), ("reply::o", ["other"]),
        ("not not late", ["late parcel"]),
    ],
)  # fmt: skip
def test_cases_are_chosen_by_name(basalt: Basalt, repo: Repo, expression: str, names: list[str]) -> None:
    cases = ("late parcel", "lost parcel", "parcel", "other")
    add_tests(repo, "".join(f"  - {{name: {name}, variables: {{message: x}}}}\n" for name in cases))
    found = basalt("test", "-k", expression, "--format", "json").json
    assert [case["name"] for prompt in found["prompts"] for case in prompt["cases"]] == names


@pytest.mark.parametrize("expression", ["", "and", "late and", "(late", "late)", "not", "a b", "not " * 5000 + "x"])
def test_an_expression_that_is_none_is_refused(basalt: Basalt, repo: Repo, expression: str) -> None:
    assert "cannot be understood" in basalt("test", "-k", expression, code=2).err


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


def test_what_passed_is_not_run_again(basalt: Basalt, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    from basalt_cli.testing.rendering import render_several

    ran: list[str] = []

    def count(catalog: Any, slug: str, values: Any) -> object:
        ran.append(slug)
        return render_several(catalog, slug, values)

    monkeypatch.setattr("basalt_cli.testing.run_one.render_several", count)
    files = {"_fixtures/x.yaml": "message: x\n", "partials/p.md": "kind"}
    add_tests(repo, WANTS + "  - {name: two, fixtures: x.yaml, expect: [{contains: Answer}]}\n", files)
    repo.write(
        "prompts/reply.yaml",
        repo.read("prompts/reply.yaml").replace("system: Be", "system: '{% include \"partials/p.md\" %}' #"),
    )
    basalt("test", "--update")
    basalt("test")
    ran.clear()
    assert basalt("test").out == "2 cases passed in 2 prompts\n"
    assert ran == []
    for name, text in (
        ("prompts/_fixtures/x.yaml", "message: y\n"), ("prompts/partials/p.md", "kinder"),
        ("prompts/reply.snap.md", "# reply\n"), ("prompts/reply.yaml", REPLY + "tests:\n" + WANTS),
    ):  # fmt: skip
        repo.write(name, text)
        ran.clear()
        basalt("test", code=None)
        assert "reply" in ran, name
        basalt("test", "--update")
        basalt("test")
    repo.write("prompts/reply.yaml", REPLY + "tests:\n" + expect("{contains: late}"))
    for _ in range(2):
        ran.clear()
        basalt("test", code=1)
        assert ran == ["reply"]


def test_many_are_tested_by_several_processes(basalt: Basalt, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_FEWEST_ITEMS", 4)
    for number in range(120):
        repo.write(
            f"prompts/many/p{number}.yaml",
            REPLY + "tests:\n" + expect(f"{{contains: '{'Hi' if number != 77 else 'zzz'}'}}"),
        )
    failed = basalt("test", "--format", "json", code=1).json
    assert failed["summary"] == {"cases": 120, "failed": 1, "errors": 0, "obsolete": 0}


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
    from basalt_cli.testing.rendering import render_several

    def count(*arguments: Any) -> object:
        threads.append(threading.active_count())
        return render_several(*arguments)

    monkeypatch.setattr("basalt_cli.testing.run_one.render_several", count)
    before = threading.active_count()
    add_tests(repo, expect("{contains: Answer}"))
    shown = basalt("test")
    assert "Testing" in shown.err
    assert shown.out == "1 case passed in 2 prompts\n"
    # A thread of the bar would keep every rendering from being forked.
    assert set(threads) == {before}


def test_slow_expectations_do_not_add_up_for_ever(basalt: Basalt, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("basalt_cli.testing.run_one._MOST_SECONDS", 1.5)
    slow = "{matches: '^(i+)+$', message: 1}"
    case = "  - {name: %s, variables: {message: hi}, expect: [%s]}\n"
    text = REPLY.replace("Answer {{ message }}", "{{ 'i' * 40 }}x") + "tests:\n"
    repo.write("prompts/reply.yaml", text + case % ("one", slow) + case % ("two", ", ".join([slow] * 9)))
    repo.write("prompts/reply.yaml", repo.read("prompts/reply.yaml") + case % ("three", "{contains: warm}"))
    failed = basalt("test", "reply", code=1)
    assert "it cannot be judged: the template needs more than" in failed.out
    assert failed.out.count("the cases of this prompt took 1.5 seconds before") >= 7
    # What needs no limits is judged all the same.
    assert "three" not in failed.out


def test_a_carriage_return_is_seen_in_a_snapshot(basalt: Basalt, repo: Repo) -> None:
    add_tests(repo, '  - {name: one, variables: {message: "a\\r\\nb"}, expect: [{snapshot: true}]}\n')
    basalt("test", "reply", "--update")
    assert "a\u240d\nb" in repo.read("prompts/reply.snap.md")
    basalt("test", "reply")
    add_tests(repo, '  - {name: one, variables: {message: "a\\nb"}, expect: [{snapshot: true}]}\n')
    basalt("test", "reply", code=1)


def test_update_keeps_the_snapshots_of_cases_that_cannot_be_rendered(basalt: Basalt, repo: Repo) -> None:
    case = "  - {name: %s, variables: {message: %s}, expect: [{snapshot: true}]}\n"
    add_tests(repo, case % ("one", "hi") + case % ("two", "ho"))
    basalt("test", "reply", "--update")
    kept = repo.read("prompts/reply.snap.md")
    add_tests(repo, case % ("one", "hi, nope: x") + case % ("two", "ho"))
    basalt("test", "reply", "--update", code=1)
    assert repo.read("prompts/reply.snap.md").count("## ") == kept.count("## ")
    assert "Answer hi" in repo.read("prompts/reply.snap.md")
