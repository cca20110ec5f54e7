"""Run the test cases of one prompt: render each, and compare the messages with its expectations and snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from basalt_cli.errors import BasaltError, LimitExceededError
from basalt_cli.model.case_result import CaseFailure, CaseResult, PromptResult, SnapshotState
from basalt_cli.model.prompt import Case, Expectation
from basalt_cli.model.rendered import RenderedMessage
from basalt_cli.sandbox.bounded import run_each
from basalt_cli.testing.cases import list_cases
from basalt_cli.testing.expectations import SLOW_KINDS, build_claim, check_claims, find_missing_package
from basalt_cli.testing.rendering import Rendered, RenderRequest, render_each
from basalt_cli.testing.snapshot_file import format_section, parse_snapshots, section_name, snapshot_path
from basalt_cli.workspace.catalog import Catalog


class _Comparison(NamedTuple):
    """An expectation of a case, and the messages that it is about."""

    expectation: Expectation
    messages: tuple[RenderedMessage, ...]


def check_cases(catalog: Catalog, slug: str, is_chosen: Callable[[str], bool] = lambda _: True) -> PromptResult:
    """Run the cases of a prompt whose names are chosen, in the order of its file."""
    try:
        prompt = catalog.get_prompt(slug)
        cases = list_cases(catalog, prompt)
    except BasaltError as error:
        return PromptResult(slug, error=_describe(error))
    data = catalog.tree.read(snapshot_path(slug))
    sections = parse_snapshots(data.decode(errors="replace")) if data is not None else {}
    chosen = [case for case in cases if is_chosen(case.name)]
    rendered = render_each([RenderRequest(catalog, slug, case.variables) for case in chosen])
    failures = _find_failures(chosen, rendered)
    results = tuple(
        _build_result(case, found, failed, sections)
        for case, found, failed in zip(chosen, rendered, failures, strict=True)
    )
    expected = {section_name(case.name) for case in cases if case.wants_snapshot}
    return PromptResult(slug, results, tuple(name for name in sections if name not in expected))


def _find_failures(cases: Sequence[Case], rendered: Sequence[Rendered | BasaltError]) -> list[list[CaseFailure]]:
    """Return for each case the expectations that its messages do not meet; snapshots are compared elsewhere."""
    comparisons = [
        [
            _Comparison(expectation, found.messages)
            for expectation in case.expectations
            if expectation.kind != "snapshot"
        ]
        if isinstance(found, Rendered)
        else []
        for case, found in zip(cases, rendered, strict=True)
    ]
    problems = iter(_find_problems([one for of_case in comparisons for one in of_case]))
    return [
        [_build_failure(one, problem) for one in of_case if (problem := next(problems)) is not None]
        for of_case in comparisons
    ]


def _find_problems(comparisons: Sequence[_Comparison]) -> list[str | None]:
    """Return why each expectation is not met, None where it is; those that may be slow share one bounded process."""
    problems = [find_missing_package(one.expectation.kind) for one in comparisons]
    indexes: dict[bool, list[int]] = {True: [], False: []}
    for index, (one, problem) in enumerate(zip(comparisons, problems, strict=True)):
        if problem is None:
            indexes[one.expectation.kind in SLOW_KINDS].append(index)
    claims = {index: build_claim(*comparisons[index]) for index in (*indexes[True], *indexes[False])}
    slow = run_each(check_claims, None, [claims[index] for index in indexes[True]], "the expectation")
    fast = check_claims(None, [claims[index] for index in indexes[False]])
    for index, answer in zip((*indexes[True], *indexes[False]), (*slow, *fast), strict=True):
        if isinstance(answer, LimitExceededError):
            problems[index] = f"it cannot be checked: {answer.message}"
        elif answer["problem"] is not None:
            problems[index] = str(answer["problem"])
    return problems


def _build_failure(comparison: _Comparison, problem: str) -> CaseFailure:
    """Return the failure of an expectation, with both texts where one text was compared as a whole."""
    expectation, messages = comparison
    texts = build_claim(expectation, messages)["texts"]
    is_whole = expectation.kind == "equals" and isinstance(expectation.value, str)
    failure = CaseFailure(expectation.kind, problem, expectation.message, expectation.role)
    if is_whole and isinstance(texts, list) and len(texts) == 1:
        return failure._replace(wanted=str(expectation.value), got=str(texts[0]))
    return failure


def _build_result(
    case: Case, rendered: Rendered | BasaltError, failures: list[CaseFailure], sections: dict[str, str]
) -> CaseResult:
    line = case.span.line
    if isinstance(rendered, BasaltError):
        return CaseResult(case.name, (CaseFailure(None, f"it cannot be rendered: {_describe(rendered)}"),), line=line)
    if not case.wants_snapshot:
        return CaseResult(case.name, tuple(failures), line=line)
    section = format_section(tuple(show_messages(rendered.messages)))
    kept = sections.get(section_name(case.name))
    if kept is None:
        failure = CaseFailure("snapshot", "there is none yet", got=section)
        return CaseResult(case.name, (*failures, failure), SnapshotState.MISSING, section, line)
    if kept != section:
        failure = CaseFailure("snapshot", "the messages differ from it", wanted=kept, got=section)
        return CaseResult(case.name, (*failures, failure), SnapshotState.DIFFERS, section, line)
    return CaseResult(case.name, tuple(failures), SnapshotState.MATCHED, section, line)


def show_messages(messages: tuple[RenderedMessage, ...]) -> Iterator[tuple[str, str]]:
    """Yield role and text of each message, with a line for each image and file."""
    for message in messages:
        parts = message.content if isinstance(message.content, tuple) else ()
        others = [f"[{part.kind}] {part.content}" for part in parts if part.kind != "text"]
        yield message.role, "\n".join([message.text, *others])


def _describe(error: BasaltError) -> str:
    where = f"{error.place}: " if error.place else ""
    return f"{where}{error.message}"
