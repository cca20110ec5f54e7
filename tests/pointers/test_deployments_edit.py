from __future__ import annotations

import pytest
import yaml
from basalt_cli.errors import BasaltError
from basalt_cli.model.pointer import Pointer, Share
from basalt_cli.pointers.deployments_edit import set_pointers
from basalt_cli.pointers.deployments_file import parse_deployments
from hypothesis import given
from hypothesis import strategies as st

ONE = Pointer("a" * 40, "sha256:" + "b" * 64)
TWO = Pointer("1" * 40, "sha256:" + "c" * 64)
EMPTY = "format: 1\nenvironments: {}\n"


def block(slug: str, indent: int = 4) -> str:
    margin = " " * indent
    return f"{margin}{slug}:\n{margin}  version: {ONE.version}\n{margin}  digest: {ONE.digest}\n"


def test_an_edit_keeps_comments_order_and_layout() -> None:
    text = (
        "# head\nformat: 1\n\nenvironments:\n  # about staging\n  staging:   # here\n"
        f"    b:  # b is new\n        digest: '{ONE.digest}'   # first\n        version: {ONE.version}\n"
        f"    # last\n    z: {{version: {ONE.version}, digest: {ONE.digest}}}\n# foot\n"
    )
    edited = set_pointers(text, "staging", {"b": TWO, "z": TWO})
    assert edited == text.replace(f"'{ONE.digest}'", TWO.digest).replace(ONE.digest, TWO.digest).replace(
        ONE.version, f'"{TWO.version}"'
    )


def test_new_blocks_are_sorted_in() -> None:
    text = set_pointers(EMPTY, "staging", {"m": ONE})
    text = set_pointers(text, "staging", {"z": ONE, "a": ONE, "n": ONE})
    text = set_pointers(text, "production", {"m": ONE})
    keys = [line.strip() for line in text.splitlines() if line.endswith(":")]
    assert keys == ["environments:", "production:", "m:", "staging:", "a:", "m:", '"n":', "z:"]


@pytest.mark.parametrize(
    "text",
    ["", "format: 1\n", EMPTY, "environments:\n", "environments: null # none\n", "format: 1\nenvironments:\n  a:\n"],
)
def test_an_empty_file_of_any_shape_takes_a_pointer(text: str) -> None:
    edited = set_pointers(text, "a", {"x": ONE})
    assert parse_deployments(edited.encode()) == {"a": {"x": ONE}}


def test_a_roll_out_comes_changes_and_goes() -> None:
    share = Share(TWO.version, TWO.digest, 10)
    start = set_pointers(EMPTY, "production", {"a": ONE, "b": ONE}).replace("    b:", "    # b is dear to us\n    b:")
    ten = set_pointers(start, "production", {"a": ONE._replace(rollout=(share,))})
    assert parse_deployments(ten.encode())["production"]["a"].rollout == (share,)
    fifty = set_pointers(ten, "production", {"a": ONE._replace(rollout=(share._replace(percent=50),))})
    assert fifty == ten.replace("percent: 10", "percent: 50")
    assert set_pointers(fifty, "production", {"a": ONE}) == start
    gone = set_pointers(ten, "production", {"a": None})
    assert parse_deployments(gone.encode()) == {"production": {"b": ONE}}
    assert "# b is dear to us" in gone
    assert parse_deployments(set_pointers(gone, "production", {"b": None}).encode()) == {"production": {}}


@pytest.mark.parametrize("percent", ["0", "100", "-1", "ten", "9.5"])
def test_a_share_that_cannot_be_is_refused(percent: str) -> None:
    text = set_pointers(EMPTY, "production", {"a": ONE._replace(rollout=(Share(TWO.version, TWO.digest, 10),))})
    with pytest.raises(BasaltError, match="percent"):
        parse_deployments(text.replace("percent: 10", f"percent: {percent}").encode())


def test_a_layout_that_cannot_be_edited_is_refused() -> None:
    text = f"environments: {{a: {{x: {{version: {ONE.version}, digest: '{ONE.digest}'}}}}}}\n"
    with pytest.raises(BasaltError, match="cannot be edited"):
        set_pointers(text, "a", {"y": ONE})
    assert "y" not in text


@pytest.mark.parametrize(
    ("text", "slug", "edited"),
    [
        ("", "x", "format: 1\nenvironments:\n  p:\n" + block("x")),
        ("format: 1", "x", "format: 1\nenvironments:\n  p:\n" + block("x")),
        (EMPTY, "x", "format: 1\nenvironments:\n  p:\n" + block("x")),
        ("environments: {}  # none\n", "x", "environments:  # none\n  p:\n" + block("x")),
        ("environments:\n  p: {} # live\n", "x", "environments:\n  p:  # live\n" + block("x")),
        ("environments:\n    p:\n", "x", "environments:\n    p:\n" + block("x", 6)),
        ("environments:\n  q:\n" + block("a"), "x", "environments:\n  p:\n" + block("x") + "  q:\n" + block("a")),
        ("environments:\n  b:\n" + block("a"), "x", "environments:\n  b:\n" + block("a") + "  p:\n" + block("x")),
        ("environments:\n  p:\n" + block("a") + block("c"), "b", "environments:\n  p:\n" + block("a") + block("b") + block("c")),
        ("environments:\n  p:\n" + block("a").removesuffix("\n"), "b", "environments:\n  p:\n" + block("a") + block("b")),
        ("environments:\n  p:\n    # of c\n" + block("c"), "b", "environments:\n  p:\n" + block("b") + "    # of c\n" + block("c")),
        ("environments:\n  p:\n" + block("c", 3), "d", "environments:\n  p:\n" + block("c", 3) + block("d", 3)),
    ],
)  # fmt: skip
def test_a_new_pointer_is_put_in_its_place(text: str, slug: str, edited: str) -> None:
    assert set_pointers(text, "p", {slug: ONE}) == edited


