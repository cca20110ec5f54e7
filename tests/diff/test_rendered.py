from __future__ import annotations

import os
from pathlib import Path

import pytest
from basalt_cli.diff.rendered import compare_rendered
from basalt_cli.model.rendered_case import RenderedCase

from tests.diff.folders import open_folders

FORKS: list[int] = []
os.register_at_fork(after_in_parent=lambda: FORKS.append(1))

HEAD = "variables: {name: string}\n"


def prompt(text: str, *cases: str, head: str = HEAD) -> str:
    """Return a prompt with cases, each named as its value."""
    items = "".join(f"  - {{name: {case}, variables: {{name: {case}}}}}\n" for case in cases)
    return f"{head}prompt: {text}\n" + (f"tests:\n{items}" if items else "")


def user(text: str) -> tuple[tuple[str, str], ...]:
    return (("user", text),)


def compare(path: Path, old: str | None, new: str | None) -> list[RenderedCase]:
    before, after = ({} if text is None else {"a.yaml": text} for text in (old, new))
    return list(compare_rendered(open_folders(path, before, after), ["a"])["a"])


def test_only_cases_that_render_differently_are_returned(tmp_path: Path) -> None:
    old = prompt("Hello {{ name }}", "ada", "bob")
    new = prompt("Hello {{ 'dear ' if name == 'ada' }}{{ name }}", "ada", "bob")
    assert compare(tmp_path, old, new) == [RenderedCase("ada", user("Hello ada"), user("Hello dear ada"))]


def test_a_case_of_one_side_is_rendered_on_both(tmp_path: Path) -> None:
    found = compare(tmp_path, prompt("Hello {{ name }}", "bob", "ada"), prompt("Hi {{ name }}", "cid", "ada"))
    assert found == [RenderedCase(name, user(f"Hello {name}"), user(f"Hi {name}")) for name in ("bob", "ada", "cid")]


def test_each_side_renders_its_own_values_of_a_case(tmp_path: Path) -> None:
    old, new = prompt("Hi {{ name }}", "ada"), prompt("Hi {{ name }}", "ada").replace("name: ada}}", "name: bob}}")
    assert compare(tmp_path, old, new) == [RenderedCase("ada", user("Hi ada"), user("Hi bob"))]


def test_a_failing_case_has_the_first_line_of_its_error_with_the_place(tmp_path: Path) -> None:
    old, new = prompt("Hi {{ name }}", "ada"), prompt("Hi {{ name.x.y }}", "ada")
    (case,) = compare(tmp_path, old, new)
    assert (case.old, case.new, case.old_error) == (user("Hi ada"), None, None)
    assert case.new_error == "prompts/a.yaml:2:9: 'str object' has no attribute 'x'"


def test_a_case_that_fails_alike_on_both_sides_is_left_out(tmp_path: Path) -> None:
    old, new = prompt("Hi {{ name.x.y }}", "ada"), prompt("Hi {{ name.x.y }}!", "ada")
    assert compare(tmp_path, old, new) == []


def test_a_value_that_one_side_refuses_fails_there_alone(tmp_path: Path) -> None:
    old, new = prompt("Hi {{ name }}", "ada"), prompt("Hi {{ name }}", "ada", head="variables: {name: integer}\n")
    (case,) = compare(tmp_path, old, new)
    assert (case.old, case.new, case.old_error) == (user("Hi ada"), None, None)
    assert case.new_error is not None
    assert "name" in case.new_error


def test_a_file_with_errors_fails_each_case(tmp_path: Path) -> None:
    (case, other) = compare(tmp_path, prompt("Hi {{ name }}", "ada", "bob"), "prompt: a\nunknown: 1\n")
    assert (case.old, case.new, other.old) == (user("Hi ada"), None, user("Hi bob"))
    assert case.new_error == other.new_error == "prompts/a.yaml:2:1: unknown key 'unknown'"


def test_a_removed_prompt_has_no_messages_and_no_error_on_the_new_side(tmp_path: Path) -> None:
    assert compare(tmp_path, prompt("Hi {{ name }}", "ada"), None) == [RenderedCase("ada", user("Hi ada"), None)]


def test_an_added_prompt_has_no_messages_and_no_error_on_the_old_side(tmp_path: Path) -> None:
    assert compare(tmp_path, None, prompt("Hi {{ name }}", "ada")) == [RenderedCase("ada", None, user("Hi ada"))]


def test_a_prompt_that_neither_side_has_gives_no_cases(tmp_path: Path) -> None:
    assert compare(tmp_path, None, None) == []


def test_a_missing_fixture_leaves_the_other_cases(tmp_path: Path) -> None:
    extra = "  - {name: far, fixtures: [none.yaml]}\n"
    found = compare(tmp_path, prompt("Hi {{ name }}", "ada") + extra, prompt("Ho {{ name }}", "ada") + extra)
    assert found == [RenderedCase("ada", user("Hi ada"), user("Ho ada"))]


def test_cases_of_a_table_are_rendered_too(tmp_path: Path) -> None:
    table = {"_fixtures/t.csv": "name\nada\nbob\n"}
    texts = (prompt(f"{word} {{{{ name }}}}") + "tests: [{name: t, cases_from: t.csv}]\n" for word in ("Hi", "Ho"))
    old, new = ({"a.yaml": text, **table} for text in texts)
    found = compare_rendered(open_folders(tmp_path, old, new), ["a"])["a"]
    assert [(case.old, case.new) for case in found] == [(user(f"Hi {n}"), user(f"Ho {n}")) for n in ("ada", "bob")]


@pytest.mark.parametrize("count", [1, 40])
def test_all_cases_of_all_prompts_are_rendered_in_one_process(count: int, tmp_path: Path) -> None:
    slugs, names = [f"p{number:02}" for number in range(count)], [f"n{number}" for number in range(3)]
    old, new = ({f"{slug}.yaml": prompt(f"{word} {{{{ name }}}}", *names) for slug in slugs} for word in ("Hi", "Ho"))
    sides = open_folders(tmp_path, old, new)
    FORKS.clear()
    found = compare_rendered(sides, slugs)
    assert len(FORKS) == 1
    assert {slug: [(case.name, case.new) for case in cases] for slug, cases in found.items()} == {
        slug: [(name, user(f"Ho {name}")) for name in names] for slug in slugs
    }


def test_no_prompts_need_no_process(tmp_path: Path) -> None:
    FORKS.clear()
    assert compare_rendered(open_folders(tmp_path, {}, {}), []) == {}
    assert compare_rendered(open_folders(tmp_path / "old", {}, {"a.yaml": "prompt: x\n"}), ["a"]) == {"a": ()}
    assert FORKS == []
