"""Snapshots are read as they were written."""

from __future__ import annotations

from basalt_cli.testing.snapshot_file import format_section, format_snapshots, parse_snapshots, section_name
from hypothesis import given
from hypothesis import strategies as st

roles = st.sampled_from(["system", "user", "assistant", "tool"])
texts = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=60),
    st.text("\r\n\\\u240d#a ", max_size=8),
    st.sampled_from(["# one", "## two\n### three", "\\## two", "\n\n", "## \n", "#### four", "a\n## a"]),
)
names = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Z"]), min_size=1, max_size=20).filter(
    str.strip
)
sections = st.dictionaries(
    names.map(section_name), st.lists(st.tuples(roles, texts), min_size=1, max_size=3).map(tuple)
)


@given(sections)
def test_what_is_written_is_read_again(cases: dict[str, tuple[tuple[str, str], ...]]) -> None:
    written = {name: format_section(messages) for name, messages in cases.items()}
    assert parse_snapshots(format_snapshots("slug", written)) == written


@given(
    st.lists(st.tuples(roles, texts), max_size=3).map(tuple), st.lists(st.tuples(roles, texts), max_size=3).map(tuple)
)
def test_other_messages_have_another_snapshot(
    one: tuple[tuple[str, str], ...], other: tuple[tuple[str, str], ...]
) -> None:
    assert (one == other) is (format_section(one) == format_section(other))


def test_what_is_no_snapshot_has_no_sections() -> None:
    for text in ("", "# slug\n", "words"):
        assert parse_snapshots(text) == {}
