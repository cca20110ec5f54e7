"""Which plain values differ between YAML 1.1 and 1.2."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.trees import places


@pytest.mark.parametrize(
    ("value", "is_reported"),
    [
        ("no", True), ("on", True), ("2026-01-01", True), ("010", True), ("1_000", True), ("1e-3", True), ("12:30", True), ("+.5e3", True),
        ("'no'", False), ("!!str no", False), ("true", False), ("1", False), ("text", False), (".inf", False), ("-.INF", False), (".nan", False), ("null", False),
    ],
)  # fmt: skip
def test_a_value_that_is_read_differently_is_reported(value: str, is_reported: bool, tmp_path: Path) -> None:
    text = f"prompt: a\nmetadata: {{a: {value}}}\n"
    assert places(tmp_path, "ambiguous-scalar", text) == (["2:15"] if is_reported else [])


def test_a_value_over_several_lines_is_text_in_both(tmp_path: Path) -> None:
    assert places(tmp_path, "ambiguous-scalar", "prompt: a\nmetadata:\n  a: no\n   way\n") == []
