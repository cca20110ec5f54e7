"""What basalt takes for granted about Jinja2's tests, compared with what Jinja2 does."""

from __future__ import annotations

import pytest
from basalt_cli.format.template import Renderer, RenderFailure, analyse
from basalt_cli.format.template.environment import build_environment
from basalt_cli.model.prompt import Whitespace

_ARGUMENTS = {"divisibleby": " 2", "in": " [1]", "sameas": " 1", "filter": "", "test": ""}
_COMPARISONS = (
    "==",
    "eq",
    "equalto",
    "!=",
    "ne",
    ">",
    "gt",
    "greaterthan",
    ">=",
    "ge",
    "<",
    "lt",
    "lessthan",
    "<=",
    "le",
)
_NAMED = [name for name in sorted(build_environment(Whitespace()).tests) if name[0].isalpha()]


def expression(name: str) -> str:
    return f"a is {name}{_ARGUMENTS.get(name, ' 1' if name in _COMPARISONS else '')}"


def fails(text: str) -> bool:
    try:
        Renderer(Whitespace(), {}, {"t": text}).render({})
    except RenderFailure:
        return True
    return False


@pytest.mark.parametrize("name", _NAMED)
def test_a_test_guards_its_value_where_it_takes_an_undefined_one(name: str) -> None:
    text = f"{{{{ {expression(name)} }}}}"
    assert analyse(text).uses[0].is_guarded is not fails(text)


@pytest.mark.parametrize("name", _NAMED)
def test_a_test_that_an_undefined_value_passes_proves_nothing(name: str) -> None:
    text = f"{{% if {expression(name)} %}}{{{{ a }}}}{{% endif %}}"
    uses = [use for use in analyse(text).uses if use.name == "a"]
    if fails(text) and not fails(f"{{{{ {expression(name)} }}}}"):
        assert not uses[1].is_guarded


@pytest.mark.parametrize(
    ("name", "is_proof"),
    [
        ("defined", True), ("string", True), ("number", True), ("integer", True), ("float", True), ("boolean", True), ("mapping", True),
        ("true", True), ("false", True), ("none", True), ("escaped", True), ("undefined", False), ("sequence", False), ("callable", False),
    ],
)  # fmt: skip
def test_which_tests_prove_that_a_name_is_defined(name: str, is_proof: bool) -> None:
    _, use = analyse(f"{{% if a is {name} %}}{{{{ a }}}}{{% endif %}}").uses
    assert use.is_guarded is is_proof
    _, other = analyse(f"{{% if a is {name} %}}{{% else %}}{{{{ a }}}}{{% endif %}}").uses
    assert other.is_guarded is (name == "undefined")


@pytest.mark.parametrize(
    "name",
    [
        "even", "odd", "divisibleby", "lower", "upper", "iterable", "in", "eq", "equalto", "ne", "gt", "greaterthan", "ge", "lt",
        "lessthan", "le",
    ],
)  # fmt: skip
def test_which_tests_read_their_value(name: str) -> None:
    assert not analyse(f"{{{{ {expression(name)} }}}}").uses[0].is_guarded


@pytest.mark.parametrize("name", ["default", "d"])
def test_a_default_takes_an_undefined_value(name: str) -> None:
    assert analyse(f"{{{{ a|{name}(1) }}}}").uses[0].is_guarded
    assert not analyse(f"{{{{ a|upper|{name}(1) }}}}").uses[0].is_guarded
