"""The results of one prompt's cases."""

from __future__ import annotations

from pathlib import Path

import pytest
from basalt_cli.model.case_result import CaseFailure, CaseResult, PromptResult, SnapshotState
from basalt_cli.model.rendered import RenderedMessage, RenderedPart
from basalt_cli.sandbox import bounded
from basalt_cli.testing.run_one import check_cases, show_messages

from tests.testing.catalogs import open_folder, open_reply

SECTION = "\n### system\n\nBe warm.\n\n### user\n\nAnswer Ada\n\\# not a heading\n"
SNAPSHOT = f"# reply\n\n## one\n{SECTION}"


def test_cases_that_hold_have_no_failures(tmp_path: Path) -> None:
    tests = "  - {name: one, variables: {message: Ada}, expect: [{contains: Ada}]}\n  - {name: two, variables: {message: b}}\n"
    assert check_cases(open_reply(tmp_path, tests), "reply") == PromptResult(
        "reply", (CaseResult("one", line=10), CaseResult("two", line=11))
    )


def test_each_expectation_that_does_not_hold_is_a_failure_in_the_order_of_the_file(tmp_path: Path) -> None:
    tests = (
        "  - {name: one, variables: {message: Ada}, expect: [{matches: x$}, {contains: Bob, role: user}, {contains: Ada},\n"
        "      {json_schema: {}, message: 0}, {equals: Be cool., message: 0}]}\n"
        "  - {name: two, variables: {message: Bob}, expect: [{not_contains: Bob}, {matches: ^Be}]}\n"
    )
    first, second = check_cases(open_reply(tmp_path, tests), "reply").cases
    assert first.failures == (
        CaseFailure("matches", "it does not match 'x$'"),
        CaseFailure("contains", "it does not contain 'Bob'", role="user"),
        CaseFailure("json_schema", "it is not JSON", message=0),
        CaseFailure("equals", "it is not 'Be cool.'", message=0, wanted="Be cool.", got="Be warm."),
    )
    assert second.failures == (CaseFailure("not_contains", "it contains 'Bob'"),)


def test_a_case_that_cannot_be_rendered_fails_alone(tmp_path: Path) -> None:
    tests = "  - {name: one, variables: {message: 1}}\n  - {name: two, variables: {message: b}}\n"
    first, second = check_cases(open_reply(tmp_path, tests), "reply").cases
    (failure,) = first.failures
    assert failure.expectation is None
    assert failure.problem.startswith("it cannot be rendered: ")
    assert "message" in failure.problem
    assert second.failures == ()


def test_only_chosen_cases_run(tmp_path: Path) -> None:
    tests = "".join(f"  - {{name: {name}, variables: {{message: x}}}}\n" for name in ("a", "b", "ab"))
    result = check_cases(open_reply(tmp_path, tests), "reply", lambda name: "a" in name)
    assert [case.name for case in result.cases] == ["a", "ab"]


def test_a_prompt_with_errors_has_one_error_and_no_cases(tmp_path: Path) -> None:
    catalog = open_folder(tmp_path, {"broken.yaml": "prompt: [\n"})
    result = check_cases(catalog, "broken")
    assert result.cases == ()
    assert result.error is not None
    assert "prompts/broken.yaml:" in result.error


@pytest.mark.parametrize(
    ("snapshot", "state", "failures"),
    [
        (SNAPSHOT, SnapshotState.MATCHED, ()),
        (SNAPSHOT.replace("\n", "\r\n"), SnapshotState.MATCHED, ()),
        (None, SnapshotState.MISSING, (CaseFailure("snapshot", "there is none yet", got=SECTION),)),
        (
            SNAPSHOT.replace("Ada", "Bob"), SnapshotState.DIFFERS,
            (CaseFailure("snapshot", "the messages differ from it", wanted=SECTION.replace("Ada", "Bob"), got=SECTION),),
        ),
    ],
)  # fmt: skip
def test_the_messages_are_compared_with_the_snapshot(
    tmp_path: Path, snapshot: str | None, state: SnapshotState, failures: tuple[CaseFailure, ...]
) -> None:
    tests = "  - {name: one, variables: {message: Ada}, expect: [{snapshot: true}, {contains: Ada}]}\n"
    files: dict[str, str | bytes] = {} if snapshot is None else {"reply.snap.md": snapshot}
    result = check_cases(open_reply(tmp_path, tests, files), "reply")
    assert result == PromptResult("reply", (CaseResult("one", failures, state, SECTION, 10),))


def test_snapshots_of_no_case_are_obsolete(tmp_path: Path) -> None:
    tests = "  - {name: one, variables: {message: Ada}, expect: [{snapshot: true}]}\n  - {name: two, variables: {message: b}}\n"
    files: dict[str, str | bytes] = {"reply.snap.md": f"{SNAPSHOT}\n## two\n{SECTION}\n## three\n{SECTION}"}
    result = check_cases(open_reply(tmp_path, tests, files), "reply", lambda name: name == "two")
    assert result.obsolete == ("two", "three")


def test_slow_expectations_are_stopped_and_the_others_are_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "ALL_SECONDS", 0.5)
    slow = "{matches: '^(i+)+$', message: 1}"
    tests = (
        f"tests:\n  - {{name: one, expect: [{slow}, {{contains: warm}}, {slow}]}}\n"
        "  - {name: two, expect: [{contains: zzz}]}\n"
    )
    catalog = open_folder(tmp_path, {"a.yaml": f"system: warm\nprompt: '{'i' * 40}x'\n{tests}"})
    one, two = check_cases(catalog, "a").cases
    assert [failure.problem for failure in one.failures] == [
        "it cannot be checked: the expectation needs more than 2 seconds, 512 MiB or 13 MiB of output",
        "it cannot be checked: not run: the cases before it took 0.5 seconds",
    ]
    assert [failure.problem for failure in two.failures] == ["it does not contain 'zzz'"]


def test_images_and_files_are_shown_as_lines() -> None:
    parts = (RenderedPart("text", "look"), RenderedPart("image", "https://x/y.png"), RenderedPart("text", "here"))
    messages = (RenderedMessage("system", "plain"), RenderedMessage("user", parts))
    assert list(show_messages(messages)) == [("system", "plain"), ("user", "look\n\nhere\n[image] https://x/y.png")]
