"""Calls in source code that fetch prompts."""

from __future__ import annotations

import pytest
from basalt_cli.check.callers import javascript_calls, python_calls
from basalt_cli.model.prompt_call import PromptCall
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ('p.get_sync("a", variables={"x": 1, "y": z})', [PromptCall("a", 1, 1, ("x", "y"), False)]),
        ('await p.get(slug="a/b", variables=dict(x=1))', [PromptCall("a/b", 1, 7, ("x",), False)]),
        ('p.get("a", None, None, {"x": 1})', [PromptCall("a", 1, 1, ("x",), False)]),
        ('p.get("a", "1.0.0", variables={})', [PromptCall("a", 1, 1, (), True)]),
        ('p.get("a", version=None, variables={})', [PromptCall("a", 1, 1, (), False)]),
        ('p.get("a")', [PromptCall("a", 1, 1, None, False)]),
        ('p.get("a", variables=given)', [PromptCall("a", 1, 1, None, False)]),
        ('p.get("a", variables={**rest, "x": 1})', [PromptCall("a", 1, 1, None, False)]),
        ('p.get("a", variables={key: 1})', [PromptCall("a", 1, 1, None, False)]),
        ('p.get("a", **settings)', [PromptCall("a", 1, 1, None, False)]),
        ('p.get("a", variables=dict(**rest))', [PromptCall("a", 1, 1, None, False)]),
        ("p.get(name); get('a'); p.get(*names); p.take('a')", []),
        (
            'A = "a"\nB: str = "b"\nq(p.get(B), p.get(A))',
            [PromptCall("b", 3, 3, None, False), PromptCall("a", 3, 13, None, False)],
        ),
        ('A = "a"\nA = "b"\nC: str\np.get(A); p.get(C)', []),
        ("p.get(", []),
    ],
)
def test_calls_in_python(text: str, calls: list[PromptCall]) -> None:
    assert list(python_calls.find_calls(text)) == calls


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ('p.get("a", {variables: {x: 1, "y": z, w}})', [PromptCall("a", 1, 1, ("x", "y", "w"), False)]),
        ("await p.getSync('a/b', { tag: 't', variables: {} })", [PromptCall("a/b", 1, 7, (), False)]),
        ("\n  p.get(`a`, null, undefined, {x})", [PromptCall("a", 2, 3, ("x",), False)]),
        ('p.get("a", {version: "1.0.0", variables: {x: 1}})', [PromptCall("a", 1, 1, ("x",), True)]),
        ('p.get("a", {version: undefined, variables: {x: 1}})', [PromptCall("a", 1, 1, ("x",), False)]),
        ('p.get("a", "1.0.0")', [PromptCall("a", 1, 1, None, True)]),
        ('p.get("a")', [PromptCall("a", 1, 1, None, False)]),
        ('p.get("a", {variables: given})', [PromptCall("a", 1, 1, None, False)]),
        ('p.get("a", {variables: {...rest, x: 1}})', [PromptCall("a", 1, 1, None, False)]),
        ('p.get("a", {variables: {[key]: 1}})', [PromptCall("a", 1, 1, None, False)]),
        ('p.get("a", ...rest)', [PromptCall("a", 1, 1, None, False)]),
        ('p.get("a", {...rest, variables: {x: 1}})', [PromptCall("a", 1, 1, None, False)]),
        ('p.get({slug: "a", version: "1.0.0", variables: {x: 1}})', [PromptCall("a", 1, 1, ("x",), True)]),
        ('const S = "a"; let T = "b";\np.get(S, {variables: {x}}); p.get(T)', [PromptCall("a", 2, 1, ("x",), False)]),
        ('export const slug = "a";\np.get({slug})', [PromptCall("a", 2, 1, None, False)]),
        ("p.get({}); p.get({slug: 1})", []),
        ('p.get("a", {variables: {x: 1 /* one */}}) // two', [PromptCall("a", 1, 1, ("x",), False)]),
        ("p.get(`a${b}`); get('a'); p.take('a'); p.get(name)", []),
        ("const x = <Reply text={p.get('a', {variables: {y: 1}})} />", [PromptCall("a", 1, 24, ("y",), False)]),
    ],
)
def test_calls_in_javascript(text: str, calls: list[PromptCall]) -> None:
    pytest.importorskip("tree_sitter_typescript")
    assert list(javascript_calls.find_calls("app.jsx", text)) == calls


def test_a_cast_of_typescript_is_no_tag() -> None:
    pytest.importorskip("tree_sitter_typescript")
    text = "const x = <Reply>p.get('a', {variables: {y: 1} as Given})"
    assert [call.slug for call in javascript_calls.find_calls("app.ts", text)] == ["a"]


@given(st.text())
def test_any_text_can_be_looked_through(text: str) -> None:
    list(python_calls.find_calls(text))
    pytest.importorskip("tree_sitter_typescript")
    list(javascript_calls.find_calls("app.js", text))
