"""Results of test cases for people: each failure, then a summary; cases that passed are only counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from basalt_cli.cli.output import Segment, format_lines
from basalt_cli.cli.reports.diff.text_format import show_words
from basalt_cli.cli.reports.test import describe
from basalt_cli.model.case_result import CaseFailure, PromptResult, SnapshotState
from basalt_cli.text.words import plural


def format_results(results: Sequence[PromptResult]) -> str:
    """Return the results as text."""
    return format_lines(_show(results))


def _show(results: Sequence[PromptResult]) -> Iterator[list[Segment]]:
    for result in results:
        failed = [case for case in result.cases if case.failures]
        if result.error is not None:
            yield [Segment(result.slug, "bold"), Segment("  cannot be tested: ", "bold red"), Segment(result.error)]
        if failed:
            yield [Segment(result.slug, "bold")]
        for case in failed:
            yield [Segment(f"  {case.name}  "), Segment("failed", "bold red")]
            for failure in case.failures:
                yield from _show_failure(failure)
        for name in result.obsolete:
            yield [Segment(f"{result.slug}: the snapshot {name!r} is obsolete: no case expects it", "yellow")]
    yield _summarise(results)


def _show_failure(failure: CaseFailure) -> Iterator[list[Segment]]:
    yield [Segment(f"    {describe(failure)}")]
    if failure.wanted is not None and failure.got is not None:
        yield from ([Segment("      "), *line] for line in show_words(failure.wanted, failure.got))
    elif failure.got is not None:
        yield [Segment("      basalt test --update writes it", "dim")]


def _summarise(results: Sequence[PromptResult]) -> list[Segment]:
    cases = [case for result in results for case in result.cases]
    failed = sum(1 for case in cases if case.failures)
    broken = sum(1 for result in results if result.error is not None)
    written = sum(1 for case in cases if case.snapshot is SnapshotState.WRITTEN)
    parts = [f"{plural(failed, 'case')} failed"] if failed else []
    parts += [f"{plural(broken, 'prompt')} could not be tested"] if broken else []
    parts.append(f"{plural(len(cases) - failed, 'case')} passed in {plural(len(results), 'prompt')}")
    parts += [f"{plural(written, 'snapshot')} written"] if written else []
    return [Segment(", ".join(parts), "bold red" if failed or broken else "green")]
