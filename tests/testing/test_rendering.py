"""Prompts are rendered, many in one process, or it is said why not and where."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from basalt_cli.errors import BasaltError, LimitExceededError, NotFoundError, Place
from basalt_cli.format.prompt.values import VariablesError
from basalt_cli.model.json_value import Json
from basalt_cli.testing.rendering import Rendered, RenderError, RenderRequest, render, render_each

from tests.testing.catalogs import open_folder

LOOP = "{% for a in range(n) %}{% for b in range(n) %}{% for c in range(n) %}{% endfor %}{% endfor %}{% endfor %}"


@pytest.fixture
def forks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The processes that were forked."""
    forked: list[int] = []
    fork = os.fork

    def count() -> int:
        forked.append(fork())
        return forked[-1]

    monkeypatch.setattr("basalt_cli.sandbox.child.os.fork", count)
    return forked


def texts(found: Rendered | BasaltError) -> list[str]:
    assert isinstance(found, Rendered), found
    return [message.text for message in found.messages]


def test_a_prompt_is_rendered_with_its_defaults_and_partials(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.yaml": "variables: {x: string, y: {type: string, default: d}}\n"
        "system: '{% include \"p.md\" %}'\nprompt: '{{ x }}{{ y }}'\n",
        "p.md": "Be {{ x }}.",
    }
    rendered = render(open_folder(tmp_path, files), "a", {"x": "kind"})
    assert [(message.role, message.text) for message in rendered.messages] == [
        ("system", "Be kind."),
        ("user", "kindd"),
    ]
    assert rendered.prompt.slug == "a"
    assert rendered.closure.partials == {"p.md": "Be {{ x }}."}


def test_prompts_of_several_catalogs_share_one_process(tmp_path: Path, forks: list[int]) -> None:
    old = open_folder(tmp_path / "old", {"a.yaml": "variables: {x: string}\nprompt: 'old {{ x }}'\n"})
    new = open_folder(
        tmp_path / "new",
        {"a.yaml": "variables: {x: string}\nprompt: 'new {{ x }}'\n", "b.yaml": "prompt: other\n"},
    )
    requests = [RenderRequest(catalog, "a", {"x": x}) for x in ("1", "2") for catalog in (old, new)]
    found = render_each([*requests, RenderRequest(new, "b", {})])
    assert [texts(one) for one in found] == [["old 1"], ["new 1"], ["old 2"], ["new 2"], ["other"]]
    assert len(forks) == 1


def test_each_request_has_its_own_error(tmp_path: Path, forks: list[int]) -> None:
    files: dict[str, str | bytes] = {
        "a.yaml": "variables: {n: integer, e: {type: string, pattern: ^a$, default: a}}\nprompt: 'x{{ 1 // n }}"
        + LOOP
        + "'\n",
        "broken.yaml": "prompt: [\n",
        "code.yaml": "prompt: \"{{ ''.__class__ }}\"\n",
    }
    catalog = open_folder(tmp_path, files)
    given: list[dict[str, Json]] = [
        {"n": 1},
        {"n": "x"},
        {"n": 0},
        {"n": 2000},
        {"n": 1, "e": "b"},
        {},
        {"n": 1, "zzz": 1},
        {"n": 2},
    ]
    found = render_each([RenderRequest(catalog, "a", values) for values in given])
    assert (texts(found[0]), texts(found[7])) == (["x1"], ["x0"])
    errors = [type(one) for one in found[1:7]]
    assert errors == [VariablesError, RenderError, LimitExceededError, VariablesError, VariablesError, VariablesError]
    assert [one.message for one in found[2:4] if isinstance(one, BasaltError)] == [
        "ZeroDivisionError: integer division or modulo by zero",
        "the template needs more than 2 seconds, 512 MiB or 13 MiB of output",
    ]
    # One process, and another one after the case that took too long.
    assert len(forks) == 2
    others = render_each([RenderRequest(catalog, slug, {}) for slug in ("broken", "code", "absent")])
    assert [type(one).__name__ for one in others] == ["InvalidPromptError", "RenderError", "NotFoundError"]
    assert len(forks) == 2


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("prompt: |\n  a\n  {{ 1 // n }}\n", "ZeroDivisionError: integer division or modulo by zero", (3, 3)),
        ("prompt: |\n  a\n   {{ zzz }}\n", "'zzz' is undefined", (3, 7)),
        ("prompt: |\n  a\n   x {{ o }}\n", "'o' is undefined here", (3, 9)),
        ("prompt: |\n  {% macro m() %}{{ loop }}{% endmacro %}\n  {{ m() }}\n", "'loop' is undefined", (2, 21)),
    ],
)
def test_a_failure_has_its_place_in_the_yaml_file(
    tmp_path: Path, text: str, message: str, place: tuple[int, int]
) -> None:
    variables = "variables: {n: {type: integer, default: 0}, o: {type: string, optional: true}}\n"
    catalog = open_folder(tmp_path, {"a.yaml": text + variables})
    with pytest.raises(BasaltError) as caught:
        render(catalog, "a", {})
    assert (caught.value.message, caught.value.place) == (message, Place("prompts/a.yaml", *place))
    assert caught.value.hint or "Zero" in message


