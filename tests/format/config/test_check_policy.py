from __future__ import annotations

import pytest
from basalt_cli.format.config import config_file
from basalt_cli.format.config.check_policy import DEFAULT_LEVELS
from basalt_cli.format.config.config_file import parse_config
from basalt_cli.format.yaml.decoding import Decoder
from basalt_cli.format.yaml.reader import read_yaml
from basalt_cli.model.config import CheckPolicy


def show(text: str) -> list[str]:
    decoder = Decoder()
    config_file._decode(read_yaml(text.encode()).root, decoder)
    return [f"{p.span.line}:{p.span.column} {p.rule}: {p.message} | {p.help}" for p in decoder.problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("check: x\n", ["1:8 wrong-type: check must be a mapping, not a string (x) | None"]),
        ("check: {lint: no}\n", ["1:15 invalid-value: check.lint cannot be 'no' | Use one of: fail, warn, off."]),
        (
            "check: {lnt: off}\n",
            [
                "1:9 unknown-key: unknown key 'lnt' in check | Did you mean 'lint'? Known keys in check: lint, lint-warnings, tests, snapshots, breaking, contract, callers, pointers, gates."
            ],
        ),
        ("callers: src\n", ["1:10 wrong-type: callers must be a list, not a string (src) | None"]),
        ("callers: [3]\n", ['1:11 wrong-type: callers[0] must be text, not an integer (3) | Write "3" in quotes.']),
        (
            "callers: [../x]\n",
            [
                "1:11 invalid-value: callers[0] cannot be '../x' | Name a folder below the folder of basalt.yaml, for example src."
            ],
        ),
        (
            "callers: [a//b]\n",
            [
                "1:11 invalid-value: callers[0] cannot be 'a//b' | Name a folder below the folder of basalt.yaml, for example src."
            ],
        ),
        (
            "callers: ['a\\b']\n",
            [
                "1:11 invalid-value: callers[0] cannot be 'a\\\\b' | Name a folder below the folder of basalt.yaml, for example src."
            ],
        ),
    ],
)
def test_a_wrong_policy_is_told(text: str, expected: list[str]) -> None:
    assert show(text) == expected


def test_levels_and_callers_are_read() -> None:
    text = b"check: {tests: warn, lint: off, gates: fail}\ncallers: [src/, /web/app/, .]\n"
    levels = (("tests", "warn"), ("lint", "off"), ("gates", "fail"))
    assert parse_config(text).check == CheckPolicy(levels, ("src", "web/app", "."))


def test_the_default_is_no_level_of_its_own() -> None:
    assert parse_config(b"").check == CheckPolicy((), ())
    assert {name for name, level in DEFAULT_LEVELS.items() if level == "warn"} == {
        "lint-warnings",
        "snapshots",
        "contract",
    }
    assert {name for name, level in DEFAULT_LEVELS.items() if level == "fail"} == {
        "lint", "tests", "breaking", "callers", "pointers", "gates"
    }  # fmt: skip
