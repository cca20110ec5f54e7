"""The report of ``basalt test``: a module for each format, each with ``format_results(results) -> str``."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Literal, TypeAlias

from basalt_cli.model.case_result import CaseFailure, PromptResult

TestFormat: TypeAlias = Literal["text", "json", "junit"]


def format_results(name: TestFormat, results: Sequence[PromptResult]) -> str:
    """Return the results in a format."""
    module = import_module(f"basalt_cli.cli.reports.test.{name}_format")
    text: str = module.format_results(results)
    return text


def describe(failure: CaseFailure) -> str:
    """Return a failure as one clause, with the message or role that the expectation is limited to."""
    about = [f"message {failure.message}"] if failure.message is not None else []
    about += [failure.role] if failure.role is not None else []
    where = f" ({', '.join(about)})" if about else ""
    return f"{failure.expectation}{where}: {failure.problem}" if failure.expectation else failure.problem
