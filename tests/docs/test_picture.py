from __future__ import annotations

from pathlib import Path

import pytest
from tools.docs import picture
from tools.docs.pages import ROOT
from tools.docs.picture import PICTURE, check_picture, list_words, make_picture


def test_the_picture_shows_what_commands_print_and_is_the_same_each_time() -> None:
    svg = make_picture()
    words = " ".join(list_words(svg))
    assert "$ basalt lint prompts/support/reply.yaml:27:24: error T302 the variable 'oder' is not declared" in words
    assert "$ basalt status PROMPT LATEST STAGING PRODUCTION" in words
    assert make_picture() == svg


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("", "", None),
        (
            "<style>",
            "<style>@font-face { src: url(https://fonts.example/a.woff) }",
            f"{PICTURE} loads something from elsewhere",
        ),
        (">PROMPT", ">PRUMPT", f"{PICTURE} is not what the commands print: run python -m tools.docs picture"),
    ],
)
def test_a_picture_of_other_words_or_with_a_font_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, problem: str | None
) -> None:
    svg = (ROOT / PICTURE).read_text(encoding="utf-8")
    monkeypatch.setattr(picture, "make_picture", lambda: svg)
    path = tmp_path / PICTURE
    path.parent.mkdir(parents=True)
    path.write_text(svg.replace(old, new) if old else svg, encoding="utf-8")
    assert check_picture(tmp_path) == ([problem] if problem else [])
