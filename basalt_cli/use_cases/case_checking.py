"""Run the test cases of a prompt: render each, and hold it against what it expects."""

from __future__ import annotations

from typing import NamedTuple

from basalt_cli.adapters.bounded import run_bounded
from basalt_cli.errors import BasaltError
from basalt_cli.model.prompt import Case
from basalt_cli.pure.expectations import build_claim, check_claim
from basalt_cli.use_cases.catalog import Catalog
from basalt_cli.use_cases.rendering import render

_NEEDS_LIMITS = ("matches", "json_schema")


class CaseResult(NamedTuple):
    """What came of a case: each failure is one clause; snapshots are not compared here, and counted."""

    name: str
    failures: tuple[str, ...]
    snapshots: int


def check_cases(catalog: Catalog, slug: str) -> tuple[CaseResult, ...]:
    """Run all cases of a prompt, in the order of its file."""
    return tuple(_check(catalog, slug, case) for case in catalog.get_prompt(slug).cases)


def _check(catalog: Catalog, slug: str, case: Case) -> CaseResult:
    snapshots = sum(expectation.kind == "snapshot" for expectation in case.expectations)
    try:
        messages = render(catalog, slug, case.variables).messages
        claims = [build_claim(found, messages) for found in case.expectations if found.kind != "snapshot"]
        answers = [
            run_bounded(check_claim, claim) if claim["kind"] in _NEEDS_LIMITS else check_claim(claim)
            for claim in claims
        ]
    except BasaltError as error:
        return CaseResult(case.name, (f"it cannot be rendered: {error.message}",), snapshots)
    failures = tuple(
        f"{claim['kind']}: {answer['problem']}"
        for claim, answer in zip(claims, answers, strict=True)
        if answer["problem"] is not None
    )
    return CaseResult(case.name, failures, snapshots)