@pytest.mark.parametrize(
    ("version", "written"),
    [
        ("1" * 40, f'"{"1" * 40}"'),
        ("1" * 20 + "e" + "1" * 19, f'"{"1" * 20}e{"1" * 19}"'),
        ("e" + "1" * 39, "e" + "1" * 39),
        ("1" * 20 + "ee" + "1" * 18, "1" * 20 + "ee" + "1" * 18),
    ],
)
def test_a_version_that_looks_like_a_number_is_quoted(version: str, written: str) -> None:
    text = set_pointers(EMPTY, "p", {"x": Pointer(version, ONE.digest)})
    assert f"      version: {written}\n" in text
    assert yaml.safe_load(text)["environments"]["p"]["x"]["version"] == version


def test_a_pointer_is_removed_with_its_lines_alone() -> None:
    text = "environments:\n  p:\n    # of a\n" + block("a") + "    # of b\n" + block("b") + "# end\n"
    assert set_pointers(text, "p", {"a": None}) == (
        "environments:\n  p:\n    # of a\n    # of b\n" + block("b") + "# end\n"
    )
    assert set_pointers(text, "p", {"a": None, "b": None}) == ("environments:\n  p:\n    # of a\n    # of b\n# end\n")


def test_what_is_not_there_is_not_removed() -> None:
    text = "environments:\n  p:\n" + block("a")
    assert set_pointers(text, "p", {"b": None}) == text
    assert set_pointers(text, "q", {"b": None}) == text
    assert set_pointers(EMPTY, "p", {"b": None}) == EMPTY


def test_a_pointer_is_moved_and_another_removed_at_once() -> None:
    text = "environments:\n  p:\n" + block("a") + block("b")
    edited = set_pointers(text, "p", {"a": None, "b": TWO, "c": ONE})
    assert parse_deployments(edited.encode()) == {"p": {"b": TWO, "c": ONE}}


def test_environments_of_other_names_stay() -> None:
    text = "environments:\n  o:\n" + block("a") + "  p:\n" + block("a")
    assert set_pointers(text, "p", {"a": TWO}).startswith("environments:\n  o:\n" + block("a") + "  p:\n")


def test_a_wrong_file_is_told_and_not_edited() -> None:
    with pytest.raises(BasaltError) as caught:
        set_pointers("environments: [a]\n", "p", {"x": ONE})
    assert caught.value.message == "environments must be a mapping, not a list"


def test_a_refusal_says_what_to_do() -> None:
    text = f"environments: {{p: {{x: {{version: {ONE.version}, digest: '{ONE.digest}'}}}}}}\n"
    with pytest.raises(BasaltError) as caught:
        set_pointers(text, "p", {"y": ONE})
    assert caught.value.message == "deployments.yaml cannot be edited in place: its layout is not supported"
    assert caught.value.hint == "Write environments and prompts as indented blocks, without {braces}."


_SLUGS = st.from_regex(r"[a-z0-9]{1,3}(/[a-z0-9]{1,3})?", fullmatch=True)
_VERSIONS = st.text("0123456789abcdef", min_size=40, max_size=40)
_DIGESTS = st.text("0123456789abcdef", min_size=64, max_size=64).map(lambda text: f"sha256:{text}")
_SHARES = st.lists(st.builds(Share, _VERSIONS, _DIGESTS, st.integers(1, 49)), max_size=2).map(tuple)
_POINTERS = st.one_of(st.builds(Pointer, _VERSIONS, _DIGESTS, _SHARES), st.none())
_MOVES = st.lists(
    st.tuples(
        st.sampled_from(["production", "staging", "no"]), st.dictionaries(_SLUGS, _POINTERS, min_size=1, max_size=4)
    ),
    max_size=6,
)


@given(_MOVES)
def test_edits_add_up(moves: list[tuple[str, dict[str, Pointer | None]]]) -> None:
    text = EMPTY
    expected: dict[str, dict[str, Pointer]] = {}
    for environment, pointers in moves:
        text = set_pointers(text, environment, pointers)
        running = expected.setdefault(environment, {})
        for slug, pointer in pointers.items():
            running.pop(slug, None)
            if pointer is not None:
                running[slug] = pointer
    found = parse_deployments(text.encode())
    assert {name: slugs for name, slugs in found.items() if slugs} == {
        name: slugs for name, slugs in expected.items() if slugs
    }
    expected = found
    if any(expected.values()):
        loaded = yaml.safe_load(text)["environments"]
        versions = {
            str(name): {slug: pointer.version for slug, pointer in found.items()}
            for name, found in expected.items()
            if found
        }
        assert {
            name: {slug: block["version"] for slug, block in found.items()} for name, found in loaded.items() if found
        } == versions
