"""Which partials are unused."""

from __future__ import annotations

from pathlib import Path

import pytest
from basalt_cli.lint.engine import Source, lint

from tests.lint.trees import make_tree, places, select


def unused(folder: Path, files: dict[str, str | bytes]) -> list[str]:
    return [found.path for found in lint(Source(make_tree(folder, files), "p"), select("unused-partial")).findings]


@pytest.mark.parametrize(
    ("name", "is_reported"),
    [("a.md", True), ("a.txt", True), ("a.j2", True), ("a.jinja", True), ("x/a.md", True), ("a.json", False), ("README.md", False), ("x/CHANGELOG.md", False), ("NOTES.OLD.md", False), ("Notes.md", True)],
)  # fmt: skip
def test_a_partial_that_no_prompt_includes_is_reported(name: str, is_reported: bool, tmp_path: Path) -> None:
    assert unused(tmp_path, {"a.yaml": "prompt: b\n", name: "c"}) == ([f"p/{name}"] if is_reported else [])


def test_partials_of_partials_are_used_and_those_of_unused_ones_are_not(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.yaml": "prompt: '{% include \"one.md\" %}'\n",
        "one.md": "{% include 'two.md' %}",
        "two.md": "2",
        "three.md": "{% include 'four.md' %}",
        "four.md": "4",
    }
    assert unused(tmp_path, files) == ["p/four.md", "p/three.md"]
    # As long as a file cannot be read completely, it may include any partial.
    assert unused(tmp_path, {**files, "b.yaml": "prompt: '{% if %}'\n"}) == []
    assert places(tmp_path, "unused-partial", "prompt: b\n") == []
