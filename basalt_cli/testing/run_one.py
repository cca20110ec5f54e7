"""Run the test cases of a prompt: render each, and hold it against what it expects."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from basalt_cli.errors import BasaltError, LimitExceededError
from basalt_cli.model.case_result import CaseFailure, CaseResult, PromptResult, SnapshotState
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Case, Expectation
from basalt_cli.model.rendered import RenderedMessage
from basalt_cli.sandbox.bounded import run_bounded
from basalt_cli.testing.cases import list_cases
from basalt_cli.testing.expectations import NEEDED_MODULES, build_claim, check_claim
from basalt_cli.testing.rendering import Rendered, render_several
from basalt_cli.testing.snapshot_file import format_section, parse_snapshots, section_name, snapshot_path
from basalt_cli.workspace.catalog import Catalog

_NEEDS_LIMITS = ("matches", "json_schema", "jsonpath")
# Each of them is stopped by itself; many that are slow must not add up to an hour.
_MOST_SECONDS = 60.0


def check_cases(catalog: Catalog, slug: str, is_chosen: Callable[[str], bool] = lambda _: True) -> PromptResult:
    """Run the cases of a prompt that are chosen by name, in the order of its file."""
    try:
        prompt = catalog.get_prompt(slug)
        cases = list_cases(catalog, prompt)
    except BasaltError as error:
        return PromptResult(slug, error=_describe(error))
    data = catalog.tree.read(snapshot_path(slug))
    sections = parse_snapshots(data.decode(errors="replace")) if data is not None else {}
    chosen = [case for case in cases if is_chosen(case.name)]
    rendered = render_several(catalog, slug, [case.variables for case in chosen])
    judge = _Judge()
    results = tuple(_check(case, found, sections, judge) for case, found in zip(chosen, rendered, strict=True))
    wanted = {section_name(case.name) for case in cases if case.wants_snapshot}
    return PromptResult(slug, results, tuple(name for name in sections if name not in wanted))


def _check(case: Case, rendered: Rendered | BasaltError, sections: dict[str, str], judge: _Judge) -> CaseResult:
    if isinstance(rendered, BasaltError):
        failure = CaseFailure(None, f"it cannot be rendered: {_describe(rendered)}")
        return CaseResult(case.name, (failure,), line=case.span.line)
    messages = rendered.messages
    failures = [
        found for expected in case.expectations if (found := judge.find_failure(expected, messages)) is not None
    ]
    if not case.wants_snapshot:
        return CaseResult(case.name, tuple(failures), line=case.span.line)
    section = format_section(tuple(show_messages(messages)))
    kept = sections.get(section_name(case.name))
    state = SnapshotState.MATCHED
    if kept is None:
        failures.append(CaseFailure("snapshot", "there is none yet", got=section))
        state = SnapshotState.MISSING
    elif kept != section:
        failures.append(CaseFailure("snapshot", "it is not what the snapshot has", wanted=kept, got=section))
        state = SnapshotState.DIFFERS
    return CaseResult(case.name, tuple(failures), state, section, case.span.line)


class _Judge:
    """Holds messages against expectations, for one prompt: what its expectations may take in all is limited."""

    def __init__(self) -> None:
        self._seconds_left = _MOST_SECONDS

    def find_failure(self, expectation: Expectation, messages: tuple[RenderedMessage, ...]) -> CaseFailure | None:
        """Return how messages fail an expectation; None where they do not."""
        kind = expectation.kind
        if kind == "snapshot":
            return None
        try:
            problem = self._find_problem(expectation, messages)
        except BasaltError as error:
            problem = f"it cannot be judged: {_describe(error)}"
        if problem is None:
            return None
        wanted = expectation.value if kind == "equals" and isinstance(expectation.value, str) else None
        texts = build_claim(expectation, messages)["texts"]
        got = str(texts[0]) if wanted is not None and isinstance(texts, list) and len(texts) == 1 else None
        shown = wanted if got is not None else None
        return CaseFailure(kind, problem, expectation.message, expectation.role, shown, got)

    def _find_problem(self, expectation: Expectation, messages: tuple[RenderedMessage, ...]) -> str | None:
        kind = expectation.kind
        module = NEEDED_MODULES.get(kind)
        if module is not None and not _has_module(module):
            return "it needs a package that is not installed: pip install 'basalt-cli[tests]'"
        claim = build_claim(expectation, messages)
        problem = (self._check_bounded(claim) if kind in _NEEDS_LIMITS else check_claim(claim))["problem"]
        return str(problem) if problem is not None else None

    def _check_bounded(self, claim: dict[str, Json]) -> dict[str, Json]:
        if self._seconds_left <= 0:
            hint = "Look for a slow regular expression, or split the cases among prompts."
            raise LimitExceededError(f"the cases of this prompt took {_MOST_SECONDS:g} seconds before", hint=hint)
        started = time.monotonic()
        try:
            return run_bounded(check_claim, claim)
        finally:
            self._seconds_left -= time.monotonic() - started


def _has_module(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(name) is not None


def show_messages(messages: tuple[RenderedMessage, ...]) -> Iterator[tuple[str, str]]:
    """Yield role and text of each message, with a line for each image and file."""
    for message in messages:
        parts = message.content if isinstance(message.content, tuple) else ()
        others = [f"[{part.kind}] {part.content}" for part in parts if part.kind != "text"]
        yield message.role, "\n".join([message.text, *others])


def _describe(error: BasaltError) -> str:
    where = f"{error.place}: " if error.place else ""
    return f"{where}{error.message}"
