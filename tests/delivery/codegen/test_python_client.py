"""Generated Python modules."""

from __future__ import annotations

import ast

import pytest
from basalt_cli.delivery.codegen.python_client import annotate, write_python_client
from basalt_cli.errors import BasaltError
from basalt_cli.format.prompt.file import parse_prompt
from basalt_cli.model.prompt import Prompt

GREETING = """\
description: Greets somebody
variables:
  name: {type: string, description: Who is greeted}
  tone: {type: string, enum: [warm, cool], default: warm}
  history: {type: messages, optional: true}
prompt: x
"""
MODULE = '''\
"""Typed access to the prompts of this project.

Written by `basalt codegen python`: edit the prompts instead, and run it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from basalt_cli import Basalt, Prompt
from basalt_cli.client.typed import At
from basalt_cli.client.typed import fetch as _fetch

__all__ = [
    "support_greeting",
]


def support_greeting(
    basalt: Basalt,
    at: At | None = None,
    /,
    *,
    name: str,
    tone: Literal["warm", "cool"] | None = None,
    history: Sequence[Mapping[str, Any]] | None = None,
) -> Prompt:
    """Greets somebody.

    name: Who is greeted.
    tone: By default "warm".
    history.
    """
    return _fetch(
        basalt,
        at,
        "support/greeting",
        {
            "name": name,
        },
        {
            "tone": tone,
            "history": history,
        },
    )
'''


def prompt(slug: str, text: str = "prompt: x\n") -> Prompt:
    found = parse_prompt(slug, text.encode()).prompt
    assert found is not None
    return found


def test_a_module_has_a_typed_function_for_each_prompt() -> None:
    assert write_python_client([prompt("support/greeting", GREETING)]) == MODULE


def test_functions_can_be_coroutines() -> None:
    text = write_python_client([prompt("plain")], is_async=True)
    assert "from basalt_cli.client.typed import fetch_async as _fetch\n" in text
    assert "\nasync def plain(\n" in text
    assert "    return await _fetch(\n" in text


def test_a_module_without_prompts_is_valid() -> None:
    text = write_python_client([])
    assert text.endswith("\n__all__ = []\n")
    ast.parse(text)


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        ("a/b-c", "a_b_c"),
        ("3-numbers", "prompt_3_numbers"),
        ("import", "import_"),
        ("print", "print_"),
        ("annotations", "annotations_"),
        ("plain", "plain"),
    ],
)
def test_a_slug_becomes_a_name_that_hides_nothing(slug: str, name: str) -> None:
    tree = ast.parse(write_python_client([prompt(slug)]))
    assert [node.name for node in tree.body if isinstance(node, ast.FunctionDef)] == [name]


def test_two_prompts_of_one_name_are_refused() -> None:
    with pytest.raises(BasaltError) as caught:
        write_python_client([prompt("a/b"), prompt("a-b")])
    assert caught.value.message == "a/b and a-b would both be the function a_b"
    assert caught.value.hint == "Rename one of them, or name the prompts that you want."


def test_two_variables_of_one_argument_are_refused() -> None:
    text = "variables: {at: string, at_: string}\nprompt: '{{ at }}{{ at_ }}'\n"
    with pytest.raises(BasaltError) as caught:
        write_python_client([prompt("a", text)])
    assert caught.value.message == "two variables of a would be the argument at_"


@pytest.mark.parametrize(
    ("variable", "annotation"),
    [
        ("string", "str"),
        ("{type: number}", "float"),
        ("{type: integer}", "int"),
        ("{type: boolean}", "bool"),
        ("{type: 'null'}", "None"),
        ("{type: [string, 'null']}", "str | None"),
        ("{type: ['null', integer, string]}", "int | str | None"),
        ("{type: [string, object]}", "str | Mapping[str, Any]"),
        ("{type: array}", "Sequence[Any]"),
        ("{type: array, items: {type: array, items: {type: integer}}}", "Sequence[Sequence[int]]"),
        ("{type: object}", "Mapping[str, Any]"),
        ("{type: any}", "Any"),
        ("{type: messages}", "Sequence[Mapping[str, Any]]"),
        ('{enum: [1, "a", true, null]}', 'Literal[1, "a", True, None]'),
        ("{enum: [1.5, 2]}", "Any"),
        ("{const: x}", 'Literal["x"]'),
    ],
)
def test_a_schema_becomes_a_type(variable: str, annotation: str) -> None:
    found = prompt("a", f"variables: {{x: {variable}}}\nprompt: '{{{{ x }}}}'\n")
    assert annotate(found.variables[0]) == annotation


@pytest.mark.parametrize(
    ("description", "docstring"),
    [
        ('Ends with a \\"quote\\"', 'Ends with a "quote".'),
        ('Has \\"\\"\\" in it', "Has ''' in it."),
        ("Ends with a backslash \\\\", "Ends with a backslash /."),
        ("Two\\nlines\\u0007", "Two lines."),
        ("Is it?", "Is it?"),
        ("It is.", "It is."),
    ],
)  # fmt: skip
def test_a_description_cannot_end_its_docstring(description: str, docstring: str) -> None:
    tree = ast.parse(write_python_client([prompt("a", f'description: "{description}"\nprompt: x\n')]))
    function = tree.body[-1]
    assert isinstance(function, ast.FunctionDef)
    assert ast.get_docstring(function) == docstring
