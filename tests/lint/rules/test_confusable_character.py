"""Which letters are taken for others."""

from __future__ import annotations

from pathlib import Path

import pytest
from basalt_cli.lint.rules.confusable_character import find_confusables

from tests.lint.trees import places


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("p\u0430y", [(1, "\u0430", "a")]), ("\u0410PPROVED", [(0, "\u0410", "A")]), ("P\u0430\u0435yment", [(1, "\u0430", "a"), (2, "\u0435", "e")]),
        ("\uff21BC", [(0, "\uff21", "A")]), ("x\U0001d41ayz", [(1, "\U0001d41a", "a")]), ("\u03bfne", [(0, "\u03bf", "o")]),
        # Words of one script, with other letters of it, of which most are foreign, or that are too short.
        ("\u043e\u043d\u0430", []), ("JSON\u043e\u043c", []), ("JSON\u043e\u0436", []), ("a\u0430\u0435", []), ("ab\u0430\u0435", []), ("abc\u0430\u0435", [(3, "\u0430", "a"), (4, "\u0435", "e")]),
        ("a\u0430", []), ("caf\xe9", []), ("plain", []), ("\u0430 plain", []), ("p_\u0430", []), ("", []),
    ],
)  # fmt: skip
def test_a_letter_is_confusable_in_a_word_of_mostly_ascii_letters(word: str, found: list[tuple[int, str, str]]) -> None:
    assert list(find_confusables(word)) == found
    assert list(find_confusables(f"two words {word}.")) == [(index + 10, *rest) for index, *rest in found]


def test_a_finding_names_both_letters(tmp_path: Path) -> None:
    assert places(tmp_path, "confusable-character", "# p\u0430y\nprompt: Hello\n") == ["1:4"]
