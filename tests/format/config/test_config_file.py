from __future__ import annotations

import pytest
from basalt_cli.errors import BasaltError, Place
from basalt_cli.format.config import config_file
from basalt_cli.format.config.config_file import parse_config
from basalt_cli.format.yaml.decoding import Decoder
from basalt_cli.format.yaml.reader import read_yaml
from basalt_cli.model.config import CheckPolicy, Config, Environment, Gate, LintPolicy


def show(text: str) -> list[str]:
    decoder = Decoder()
    config_file._decode(read_yaml(text.encode()).root, decoder)
    return [f"{p.span.line}:{p.span.column} {p.rule}: {p.message} | {p.help}" for p in decoder.problems]


def test_the_whole_configuration() -> None:
    text = "format: 1\nprompts: p/q\ntrunk: trunk\ndeployments: file\nenvironments:\n  b: {}\n  a: {from: b, require: [lint], confirm: true}\n  c:\n"
    config = parse_config(text.encode())
    assert (config.prompts, config.trunk) == ("p/q", "trunk")
    assert config.environments == (Environment("b"), Environment("a", "b", (Gate("lint"),), True), Environment("c"))


def test_an_empty_configuration_has_defaults() -> None:
    config = parse_config(b"")
    assert config == Config("prompts", "main", (), LintPolicy(), "file", CheckPolicy())
    assert config.environment_names == ()
    assert config.find_environment("production") is None


def test_environments_are_found_by_name_in_promotion_order() -> None:
    config = parse_config(b"environments: {staging: {}, production: {from: staging}}\n")
    assert config.environment_names == ("staging", "production")
    assert config.find_environment("production") == Environment("production", "staging")
    assert config.find_environment("nope") is None


def test_every_gate_is_read() -> None:
    names = "lint, tests, merged, no-breaking, from, released, signed"
    text = f"environments: {{a: {{}}, b: {{from: a, require: [{names}, soak: 90s, soak: 30m, soak: 24h, soak: 7d, command: [./x, '-v']]}}}}\n"
    environment = parse_config(text.encode()).environments[1]
    assert [gate.name for gate in environment.gates[:7]] == names.split(", ")
    assert environment.gates[7:] == (
        Gate("soak", 90), Gate("soak", 1800), Gate("soak", 86400), Gate("soak", 604800), Gate("command", 0, ("./x", "-v")),
    )  # fmt: skip


def test_a_chain_of_environments_is_no_cycle() -> None:
    text = b"environments: {a: {}, b: {from: a}, c: {from: b}, d: {from: b}}\n"
    assert [environment.source for environment in parse_config(text).environments] == [None, "a", "b", "b"]


@pytest.mark.parametrize(
    ("text", "trunk"),
    [("main", "main"), ("release/1.x", "release/1.x"), ("a+b-c_d", "a+b-c_d"), ("_x", "_x"), ("refsx", "refsx")],
)
def test_names_of_trunks(text: str, trunk: str) -> None:
    assert parse_config(f"trunk: {text}\n".encode()).trunk == trunk


