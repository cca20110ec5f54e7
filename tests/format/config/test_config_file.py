from __future__ import annotations

import pytest
import yaml
from basalt_cli.errors import BasaltError
from basalt_cli.format.config.config_file import parse_config
from basalt_cli.model.config import Environment, Gate
from basalt_cli.model.pointer import Pointer, Share
from basalt_cli.pointers.deployments_edit import set_pointers
from basalt_cli.pointers.deployments_file import parse_deployments
from hypothesis import given
from hypothesis import strategies as st

ONE = Pointer("a" * 40, "sha256:" + "b" * 64)
TWO = Pointer("1" * 40, "sha256:" + "c" * 64)
EMPTY = "format: 1\nenvironments: {}\n"


def test_the_whole_configuration() -> None:
    text = "format: 1\nprompts: p/q\ntrunk: trunk\ndeployments: file\nenvironments:\n  b: {}\n  a: {from: b, require: [lint], confirm: true}\n  c:\n"
    config = parse_config(text.encode())
    assert (config.prompts, config.trunk) == ("p/q", "trunk")
    assert config.environments == (Environment("b"), Environment("a", "b", (Gate("lint"),), True), Environment("c"))


def test_an_empty_configuration_has_defaults() -> None:
    assert parse_config(b"").trunk == "main"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("format: 2\n", "format 2 is not known"),
        ("trunks: main\n", "unknown key 'trunks'"),
        ("prompts: ../x\n", "prompts cannot be '../x'"),
        ("prompts: /x\n", "prompts cannot be"),
        ("environments: {latest: {}}\n", "an environment cannot be called 'latest'"),
        ("environments: {a: {from: b}}\n", "from cannot be 'b'"),
        ("environments: {a: {from: a}}\n", "from cannot be 'a'"),
        ("environments: {a: {require: [sok]}}\n", "cannot be 'sok'"),
        ("environments: {a: {require: [soak]}}\n", "soak needs a value"),
        ("environments: {b: {}, a: {from: b, require: [{soak: 24}]}}\n", "soak must be text, not an integer"),
        ("environments: {b: {}, a: {from: b, require: [{soak: 1h, command: [x]}]}}\n", "must name one gate"),
        ("environments: {a: {require: [{soak: 24h}]}}\n", "does not say where its versions come from"),
        ("environments: {a: {require: [from]}}\n", "does not say where its versions come from"),
        ("environments: {a: {require: [{command: []}]}}\n", "command is empty"),
        ("deployments: tag\n", "deployments cannot be 'tag'"),
        ("environments: [a]\n", "must be a mapping"),
        ("a: [\n", "basalt.yaml"),
    ],
)
def test_a_wrong_configuration_is_told(text: str, message: str) -> None:
    with pytest.raises(BasaltError) as caught:
        parse_config(text.encode())
    assert message in f"{caught.value.place} {caught.value.message}"
    assert caught.value.place is not None
    assert caught.value.place.line == 1 or "[" in text


def test_all_problems_of_a_configuration_come_at_once() -> None:
    with pytest.raises(BasaltError) as caught:
        parse_config(b"trunks: main\nprompts: 3\n")
    assert "basalt.yaml:1:1" in caught.value.message
    assert "basalt.yaml:2:10" in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "environments: {production: {x: {version: abc, digest: 'sha256:0'}}}",
        f"environments: {{production: {{x: {{version: {'a' * 40}}}}}}}",
        f"environments: {{production: {{X: {{version: {'a' * 40}, digest: 'sha256:{'b' * 64}'}}}}}}",
        "environments:\n  production: {}\n  production: {}\n",
        "environment: {}\n",
    ],
)
def test_wrong_pointers_are_told(text: str) -> None:
    with pytest.raises(BasaltError) as caught:
        parse_deployments(text.encode())
    assert caught.value.place is not None


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
