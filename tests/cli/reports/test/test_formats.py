"""The results of test cases in each format, whole."""

from __future__ import annotations

import json

import pytest
from basalt_cli.cli.reports.test import describe, format_results
from basalt_cli.model.case_result import CaseFailure, CaseResult, PromptResult, SnapshotState
from basalt_cli.testing.expectations import TOKENIZER

CONTAINS = CaseFailure("contains", "it does not contain 'late'", 2, "user")
SNAPSHOT = CaseFailure("snapshot", "the messages differ", None, None, "one\nBe kind.\n", "one\nBe brief.\n")
MISSING = CaseFailure("snapshot", "there is no snapshot yet", None, None, None, "Be kind.\n")
BROKEN = CaseFailure(None, "the variable 'a' is missing")
RESULTS = [
    PromptResult(
        "support/reply",
        (
            CaseResult("passes", (), SnapshotState.MATCHED),
            CaseResult("late <parcel>", (CONTAINS, SNAPSHOT), SnapshotState.DIFFERS),
            CaseResult("new", (MISSING, BROKEN), SnapshotState.MISSING),
            CaseResult("plain", (), SnapshotState.WRITTEN),
        ),
        ("old case",),
    ),
    PromptResult("broken", error="the file is not valid"),
    PromptResult("good", (CaseResult("one"),)),
]


@pytest.mark.parametrize(
    ("failure", "text"),
    [
        (CONTAINS, "contains (message 2, user): it does not contain 'late'"),
        (CONTAINS._replace(role=None, message=0), "contains (message 0): it does not contain 'late'"),
        (CONTAINS._replace(message=None), "contains (user): it does not contain 'late'"),
        (SNAPSHOT, "snapshot: the messages differ"),
        (BROKEN, "the variable 'a' is missing"),
    ],
)
def test_a_failure_is_described_with_what_its_expectation_is_limited_to(failure: CaseFailure, text: str) -> None:
    assert describe(failure) == text


def test_text_shows_each_failure_and_counts_the_rest() -> None:
    assert format_results("text", RESULTS) == (
        "support/reply\n"
        "  late <parcel>  failed\n"
        "    contains (message 2, user): it does not contain 'late'\n"
        "    snapshot: the messages differ\n"
        "      one\n"
        "      Be [-kind-]{+brief+}.\n"
        "\n"
        "  new  failed\n"
        "    snapshot: there is no snapshot yet\n"
        "      basalt test --update writes it\n"
        "    the variable 'a' is missing\n"
        "support/reply: the snapshot 'old case' is obsolete: no case expects it\n"
        "broken  cannot be tested: the file is not valid\n"
        "2 cases failed, 1 prompt could not be tested, 3 cases passed in 3 prompts, 1 snapshot written\n"
    )
    assert format_results("text", RESULTS[2:]) == "1 case passed in 1 prompt\n"
    assert format_results("text", []) == "0 cases passed in 0 prompts\n"


def test_json_has_every_field_of_a_failure_and_a_summary() -> None:
    found = json.loads(format_results("json", RESULTS))
    assert found["summary"] == {"cases": 5, "failed": 2, "errors": 1, "obsolete": 1}
    assert found["tokenizer"] == TOKENIZER
    assert [(prompt["slug"], prompt["error"], prompt["obsolete"]) for prompt in found["prompts"]] == [
        ("support/reply", None, ["old case"]), ("broken", "the file is not valid", []), ("good", None, [])
    ]  # fmt: skip
    cases = found["prompts"][0]["cases"]
    assert [(case["name"], case["passed"], case["snapshot"]) for case in cases] == [
        ("passes", True, "matched"), ("late <parcel>", False, "differs"), ("new", False, "missing"), ("plain", True, "written")
    ]  # fmt: skip
    assert cases[1]["failures"] == [
        {"expectation": "contains", "problem": "it does not contain 'late'", "message": 2, "role": "user", "wanted": None, "got": None},
        {"expectation": "snapshot", "problem": "the messages differ", "message": None, "role": None, "wanted": "one\nBe kind.\n", "got": "one\nBe brief.\n"},
    ]  # fmt: skip
    assert found["prompts"][2]["cases"][0]["snapshot"] is None


def test_junit_has_a_suite_for_each_prompt_and_an_error_for_one_that_could_not_be_tested() -> None:
    assert format_results("junit", RESULTS) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<testsuites name="basalt test" tests="6" failures="2" errors="1">\n'
        '  <testsuite name="support/reply" tests="4" failures="2" errors="0">\n'
        '    <testcase name="passes" classname="support/reply"/>\n'
        '    <testcase name="late &lt;parcel&gt;" classname="support/reply">\n'
        '      <failure type="contains" message="contains (message 2, user): it does not contain \'late\'">'
        "contains (message 2, user): it does not contain 'late'</failure>\n"
        '      <failure type="snapshot" message="snapshot: the messages differ">'
        "snapshot: the messages differ\none\nBe [-kind-]{+brief+}.\n</failure>\n"
        "    </testcase>\n"
        '    <testcase name="new" classname="support/reply">\n'
        '      <failure type="snapshot" message="snapshot: there is no snapshot yet">'
        "snapshot: there is no snapshot yet</failure>\n"
        "      <failure type=\"rendering\" message=\"the variable 'a' is missing\">the variable 'a' is missing</failure>\n"
        "    </testcase>\n"
        '    <testcase name="plain" classname="support/reply"/>\n'
        "  </testsuite>\n"
        '  <testsuite name="broken" tests="1" failures="0" errors="1">\n'
        '    <testcase name="all cases" classname="broken">\n'
        '      <error message="the file is not valid"/>\n'
        "    </testcase>\n"
        "  </testsuite>\n"
        '  <testsuite name="good" tests="1" failures="0" errors="0">\n'
        '    <testcase name="one" classname="good"/>\n'
        "  </testsuite>\n"
        "</testsuites>\n"
    )