def test_a_failure_in_a_partial_has_its_place_there(tmp_path: Path) -> None:
    catalog = open_folder(tmp_path, {"a.yaml": "prompt: '{% include \"p.md\" %}'\n", "p.md": "one\r\n  {{ zzz }}\n"})
    with pytest.raises(RenderError) as caught:
        render(catalog, "a", {})
    assert caught.value.place == Place("prompts/p.md", 2, 6)
    assert caught.value.hint == "Declare it under variables: (declared: none)."


@pytest.mark.parametrize(
    ("files", "message", "hint", "place"),
    [
        (
            {"a.yaml": "prompt: '{% include \"p.md\" %}'\n", "p.md": "{% include 'q.md' %}", "q.md": "{% include 'p.md' %}"},
            "the partials include each other in a circle: p.md -> q.md -> p.md", "Remove one of these includes.", None,
        ),
        (
            {"a.yaml": "prompt: '{% for i in range(2000) %}{{ \"x\" * 600 }}{% endfor %}'\n"},
            "a renders to more than 1,048,576 characters", "Look for a loop or an include that multiplies.", None,
        ),
    ],
)  # fmt: skip
def test_what_multiplies_is_refused(
    tmp_path: Path, files: dict[str, str | bytes], message: str, hint: str, place: Place | None
) -> None:
    with pytest.raises(RenderError) as caught:
        render(open_folder(tmp_path, files), "a", {})
    assert (caught.value.message, caught.value.hint, caught.value.place) == (message, hint, place)


@pytest.mark.parametrize("partial", [False, True])
def test_a_template_that_the_static_check_refuses_is_not_run(tmp_path: Path, forks: list[int], partial: bool) -> None:
    code = "one\n  {{ ''.__class__ }}"
    files: dict[str, str | bytes] = {"a.yaml": "prompt: |\n  one\n    {{ ''.__class__ }}\n"}
    if partial:
        files = {"a.yaml": "prompt: '{% include \"p.md\" %}'\n", "p.md": code}
    with pytest.raises(RenderError) as caught:
        render(open_folder(tmp_path, files), "a", {})
    assert "__class__" in caught.value.message
    assert caught.value.place is not None
    assert caught.value.place.path == ("prompts/p.md" if partial else "prompts/a.yaml")
    assert caught.value.place.line == (2 if partial else 3)
    assert forks == []


def test_a_variable_that_an_import_does_not_see_has_a_hint(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.yaml": "variables: {x: string}\nprompt: '{% import \"p.md\" as p %}{{ p.m() }}'\n",
        "p.md": "{% macro m() %}{{ x }}{% endmacro %}",
    }
    with pytest.raises(RenderError, match=r"^'x' is undefined here$") as caught:
        render(open_folder(tmp_path, files), "a", {"x": "1"})
    hint = "Import the template with context, or pass x to its macro: imports do not see the variables."
    assert caught.value.hint == hint
    assert caught.value.place == Place("prompts/p.md", 1, 19)


def test_a_prompt_that_does_not_exist_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"^there is no prompt 'a' here$"):
        render(open_folder(tmp_path, {"b.yaml": "prompt: x\n"}), "a", {})
