"""The quick reader of deployments.yaml says exactly what the strict one says, or nothing."""

from __future__ import annotations

import random

import pytest
from basalt_cli.errors import BasaltError
from basalt_cli.model.pointer import Pointer, Pointers
from basalt_cli.pointers.deployments_edit import set_pointers
from basalt_cli.pointers.deployments_file import EMPTY, parse_strictly
from basalt_cli.pointers.plain_deployments import has_pointers, parse_plain
from hypothesis import example, given, settings
from hypothesis import strategies as st

ONE = Pointer("a1" * 20, "sha256:" + "b" * 64)
DIGITS = Pointer("1" * 40, "sha256:" + "c" * 64)
QUOTED = f'"{DIGITS.version}"'
HEAD = "format: 1\nenvironments:\n"


def entry(slug: str = "reply", version: str = ONE.version, digest: str = ONE.digest) -> str:
    return f"    {slug}:\n      version: {version}\n      digest: {digest}\n"


WHOLE = (
    f"# by hand\n{HEAD}  # the first\n  production:\n{entry()}\n"
    f"{entry('a/b', QUOTED, DIGITS.digest)}  staging:\n{entry()}  dev:\n"
)


def read_strictly(text: str) -> Pointers | None:
    try:
        return parse_strictly(text.encode("utf-8", "surrogatepass"))
    except BasaltError:
        return None


def test_what_basalt_writes_is_read_quickly() -> None:
    text = set_pointers(EMPTY, "staging", {"a": ONE, "b/c": DIGITS})
    text = set_pointers(text, "production", {"a": ONE})
    expected = {"production": {"a": ONE}, "staging": {"a": ONE, "b/c": DIGITS}}
    assert parse_plain(text) == expected
    assert parse_strictly(text.encode()) == expected


def test_comments_and_blank_lines_are_read_quickly() -> None:
    expected = {"production": {"reply": ONE, "a/b": DIGITS}, "staging": {"reply": ONE}, "dev": {}}
    assert parse_plain(WHOLE) == expected
    assert parse_strictly(WHOLE.encode()) == expected


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "  production:\n" + entry(version=f'"{ONE.version}'),
        HEAD + "  production:\n" + entry(version=f'{ONE.version}"'),
        HEAD + "  production:\n" + entry(version="9" * 20 + "e" + "9" * 19),
        HEAD + "  production:\n" + entry(digest=f"{ONE.digest} # first\nx: y"),
        HEAD + "  production:\n" + entry() + entry(),
        HEAD + "  production:\n" + entry("describe"),
        HEAD + "  production:\n" + entry("a" * 201),
        HEAD + "  production:\n" + entry("null"),
        HEAD + "  true:\n" + entry(),
        HEAD + "  production:\n  production:\n",
        HEAD + f"  {'a' * 2000}:\n" + entry(),
        HEAD + entry(),
        HEAD + "  # one\x07\n",
        f"# one\x07\n{HEAD}",
        f"# one\rformat: 1\n{HEAD}",
    ],
)
def test_what_the_strict_reader_refuses_is_not_read_quickly(text: str) -> None:
    assert parse_plain(text) is None
    assert read_strictly(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "format: 1\n",
        EMPTY,
        f"\n{HEAD}",
        f"---\n{HEAD}",
        HEAD + "  production:\n" + entry(version="1" * 40),
        HEAD + "  no:\n" + entry(),
        HEAD + "  production:\n" + entry("y"),
        HEAD + "  production:\n" + entry().removesuffix("\n"),
        HEAD + "  production: # live\n" + entry(),
        HEAD + "  # one\r  production:\n",
        HEAD + "".join(f"  a{number}:\n" for number in range(1_001)),
        HEAD + "  # caf\xe9\n",
        (HEAD + "  production:\n" + entry()).replace("\n", "\r\n"),
    ],
)
def test_another_layout_is_left_to_the_strict_reader(text: str) -> None:
    assert parse_plain(text) is None
    assert read_strictly(text) is not None


_INSERTED = st.sampled_from(
    [
        '"', "'", "\t", "\r", "\r\n", "\n", " ", "  ", "#", " # x", ":", "- ", "&a ", "*a", "!!str ", "<<: ", "{}", "[", "|", ">",
        "%", "@", "`", "\\", "---\n", "...\n", "null", "true", "no", "1e9", "0", "a", "e", "\x00", "\x07", "\x7f", "\x85", "\xe9",
        "\u2028", "\ufeff", "\ufffe", "\ud800", "\U0001f600", "      rollout: []\n", "    b:\n", "  more:\n", "format: 1\n",
    ]
)  # fmt: skip
_MUTATIONS = st.lists(
    st.tuples(
        st.sampled_from(["delete", "insert", "replace", "duplicate", "swap", "drop", "move"]),
        st.integers(0, 2**32),
        _INSERTED,
    ),
    min_size=1,
    max_size=4,
)


def mutate(text: str, kind: str, seed: int, inserted: str) -> str:
    choice = random.Random(seed)
    index = choice.randrange(len(text) + 1)
    lines = text.splitlines(keepends=True) or [""]
    one, other = choice.randrange(len(lines)), choice.randrange(len(lines))
    if kind in ("delete", "insert", "replace"):
        return text[:index] + (inserted if kind != "delete" else "") + text[index + (kind != "insert") :]
    if kind == "duplicate":
        lines.insert(other, lines[one])
    elif kind == "swap":
        lines[one], lines[other] = lines[other], lines[one]
    elif kind == "move":
        lines.insert(other, lines.pop(one))
    else:
        del lines[one]
    return "".join(lines)


def plain_layout(name: str, slug: str, version: str) -> str:
    return f"{HEAD}  {name}:\n{entry(slug, version)}  other:\n{entry()}"


_TEXTS = st.just(WHOLE) | st.builds(
    plain_layout,
    st.from_regex(r"[a-z0-9_-]{1,6}", fullmatch=True) | st.sampled_from(["null", "true", "other", "y"]),
    st.from_regex(r"[a-z0-9_/-]{1,6}", fullmatch=True) | st.sampled_from(["publish", "false", "off"]),
    st.from_regex(r"\"?[0-9]{15,25}[a-f0-9e][0-9]{14,24}\"?", fullmatch=True) | st.just(ONE.version),
)


@given(_TEXTS, _MUTATIONS)
@example(WHOLE, [])
@settings(max_examples=3000, deadline=None)
def test_the_quick_reader_never_says_anything_else(text: str, mutations: list[tuple[str, int, str]]) -> None:
    for kind, seed, inserted in mutations:
        text = mutate(text, kind, seed, inserted)
    strict = read_strictly(text)
    assert parse_plain(text) in (None, strict)
    if strict is not None and any(strict.values()):
        assert has_pointers(text.encode())


def test_a_key_written_with_escapes_can_be_a_pointer() -> None:
    text = (HEAD + "  production:\n" + entry()).replace("version", '"v\\x65rsion"')
    assert parse_strictly(text.encode()) == {"production": {"reply": ONE}}
    assert has_pointers(text.encode())
    assert not has_pointers(EMPTY.encode())
