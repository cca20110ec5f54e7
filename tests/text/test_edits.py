from __future__ import annotations

from basalt_cli.model.source import Edit
from basalt_cli.text.edits import apply_edits
from hypothesis import given
from hypothesis import strategies as st


def test_edits_are_applied_at_their_places() -> None:
    text = "0123456789"
    edits = [Edit(2, 4, "xyz"), Edit(0, 0, "start "), Edit(10, 10, " end"), Edit(6, 7, "")]
    assert apply_edits(text, edits) == "start 01xyz45789 end"


def test_no_edits_change_nothing() -> None:
    assert apply_edits("abc", []) == "abc"


@given(
    st.text(max_size=20),
    st.lists(st.integers(0, 20), max_size=6),
    st.lists(st.text(max_size=3), min_size=3, max_size=3),
)
def test_the_order_of_edits_does_not_count(text: str, bounds: list[int], new: list[str]) -> None:
    places = sorted({min(bound, len(text)) for bound in bounds})
    edits = [
        Edit(start, end, word)
        for (start, end), word in zip(zip(places[::2], places[1::2], strict=False), new, strict=False)
    ]
    expected, last = "", 0
    for start, end, word in edits:
        expected, last = expected + text[last:start] + word, end
    assert apply_edits(text, edits) == apply_edits(text, edits[::-1]) == expected + text[last:]
