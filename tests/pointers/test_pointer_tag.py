from __future__ import annotations

import pytest
from basalt_cli.pointers.pointer_tag import HIGHEST_NUMBER, PointerTag, parse_pointer_tag


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("a#production#1", PointerTag("a", "production", 1)),
        ("support/reply#production#12", PointerTag("support/reply", "production", 12)),
        ("support/reply#production!#13", PointerTag("support/reply", "production", 13, is_removal=True)),
        ("sub/a#a_b-c/d#999999999", PointerTag("sub/a", "a_b-c/d", HIGHEST_NUMBER)),
        ("a#Z#1", PointerTag("a", "Z", 1)),
    ],
)
def test_the_name_of_a_pointer_tag(name: str, tag: PointerTag) -> None:
    assert parse_pointer_tag(name) == tag
    assert str(tag) == name


@pytest.mark.parametrize(
    "name",
    [
        "a", "a#production", "a#production#", "a#production#0", "a#production#01", "a#production#1000000000", "a#production#1x",
        "#production#1", "a#production!!#1", "a#!#1", "a@v1.0.0", "a@b#c#1", "a#-x#1", "a#x-#1", "a!#x#1", "a#x#1\n", "a#x#-1",
    ],
)  # fmt: skip
def test_other_tags_are_no_pointers(name: str) -> None:
    assert parse_pointer_tag(name) is None


def test_both_tags_of_a_number_have_one_guard() -> None:
    tag = PointerTag("support/reply", "production", 3)
    assert tag.guard == "refs/basalt/moves/support/reply#production#3"
    assert tag._replace(is_removal=True).guard == tag.guard
