"""Raise the problems of a file as one error."""

from __future__ import annotations

from collections.abc import Sequence

from basalt_cli.errors import BasaltError
from basalt_cli.model.source import Problem


def format_problem(path: str, problem: Problem) -> str:
    """Return ``path:line:column: message``."""
    return f"{problem.span.in_file(path)}: {problem.message}"


def raise_problems(path: str, problems: Sequence[Problem], error: type[BasaltError]) -> None:
    """Raise ``error`` with all problems, and the place and help of the first; do nothing where there are none."""
    if not problems:
        return
    ordered = sorted(problems, key=lambda problem: problem.span)
    first = ordered[0]
    place = first.span.in_file(path)
    if len(ordered) == 1:
        raise error(first.message, hint=first.help, place=place)
    listed = "".join(f"\n  {format_problem(path, problem)}" for problem in ordered)
    raise error(f"{len(ordered)} problems:{listed}", hint=first.help, place=place)
