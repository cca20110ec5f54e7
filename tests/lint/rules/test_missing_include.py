"""Which includes find no partial."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.trees import find, make_tree, places


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ('include "p.md"', []), ('include "none.md"', ["1:13"]), ('include "none.md" ignore missing', []), ('include ["none.md", "p.md"]', []),
        ('include ["none.md", "gone.md"]', ["1:13"]), ('import "none.md" as x', ["1:13"]), ('from "none.md" import x', ["1:13"]), ('extends "none.md"', ["1:13"]),
        ('include "../p.md"', []),
        # The rule outside-include reports an include with such a name.
        ('include ["../p.md", "none.md"]', []), ('include "/p.md"', []), ('include "outer.md"', ["1:13"]), ('include "optional.md"', []), ('include "loop.md"', ["1:13"]), ('include "far.md"', ["1:13"]),
    ],
)  # fmt: skip
def test_an_include_needs_a_partial_unless_it_is_optional(tag: str, found: list[str], tmp_path: Path) -> None:
    partials = {
        "p.md": "a",
        "outer.md": "{% include 'none.md' %}",
        "far.md": "{% include 'outer.md' %}",
        "optional.md": "{% include 'none.md' ignore missing %}{% include '../x' %}",
        "loop.md": "{% include 'loop.md' %}{% include 'none.md' %}",
    }
    assert places(tmp_path, "missing-include", "prompt: '{% " + tag + " %}'\n", partials) == found


@pytest.mark.parametrize(
    ("tag", "message", "help_text"),
    [
        ('include ["none.md", "gone.md"]', "the partial 'none.md' or 'gone.md' does not exist", "Name a partial by its path from the prompts folder."),
        ('include "p/vioce.md"', "the partial 'p/vioce.md' does not exist", "Name a partial by its path from the prompts folder."),
        ('include "link.md"', "the partial 'link.md' does not exist", "It is a symbolic link or a submodule: replace it by a file."),
        ('include "b.yaml"', "the partial 'b.yaml' does not exist", "A prompt cannot be included: move the shared text into a partial, such as partials/voice.md."),
        ('include "b.yml"', "the partial 'b.yml' does not exist", "A prompt cannot be included: move the shared text into a partial, such as partials/voice.md."),
        ('include "outer.md"', "the partial 'x/gone.txt', which outer.md includes, does not exist", "Name a partial by its path from the prompts folder."),
    ],
)  # fmt: skip
def test_the_help_names_the_reason(tag: str, message: str, help_text: str, tmp_path: Path) -> None:
    make_tree(tmp_path, {"p/voice.md": "a", "outer.md": "{% include 'x/gone.txt' %}"})
    (tmp_path / "link.md").symlink_to(tmp_path / "p/voice.md")
    (found,) = find(tmp_path, "prompt: '{% " + tag + " %}'\n", "missing-include")
    assert (found.message, found.help) == (message, help_text)


def test_a_misspelt_name_of_a_partial_in_use_is_guessed(tmp_path: Path) -> None:
    make_tree(tmp_path, {"p/voice.md": "a"})
    (found,) = find(tmp_path, 'prompt: \'{% include "p/voice.md" %}{% include "p/vioce.md" %}\'\n', "missing-include")
    assert found.help == "Did you mean 'p/voice.md'? Name a partial by its path from the prompts folder."
