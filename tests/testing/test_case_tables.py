"""Fixtures and tables: their values, and where they are malformed."""

from __future__ import annotations

from pathlib import Path

import pytest
from basalt_cli.errors import Place
from basalt_cli.model.prompt import Prompt
from basalt_cli.testing.case_tables import FixtureError, Row, read_fixture, read_table

from tests.testing.catalogs import open_folder

PROMPT = """\
variables:
  message: string
  tone: {type: string, default: warm}
  count: {type: integer, default: 1}
  order: {type: object, optional: true}
prompt: '{{ message }}'
"""


@pytest.fixture
def prompt(tmp_path: Path) -> Prompt:
    return open_folder(tmp_path, {"reply.yaml": PROMPT}).get_prompt("reply")


def test_a_fixture_is_a_mapping_in_yaml_or_json() -> None:
    assert read_fixture("f.yaml", b"message: Ada\ncount: 2\nlist: [a, 1]\n") == {
        "message": "Ada", "count": 2, "list": ["a", 1],
    }  # fmt: skip
    assert read_fixture("f.json", b'{"tone": "cool"}') == {"tone": "cool"}


@pytest.mark.parametrize(
    ("text", "line", "column"), [("- a\n", 1, 1), ("a: 1\na: 2\n", 2, 1), ("a: [\n", 2, 1), ("a: &x 1\n", 1, 4)]
)
def test_a_malformed_fixture_is_refused_with_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(FixtureError) as caught:
        read_fixture("prompts/_fixtures/f.yaml", text.encode())
    assert f"prompts/_fixtures/f.yaml:{line}:{column}" in f"{caught.value.place} {caught.value.message}"


def test_a_csv_row_gives_the_values_of_its_cells(prompt: Prompt) -> None:
    data = (
        b'case,message,count,order\r\nfirst,"Ada, you",3,"{""id"": ""1""}"\r\n,"two\nlines",,\r\n\r\nlast,x,0,null\r\n'
    )
    assert read_table("t.csv", data, prompt) == (
        Row("first", {"message": "Ada, you", "count": 3, "order": {"id": "1"}}),
        Row("2", {"message": "two\nlines"}),
        Row("last", {"message": "x", "count": 0, "order": None}),
    )


def test_an_empty_cell_is_text_only_for_a_required_string(prompt: Prompt) -> None:
    (row,) = read_table("t.csv", b"message,tone,count,unknown\n,,,\n", prompt)
    assert row.values == {"message": ""}


def test_a_cell_of_an_unknown_variable_is_text(prompt: Prompt) -> None:
    assert read_table("t.csv", b"unknown\n1\n", prompt)[0].values == {"unknown": "1"}


def test_a_byte_order_mark_is_no_part_of_a_name(prompt: Prompt) -> None:
    assert read_table("t.csv", b"\xef\xbb\xbfmessage\na\n", prompt)[0].values == {"message": "a"}


def test_a_line_of_json_is_a_row(prompt: Prompt) -> None:
    data = b'{"message": "x", "case": "x"}\n\n{"message": "y", "count": 2}\n{"case": 7}'
    assert read_table("t.jsonl", data, prompt) == (
        Row("x", {"message": "x"}),
        Row("3", {"message": "y", "count": 2}),
        Row("7", {}),
    )


@pytest.mark.parametrize(
    ("name", "data", "message", "place"),
    [
        ("t.csv", b'message\n"a', "the table is not CSV: unexpected end of data", Place("t.csv", 2)),
        ("t.csv", b"message,message\na,b\n", "two columns are called 'message'", Place("t.csv", 1)),
        ("t.csv", b"message,,\na,b,c\n", "two columns have no name", Place("t.csv", 1)),
        ("t.csv", b"message,count\na\n", "the row has 1 cells, but the header has 2", Place("t.csv", 2)),
        ("t.csv", b'message,count\n"a\nb",1\nc,x\n', "count is not JSON: 'x'", Place("t.csv", 4)),
        ("t.csv", b"count\n" + b"[" * 50_000 + b"\n", f"count is not JSON: '{'[' * 60}'", Place("t.csv", 2)),
        ("t.jsonl", b"[1]", "the line is not a mapping", Place("t.jsonl", 1)),
        ("t.csv", b"message\n\xff\n", "the table is not UTF-8", Place("t.csv")),
        ("t.csv", b"message\n" + b"a\n" * 1001, "the table has 1,001 rows; the limit is 1,000", Place("t.csv")),
        ("t.csv", b"message\n", "the table has no rows, so it tests nothing", Place("t.csv")),
        ("t.csv", b"", "the table has no rows, so it tests nothing", Place("t.csv")),
        ("t.jsonl", b"\n\n", "the table has no rows, so it tests nothing", Place("t.jsonl")),
    ],
)
def test_a_malformed_table_is_refused_with_its_line(
    prompt: Prompt, name: str, data: bytes, message: str, place: Place
) -> None:
    with pytest.raises(FixtureError) as caught:
        read_table(name, data, prompt)
    assert (caught.value.message, caught.value.place) == (message, place)
    assert caught.value.hint


def test_a_line_that_is_not_json_is_refused_with_line_and_column(prompt: Prompt) -> None:
    with pytest.raises(FixtureError) as caught:
        read_table("t.jsonl", b"{}\n{", prompt)
    assert caught.value.place == Place("t.jsonl", 2, 2)


def test_a_table_may_have_1000_rows(prompt: Prompt) -> None:
    assert len(read_table("t.csv", b"message\n" + b"a\n" * 1000, prompt)) == 1000
