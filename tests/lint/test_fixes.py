"""Which fixes are applied, and which are refused since they would change what is sent to the model."""

from __future__ import annotations

from pathlib import Path

import pytest
from basalt_cli.lint.engine import Source
from basalt_cli.lint.fixes import Fixer
from basalt_cli.model.lint_report import FixedFile

from tests.lint.trees import make_tree, select


def fix(folder: Path, text: str, *, unsafe: bool = False, **partials: str) -> FixedFile:
    """Return the result for a.yaml beside partials, ``voice`` as ``p/voice.md``."""
    files: dict[str, str | bytes] = {f"p/{name}.md": content for name, content in partials.items()}
    source = Source(make_tree(folder, {"a.yaml": text, **files}), "prompts")
    return Fixer(source, select(), unsafe=unsafe).fix("a.yaml")


@pytest.mark.parametrize(
    ("before", "after", "fixed"),
    [
        ("prompt: a\n", "prompt: a\n", 0),
        ("prompt: a", "prompt: a\n", 1),
        ("prompt: a\n\n\n", "prompt: a\n", 1),
        ("name: b  \nprompt: a\n", "name: b\nprompt: a\n", 1),
        ("name: b\r\nprompt: a\r\n", "name: b\nprompt: a\n", 1),
        ("metadata: {a: no, b: 010}\nprompt: a\n", 'metadata: {a: "no", b: 10}\nprompt: a\n', 2),
        ("prompt: a # basalt: ignore[T302, T303]\n", "prompt: a\n", 2),
        ("metadata: {a: no} \nprompt: a", 'metadata: {a: "no"}\nprompt: a\n', 3),
    ],
)
def test_safe_fixes_are_applied_and_counted(before: str, after: str, fixed: int, tmp_path: Path) -> None:
    result = fix(tmp_path, before)
    assert (result.path, result.before.decode(), result.after.decode()) == ("a.yaml", before, after)
    assert (result.fixed, result.refused) == (fixed, ())
    assert (tmp_path / "a.yaml").read_bytes() == before.encode()


def test_the_result_of_fixes_has_no_fix_left(tmp_path: Path) -> None:
    first = fix(tmp_path, "metadata: {a: no} \r\nprompt: a # basalt: ignore[T302, T303]\r\n\r\n")
    again = fix(tmp_path / "again", first.after.decode())
    assert (again.fixed, again.after) == (0, first.after)


def test_an_unsafe_fix_is_applied_only_when_it_is_allowed(tmp_path: Path) -> None:
    text = "descripton: b\nprompt: a\n"
    assert fix(tmp_path, text).after.decode() == text
    result = fix(tmp_path, text, unsafe=True)
    assert (result.after.decode(), result.fixed, result.refused) == ("description: b\nprompt: a\n", 1, ())


def test_a_fix_that_changes_a_message_is_refused_and_the_others_are_applied(tmp_path: Path) -> None:
    text = "name: b \ntemplate: {keep_trailing_newline: true}\nprompt: |\n  Hello"
    result = fix(tmp_path, text)
    assert result.after.decode() == text.replace("b ", "b")
    assert [(found.code, found.span.line) for found in result.refused] == [("Y110", 4)]
    assert result.fixed == 1


@pytest.mark.parametrize(
    ("setting", "is_fixed"),
    [("template: {keep_trailing_newline: true}\n", False), ("template: {trim_blocks: true}\n", True), ("", True)],
)
def test_the_end_of_a_partial_is_kept_if_a_prompt_keeps_it(setting: str, is_fixed: bool, tmp_path: Path) -> None:
    prompt = setting + "prompt: '{% include \"p/voice.md\" %}'\n"
    tree = make_tree(tmp_path, {"a.yaml": prompt, "p/voice.md": "Hello", "p/other.md": "Hello"})
    fixer = Fixer(Source(tree, "prompts"), select(), unsafe=False)
    result = fixer.fix("p/voice.md")
    assert result.after.decode() == ("Hello\n" if is_fixed else "Hello")
    assert [found.code for found in result.refused] == ([] if is_fixed else ["Y110"])
    assert fixer.fix("p/other.md").after == b"Hello\n"


def test_a_file_that_is_missing_or_empty_stays_so(tmp_path: Path) -> None:
    tree = make_tree(tmp_path, {"a.yaml": "prompt: b\n", "empty.md": ""})
    result = Fixer(Source(tree, "prompts"), select(), unsafe=False).fix("empty.md")
    assert (result.before, result.after, result.fixed, result.refused) == (b"", b"", 0, ())


def test_fixes_that_overlap_are_applied_one_after_the_other(tmp_path: Path) -> None:
    # The blanks at the end of the file are trailing whitespace and part of its ending.
    result = fix(tmp_path, "prompt: a  \n\n")
    assert (result.after, result.fixed) == (b"prompt: a\n", 2)
