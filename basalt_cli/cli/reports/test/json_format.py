"""Results of test cases as JSON; the schema is schemas/output/test.schema.json."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from basalt_cli.cli.output import format_json
from basalt_cli.model.case_result import CaseResult, PromptResult
from basalt_cli.testing.expectations import TOKENIZER


def format_results(results: Sequence[PromptResult]) -> str:
    """Return the results of each prompt, and a summary."""
    cases = [case for result in results for case in result.cases]
    found = {
        "prompts": [
            {
                "slug": result.slug,
                "error": result.error,
                "obsolete": list(result.obsolete),
                "cases": [_case_to_json(case) for case in result.cases],
            }
            for result in results
        ],
        "summary": {
            "cases": len(cases),
            "failed": sum(1 for case in cases if case.failures),
            "errors": sum(1 for result in results if result.error is not None),
            "obsolete": sum(len(result.obsolete) for result in results),
        },
        "tokenizer": TOKENIZER,
    }
    return format_json(found)


def _case_to_json(case: CaseResult) -> dict[str, Any]:
    return {
        "name": case.name,
        "passed": not case.failures,
        "snapshot": case.snapshot.value if case.snapshot is not None else None,
        "failures": [
            {
                "expectation": failure.expectation,
                "problem": failure.problem,
                "message": failure.message,
                "role": failure.role,
                "wanted": failure.wanted,
                "got": failure.got,
            }
            for failure in case.failures
        ],
    }
