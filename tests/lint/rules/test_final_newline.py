"""Which ends of files are reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.trees import places


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("prompt: a\n", []), ("prompt: a\r\n", []), ("prompt: a", ["1:9"]), ("prompt: a\n\n", ["2:1"]), ("prompt: a\r\n\r\n", ["2:1"]), ("prompt: a \n", []),
        ("prompt: a ", ["1:9"]), ("prompt: a\n \n", ["2:1"]), ("", []), ("\n\n", []), ("prompt: [", []), ("prompt: [\n\n\n", []),
        ("prompt: |\n  a\n\n", ["3:1"]), ("prompt: |+\n  a\n\n", []), ("prompt: >+\n  a\n\n", []), ("prompt: |+\n  a\n\nname: b\n\n", ["5:1"]), ("prompt: |\n  a", ["2:3"]),
    ],
)  # fmt: skip
def test_a_file_ends_in_one_line_break_unless_a_block_keeps_more(text: str, found: list[str], tmp_path: Path) -> None:
    assert places(tmp_path, "final-newline", text) == found
