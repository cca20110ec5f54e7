from __future__ import annotations

from pathlib import Path

import pytest
from basalt_cli.diff.comparison import compare_sides
from basalt_cli.diff.renames import join_renames, measure_similarity, pair_renames
from basalt_cli.model.change import Change, PromptDiff, Risk

from tests.diff.folders import Files, open_folders

TEXT = "name: n\nfeature: f\nprompt: |\n  one\n  two\n"


def compare(path: Path, old: Files, new: Files) -> list[tuple[str, str | None, str | None, list[str]]]:
    """Return slug, both labels and the codes of each prompt."""
    diffs = compare_sides(open_folders(path, old, new))
    return [(diff.slug, diff.old, diff.new, [change.code for change in diff.changes]) for diff in diffs]


def test_an_equal_text_under_another_slug_is_a_rename(tmp_path: Path) -> None:
    sides = open_folders(tmp_path, {"a.yaml": TEXT}, {"b.yaml": TEXT})
    (diff,) = compare_sides(sides)
    rename = Change("prompt-moved", "", "a", "b", Risk.BREAKING, "the prompt was renamed from a")
    assert diff == PromptDiff("b", "old", "new", (rename,))


def test_a_rename_comes_before_the_other_changes(tmp_path: Path) -> None:
    new = TEXT.replace("two", "three")
    assert compare(tmp_path, {"a.yaml": TEXT}, {"b.yaml": new}) == [("b", "old", "new", ["prompt-moved", "wording"])]


@pytest.mark.parametrize(("same_lines", "is_rename"), [(1, False), (2, True)])
def test_half_of_the_lines_make_a_rename(same_lines: int, is_rename: bool, tmp_path: Path) -> None:
    lines = ["name: n", "feature: f", "description: d", "prompt: p"]
    new = [*lines[:same_lines], *(f"{line}2" for line in lines[same_lines:])]
    codes = [
        code
        for *_, codes in compare(tmp_path, {"a.yaml": "\n".join(lines)}, {"b.yaml": "\n".join(new)})
        for code in codes
    ]
    assert ("prompt-moved" in codes) is is_rename
    assert ("prompt-removed" in codes) is not is_rename


def test_the_same_lines_in_another_order_are_no_rename(tmp_path: Path) -> None:
    lines = [f"k{number}: v" for number in range(9)]
    found = compare(tmp_path, {"a.yaml": "\n".join(lines)}, {"b.yaml": "\n".join(reversed(lines))})
    assert [codes for *_, codes in found] == [["unreadable"], ["unreadable"]]


def test_each_prompt_is_renamed_once(tmp_path: Path) -> None:
    old = {"a.yaml": TEXT, "b.yaml": TEXT, "c.yaml": TEXT}
    assert compare(tmp_path, old, {"d.yaml": TEXT, "e.yaml": TEXT}) == [
        ("c", "old", None, ["prompt-removed"]),
        ("d", "old", "new", ["prompt-moved"]),
        ("e", "old", "new", ["prompt-moved"]),
    ]


def test_one_prompt_does_not_become_two(tmp_path: Path) -> None:
    assert compare(tmp_path, {"a.yaml": TEXT}, {"b.yaml": TEXT, "c.yaml": TEXT}) == [
        ("b", "old", "new", ["prompt-moved"]),
        ("c", None, "new", ["prompt-added"]),
    ]


def test_other_diffs_stay_as_they_are_and_in_order(tmp_path: Path) -> None:
    sides = open_folders(tmp_path, {"a.yaml": TEXT, "m.yaml": "prompt: x\n"}, {"z.yaml": TEXT, "m.yaml": "prompt: y\n"})
    changed = PromptDiff("m", "old", "new", ())
    diffs = [PromptDiff("a", "old", None, ()), changed, PromptDiff("z", None, "new", ())]
    assert [diff.slug for diff in join_renames(sides, diffs)] == ["m", "z"]
    assert join_renames(sides, diffs)[0] is changed
    assert join_renames(sides, diffs[:2]) == diffs[:2]
    assert join_renames(sides, []) == []


def test_a_prompt_that_no_side_has_is_no_rename(tmp_path: Path) -> None:
    sides = open_folders(tmp_path, {}, {"b.yaml": TEXT})
    diffs = [PromptDiff("a", "old", None, ()), PromptDiff("b", None, "new", ())]
    assert join_renames(sides, diffs) == diffs


def test_files_that_are_not_utf_8_are_paired_too(tmp_path: Path) -> None:
    sides = open_folders(tmp_path, {}, {})
    (tmp_path / "old/a.yaml").write_bytes(b"prompt: \xff\n")
    (tmp_path / "new/b.yaml").write_bytes(b"prompt: \xff\n")
    diffs = [PromptDiff("a", "old", None, ()), PromptDiff("b", None, "new", ())]
    assert [diff.changes[0].code for diff in join_renames(sides, diffs)] == ["prompt-moved"]


def test_equal_texts_are_paired_before_similar_ones() -> None:
    old = {"a": "1\n2\n3\n4", "b": "1\n2\n3\n5"}
    assert pair_renames(old, {"c": old["b"]}) == {"c": "b"}
    assert pair_renames(old, {"c": old["b"], "d": "1\n2\n3\n6"}) == {"c": "b", "d": "a"}


def test_the_most_similar_texts_are_paired_first() -> None:
    old = {"a": "1\n2\n3\n4", "b": "1\n2\n3\n5"}
    assert pair_renames(old, {"c": "1\n2\n8\n5", "d": "9\n2\n3\n4"}) == {"c": "b", "d": "a"}
    assert pair_renames(old, {"c": "1\n2\n3\n6", "d": "1\n2\n3\n7"}) == {"c": "a", "d": "b"}
    assert pair_renames(old, {"c": "8\n9"}) == pair_renames({}, {"c": "1"}) == pair_renames(old, {}) == {}


@pytest.mark.parametrize(
    ("old", "new", "similarity"),
    [
        ("1\n2", "1\n2\n", 1),
        ("1\n2\n3\n4", "1\n2\n3\n5", 0.75),
        ("1\n2", "1\n3", 0.5),
        ("1\n2\n3", "1\n4\n5", 0),
        ("1\n2\n3\n4", "4\n3\n2\n1", 0.25),
        ("same\n" * 300, "same\n" * 300 + "x", 600 / 601),
    ],
)
def test_the_similarity_is_the_share_of_equal_lines(old: str, new: str, similarity: float) -> None:
    assert measure_similarity(old, new) == similarity
