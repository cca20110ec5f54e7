"""Which paths of prompts are slugs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.trees import brief, find, places


@pytest.mark.parametrize(
    ("path", "message", "help_text"),
    [
        ("a.yml", "the file of a prompt ends in .yaml", "Rename it with git mv to a.yaml."),
        ("Support/Reply.yml", "the file of a prompt ends in .yaml", "Rename it with git mv to Reply.yaml."),
        ("a-.yaml", "'a-' is not a slug: ", "Rename the file with git mv."),
        ("support/describe.yaml", "'support/describe' is not a slug: ", "Rename the file with git mv."),
    ],
)
def test_a_path_that_is_not_a_slug_is_reported_at_the_start_of_the_file(
    path: str, message: str, help_text: str, tmp_path: Path
) -> None:
    (found,) = find(tmp_path, "prompt: a\n", "bad-slug", path=path)
    assert brief((found,)) == [f"prompts/{path}:1:1 S206"]
    assert (found.message.startswith(message), found.help) == (True, help_text)


@pytest.mark.parametrize("path", ["a.yaml", "support/reply_2.yaml", "Voice.md", "x.yml.md"])
def test_slugs_and_partials_are_not_reported(path: str, tmp_path: Path) -> None:
    assert find(tmp_path, "prompt: a\n", "bad-slug", path=path) == ()
    assert places(tmp_path, "bad-slug", "prompt: a\n") == []
