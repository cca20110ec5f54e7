from __future__ import annotations

import pytest
from basalt_cli.format.prompt.sameness import means_the_same

PROMPT = "name: N\nprompt: |\n  Hello {{ a }}\nvariables: {a: string}\ntests: [{name: t, variables: {a: x}}]\n"


def same(before: str, after: str, **options: bool) -> bool:
    return means_the_same("a.yaml", before.encode(), after.encode(), **options)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: N", "name:   'N' # comment"),
        ("Hello {{ a }}\n", "Hello {{ a }}\n\n"),
        ("variables: {a: string}", "variables:\n  a: string"),
        ("\n", "\r\n"),
    ],
)
def test_layout_does_not_count(old: str, new: str) -> None:
    assert same(PROMPT, PROMPT.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Hello", "Hallo"),
        ("{{ a }}", "{{a}}"),
        ("a: string", "a: any"),
        ("a: string", "a: {type: string, default: 1}"),
        ("a: x", "a: y"),
        ("a: x", "a: '1'"),
        ("name: t", "name: u"),
        ("prompt:", "system:"),
        ("tests:", "template: {trim_blocks: true}\ntests:"),
    ],
)
def test_what_shapes_the_texts_counts(old: str, new: str) -> None:
    changed = PROMPT.replace(old, new)
    assert not same(PROMPT, changed)
    assert not same(PROMPT, changed, texts_only=True)


@pytest.mark.parametrize(
    ("old", "new"),
    [("name: N", "name: M"), ("name: N", "name: N\nmetadata: {x: 1}"), ("name: N", "name: N\nmodel: {name: m}")],
)
def test_what_shapes_no_text_counts_where_all_does(old: str, new: str) -> None:
    changed = PROMPT.replace(old, new)
    assert not same(PROMPT, changed)
    assert same(PROMPT, changed, texts_only=True)


def test_numbers_and_texts_are_different_values() -> None:
    for old, new in (("1", "'1'"), ("1", "1.0"), ("1", "true")):
        before, after = (f"prompt: x\nmetadata: {{a: [{value}]}}\n" for value in (old, new))
        assert not same(before, after)
        assert same(before, before)


def test_the_order_of_keys_counts_in_values() -> None:
    assert not same("prompt: x\nmetadata: {a: 1, b: 2}\n", "prompt: x\nmetadata: {b: 2, a: 1}\n")


def test_the_last_newline_counts_where_it_is_kept() -> None:
    before, after = "prompt: |\n  x\n", "prompt: x\n"
    assert same(before, after)
    keeping = "template: {keep_trailing_newline: true}\n"
    assert not same(keeping + before, keeping + after)
    assert not same("prompt: |+\n  x\n\n", after)


def test_a_prompt_must_not_get_worse() -> None:
    assert not same(PROMPT, PROMPT + "nope: 1\n")
    assert not same(PROMPT, "a: [")


def test_a_file_with_errors_is_compared_as_yaml() -> None:
    broken = "prompt: x\nnope: |\n  1\n"
    assert same(broken, "prompt:   x # c\nnope: '1'\n")
    assert not same(broken, "prompt: y\nnope: '1'\n")
    assert not same(broken, "prompt: x\n")
    assert not same("prompt: x\nnope: 1\n", "prompt: x\nnope: '1'\n")
    assert not same("prompt: x\nnope: [1, 2]\n", "prompt: x\nnope: [1, 3]\n")
    assert not same("a: [", "a: [")


def test_a_file_with_errors_that_gets_better_changes_no_rendering() -> None:
    broken = "prompt: x\nnope: 1\nname: 3\n"
    assert same(broken, "prompt: y\nnope: 1\n", texts_only=True)
    assert not same(broken, "prompt: y\nnope: 1\nname: 4\n", texts_only=True)
    assert not same(broken, "a: [", texts_only=True)


def test_partials_are_compared_as_texts() -> None:
    def compare(before: bytes, after: bytes, *, keeps: bool = False) -> bool:
        return means_the_same("a.md", before, after, keeps_newline=keeps)

    assert compare(b"a\n", b"a")
    assert compare(b"a\r\nb\r\n", b"a\nb\n")
    assert not compare(b"a\n\n", b"a")
    assert not compare(b"a\n", b"a", keeps=True)
    assert compare(b"a\r\n", b"a\n", keeps=True)
    assert not compare(b"a", b"b")


def test_a_file_for_tests_is_no_prompt() -> None:
    assert means_the_same("_fixtures/a.yaml", b"a: 1\n", b"a: 1")
    assert not means_the_same("_fixtures/a.yaml", b"a: 1", b"a:  1")
