"""The cases of a prompt with all their values."""

from __future__ import annotations

from pathlib import Path

import pytest
from basalt_cli.errors import Place
from basalt_cli.model.json_value import Json
from basalt_cli.testing.case_tables import FixtureError
from basalt_cli.testing.cases import list_cases, list_files
from basalt_cli.workspace.catalog import Catalog

from tests.testing.catalogs import open_reply


def list_values(catalog: Catalog) -> dict[str, dict[str, Json]]:
    return {case.name: case.variables for case in list_cases(catalog, catalog.get_prompt("reply"))}


def test_cases_without_files_are_those_of_the_prompt(tmp_path: Path) -> None:
    catalog = open_reply(tmp_path, "  - {name: one, variables: {message: a}}\n  - {name: two}\n")
    assert list_cases(catalog, catalog.get_prompt("reply")) is catalog.get_prompt("reply").cases


def test_own_values_win_over_fixtures_and_later_fixtures_over_earlier(tmp_path: Path) -> None:
    tests = (
        "  - {name: one, fixtures: people/ada.yaml}\n"
        "  - {name: two, fixtures: [people/ada.yaml, cool.json], variables: {message: Bob}}\n"
    )
    files: dict[str, str | bytes] = {
        "_fixtures/people/ada.yaml": "message: Ada\ntone: warm\n",
        "_fixtures/cool.json": '{"tone": "cool"}',
    }
    assert list_values(open_reply(tmp_path, tests, files)) == {
        "one": {"message": "Ada", "tone": "warm"},
        "two": {"message": "Bob", "tone": "cool"},
    }


def test_each_row_of_a_table_is_a_case_whose_values_win(tmp_path: Path) -> None:
    tests = (
        "  - {name: rows, cases_from: rows.csv, fixtures: f.yaml, variables: {tone: cool}, expect: [{contains: x}]}\n"
        "  - {name: last}\n"
    )
    files: dict[str, str | bytes] = {
        "_fixtures/rows.csv": "case,message,tone\nfirst,Ada,\n,Bob,warm\n",
        "_fixtures/f.yaml": "count: 2\nmessage: none\n",
    }
    catalog = open_reply(tmp_path, tests, files)
    assert list_values(catalog) == {
        "rows[first]": {"count": 2, "message": "Ada", "tone": "cool"},
        "rows[2]": {"count": 2, "message": "Bob", "tone": "warm"},
        "last": {},
    }
    cases = list_cases(catalog, catalog.get_prompt("reply"))
    assert [len(case.expectations) for case in cases] == [1, 1, 0]
    assert [case.span.line for case in cases] == [10, 10, 11]


def test_the_files_of_all_cases_are_listed_once(tmp_path: Path) -> None:
    tests = (
        "  - {name: a, fixtures: [x.yaml, y.yaml]}\n  - {name: b, cases_from: t.csv, fixtures: x.yaml}\n  - {name: c}\n"
    )
    prompt = open_reply(tmp_path, tests).get_prompt("reply")
    assert list_files(prompt) == ("_fixtures/x.yaml", "_fixtures/y.yaml", "_fixtures/t.csv")


@pytest.mark.parametrize(
    ("tests", "files", "message", "place"),
    [
        (
            "  - {name: t, fixtures: absent.yaml}\n", {"_fixtures/there.yaml": "x: 1\n"},
            "_fixtures/absent.yaml does not exist", Place("prompts/reply.yaml", 10, 12),
        ),
        (
            "  - {name: t, cases_from: t.csv}\n", {"_fixtures/t.csv": "case,message\na b,x\na  b,y\n"},
            "two cases are called 't[a  b]'", Place("prompts/reply.yaml", 10, 12),
        ),
        (
            "  - {name: 't[1]'}\n  - {name: t, cases_from: t.csv}\n", {"_fixtures/t.csv": "message\nx\n"},
            "two cases are called 't[1]'", Place("prompts/reply.yaml", 11, 12),
        ),
        (
            "  - {name: t, cases_from: t.csv}\n", {"_fixtures/t.csv": "message\n" + "a" * (256 * 1024) + "\n"},
            "the file is longer than 256 KiB", Place("prompts/_fixtures/t.csv"),
        ),
        (
            "  - {name: t, cases_from: t.csv}\n", {"_fixtures/t.csv": "message\n"},
            "the table has no rows, so it tests nothing", Place("prompts/_fixtures/t.csv"),
        ),
    ],
)  # fmt: skip
def test_a_file_that_gives_no_cases_is_refused_with_its_place(
    tmp_path: Path, tests: str, files: dict[str, str | bytes], message: str, place: Place
) -> None:
    catalog = open_reply(tmp_path, tests, files)
    with pytest.raises(FixtureError) as caught:
        list_cases(catalog, catalog.get_prompt("reply"))
    assert (caught.value.message, caught.value.place) == (message, place)


def test_a_missing_file_is_an_error_that_lists_the_others(tmp_path: Path) -> None:
    catalog = open_reply(tmp_path, "  - {name: t, fixtures: a.yaml}\n", {"_fixtures/b.yaml": "x: 1\n"})
    with pytest.raises(FixtureError) as caught:
        list_cases(catalog, catalog.get_prompt("reply"))
    assert caught.value.hint == "Files for test cases: _fixtures/b.yaml."