@pytest.mark.parametrize(("text", "folder"), [("p/q", "p/q"), ("p/", "p"), (".prompts", ".prompts"), ("a.b", "a.b")])
def test_folders_of_prompts(text: str, folder: str) -> None:
    assert parse_config(f"prompts: {text}\n".encode()).prompts == folder


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("format: 2\n", ["1:9 invalid-value: format 2 is not supported | Upgrade basalt, or write format: 1."]),
        ("format: '1'\n", ["1:9 wrong-type: format must be a whole number, not a string (1) | None"]),
        (
            "trunks: main\n",
            [
                "1:1 unknown-key: unknown key 'trunks' | Did you mean 'trunk'? Known keys: format, prompts, trunk, deployments, environments, lint, check, callers."
            ],
        ),
        (
            "prompts: ../x\n",
            [
                "1:10 invalid-value: prompts cannot be '../x' | Name a folder below the folder of basalt.yaml, for example prompts."
            ],
        ),
        (
            "prompts: /x\n",
            [
                "1:10 invalid-value: prompts cannot be '/x' | Name a folder below the folder of basalt.yaml, for example prompts."
            ],
        ),
        (
            "prompts: a//b\n",
            [
                "1:10 invalid-value: prompts cannot be 'a//b' | Name a folder below the folder of basalt.yaml, for example prompts."
            ],
        ),
        (
            "prompts: ./x\n",
            [
                "1:10 invalid-value: prompts cannot be './x' | Name a folder below the folder of basalt.yaml, for example prompts."
            ],
        ),
        (
            "prompts: 'a\\b'\n",
            [
                "1:10 invalid-value: prompts cannot be 'a\\\\b' | Name a folder below the folder of basalt.yaml, for example prompts."
            ],
        ),
        (
            "prompts: ''\n",
            [
                "1:10 invalid-value: prompts cannot be '' | Name a folder below the folder of basalt.yaml, for example prompts."
            ],
        ),
        ("prompts: 3\n", ['1:10 wrong-type: prompts must be text, not an integer (3) | Write "3" in quotes.']),
        (
            "trunk: refs/heads/main\n",
            ["1:8 invalid-value: trunk cannot be 'refs/heads/main' | Name a branch, for example main or release/1.x."],
        ),
        ("trunk: a/\n", ["1:8 invalid-value: trunk cannot be 'a/' | Name a branch, for example main or release/1.x."]),
        (
            "trunk: a..\n",
            ["1:8 invalid-value: trunk cannot be 'a..' | Name a branch, for example main or release/1.x."],
        ),
        ("trunk: -a\n", ["1:8 invalid-value: trunk cannot be '-a' | Name a branch, for example main or release/1.x."]),
        ("trunk: ''\n", ["1:8 invalid-value: trunk cannot be '' | Name a branch, for example main or release/1.x."]),
        (
            "deployments: tag\n",
            ["1:14 invalid-value: deployments cannot be 'tag' | Did you mean 'tags'? Use one of: file, tags."],
        ),
        ("environments: [a]\n", ["1:15 wrong-type: environments must be a mapping, not a list | None"]),
        (
            "environments: {latest: {}}\n",
            [
                "1:16 invalid-value: 'latest' cannot be the name of an environment: it has the form of a version | Rename it, for example to staging."
            ],
        ),
        (
            "environments: {v1.0.0: {}}\n",
            [
                "1:16 invalid-value: 'v1.0.0' cannot be the name of an environment: it has the form of a version | Rename it, for example to staging."
            ],
        ),
        ("environments: {a: x}\n", ["1:19 wrong-type: environments.a must be a mapping, not a string (x) | None"]),
        (
            "environments: {a: {form: b}}\n",
            [
                "1:20 unknown-key: unknown key 'form' in environments.a | Did you mean 'from'? Known keys in environments.a: from, require, confirm."
            ],
        ),
        ("environments: {a: {from: b}}\n", ["1:26 invalid-value: environments.a.from cannot be 'b' | Remove it."]),
        ("environments: {a: {from: a}}\n", ["1:26 invalid-value: environments.a.from cannot be 'a' | Remove it."]),
        (
            "environments: {a: {from: b}, b: {from: a}}\n",
            [
                "1:16 invalid-value: the from: of environments makes a cycle: a -> b -> a | Remove the from: of one of them; it then gets the newest version."
            ],
        ),
        (
            "environments: {a: {from: b}, b: {from: c}, c: {from: b}}\n",
            [
                "1:30 invalid-value: the from: of environments makes a cycle: b -> c -> b | Remove the from: of one of them; it then gets the newest version."
            ],
        ),
        (
            "environments: {a: {confirm: 1}}\n",
            ["1:29 wrong-type: environments.a.confirm must be true or false, not an integer (1) | None"],
        ),
        (
            "environments: {a: {require: lint}}\n",
            ["1:29 wrong-type: environments.a.require must be a list, not a string (lint) | None"],
        ),
        (
            "environments: {a: {require: [sok]}}\n",
            [
                "1:30 invalid-value: environments.a.require[0] cannot be 'sok' | Did you mean 'soak'? Use one of: lint, tests, merged, no-breaking, from, released, signed, soak, command."
            ],
        ),
        (
            "environments: {a: {require: [soak]}}\n",
            ["1:30 invalid-value: environments.a.require[0]: soak needs a value | For example - soak: 24h"],
        ),
        (
            "environments: {a: {require: [command]}}\n",
            [
                "1:30 invalid-value: environments.a.require[0]: command needs a value | For example - command: [./check.sh]"
            ],
        ),
        (
            "environments: {b: {}, a: {from: b, require: [{soak: 24}]}}\n",
            [
                '1:53 wrong-type: environments.a.require[0].soak must be text, not an integer (24) | Write "24" in quotes.'
            ],
        ),
        (
            "environments: {b: {}, a: {from: b, require: [{soak: 24}, {soak: 1w}, {soak: h}]}}\n",
            [
                '1:53 wrong-type: environments.a.require[0].soak must be text, not an integer (24) | Write "24" in quotes.',
                "1:65 invalid-value: environments.a.require[1].soak cannot be '1w' | Write it as 30m, 24h or 7d.",
                "1:77 invalid-value: environments.a.require[2].soak cannot be 'h' | Write it as 30m, 24h or 7d.",
            ],
        ),
        (
            "environments: {b: {}, a: {from: b, require: [{soak: 1000000h}]}}\n",
            ["1:53 invalid-value: environments.a.require[0].soak cannot be '1000000h' | Write it as 30m, 24h or 7d."],
        ),
        (
            "environments: {b: {}, a: {from: b, require: [{soak: 1h, command: [x]}]}}\n",
            ["1:46 invalid-value: environments.a.require[0] must name one gate | For example - soak: 24h"],
        ),
        (
            "environments: {b: {}, a: {from: b, require: [{}]}}\n",
            ["1:46 invalid-value: environments.a.require[0] must name one gate | For example - soak: 24h"],
        ),
        (
            "environments: {a: {require: [{lint: 1}]}}\n",
            [
                "1:31 unknown-key: unknown key 'lint' in environments.a.require[0] | Known keys in environments.a.require[0]: soak, command.",
                "1:30 invalid-value: environments.a.require[0] must name one gate | For example - soak: 24h",
            ],
        ),
        (
            "environments: {a: {require: [{soak: 24h}]}}\n",
            [
                "1:30 missing-key: environments.a requires soak but has no from | Add from: with the name of the environment before it."
            ],
        ),
        (
            "environments: {a: {require: [from]}}\n",
            [
                "1:30 missing-key: environments.a requires from but has no from | Add from: with the name of the environment before it."
            ],
        ),
        (
            "environments: {a: {require: [{command: []}]}}\n",
            ["1:30 invalid-value: environments.a.require[0].command is empty | For example - command: [./check.sh]"],
        ),
        (
            "environments: {a: {require: [{command: x}]}}\n",
            [
                "1:40 wrong-type: environments.a.require[0].command must be a list, not a string (x) | None",
                "1:30 invalid-value: environments.a.require[0].command is empty | For example - command: [./check.sh]",
            ],
        ),
        (
            "environments: {a: {require: [{command: [1]}]}}\n",
            [
                '1:41 wrong-type: environments.a.require[0].command must be text, not an integer (1) | Write "1" in quotes.'
            ],
        ),
        ("- a\n", ["1:1 wrong-type: the document must be a mapping, not a list | None"]),
    ],
)
def test_a_wrong_configuration_is_told(text: str, expected: list[str]) -> None:
    assert show(text) == expected


def test_all_problems_of_a_configuration_come_at_once() -> None:
    with pytest.raises(BasaltError) as caught:
        parse_config(b"trunks: main\nprompts: 3\n", "sub/basalt.yaml")
    assert caught.value.message == (
        "2 problems:\n  sub/basalt.yaml:1:1: unknown key 'trunks'\n"
        "  sub/basalt.yaml:2:10: prompts must be text, not an integer (3)"
    )
    assert caught.value.place == Place("sub/basalt.yaml", 1, 1)
