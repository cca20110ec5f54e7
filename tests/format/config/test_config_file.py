from __future__ import annotations

import pytest
from basalt_cli.errors import BasaltError, Place
from basalt_cli.format.config.config_file import parse_config
from basalt_cli.model.config import CheckPolicy, Config, Environment, Gate, LintPolicy


def show(text: str) -> str:
    with pytest.raises(BasaltError) as caught:
        parse_config(text.encode())
    return f"{caught.value.place}: {caught.value.message} | {caught.value.hint}"


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
        ("format: 2\n", "basalt.yaml:1:9: format 2 is not supported | Upgrade basalt, or write format: 1."),
        ("format: '1'\n", "basalt.yaml:1:9: format must be a whole number, not a string (1) | None"),
        (
            "trunks: main\n",
            "basalt.yaml:1:1: unknown key 'trunks' | Did you mean 'trunk'? Known keys: format, prompts, trunk, deployments, environments, lint, check, callers.",
        ),
        (
            "prompts: ../x\n",
            "basalt.yaml:1:10: prompts cannot be '../x' | Name a folder below the folder of basalt.yaml, for example prompts.",
        ),
        (
            "prompts: /x\n",
            "basalt.yaml:1:10: prompts cannot be '/x' | Name a folder below the folder of basalt.yaml, for example prompts.",
        ),
        (
            "prompts: a//b\n",
            "basalt.yaml:1:10: prompts cannot be 'a//b' | Name a folder below the folder of basalt.yaml, for example prompts.",
        ),
        (
            "prompts: ./x\n",
            "basalt.yaml:1:10: prompts cannot be './x' | Name a folder below the folder of basalt.yaml, for example prompts.",
        ),
        (
            "prompts: 'a\\b'\n",
            "basalt.yaml:1:10: prompts cannot be 'a\\\\b' | Name a folder below the folder of basalt.yaml, for example prompts.",
        ),
        (
            "prompts: ''\n",
            "basalt.yaml:1:10: prompts cannot be '' | Name a folder below the folder of basalt.yaml, for example prompts.",
        ),
        ("prompts: 3\n", 'basalt.yaml:1:10: prompts must be text, not an integer (3) | Write "3" in quotes.'),
        (
            "trunk: refs/heads/main\n",
            "basalt.yaml:1:8: trunk cannot be 'refs/heads/main' | Name a branch, for example main or release/1.x.",
        ),
        ("trunk: a/\n", "basalt.yaml:1:8: trunk cannot be 'a/' | Name a branch, for example main or release/1.x."),
        ("trunk: a..\n", "basalt.yaml:1:8: trunk cannot be 'a..' | Name a branch, for example main or release/1.x."),
        ("trunk: -a\n", "basalt.yaml:1:8: trunk cannot be '-a' | Name a branch, for example main or release/1.x."),
        ("trunk: ''\n", "basalt.yaml:1:8: trunk cannot be '' | Name a branch, for example main or release/1.x."),
        (
            "deployments: tag\n",
            "basalt.yaml:1:14: deployments cannot be 'tag' | Did you mean 'tags'? Use one of: file, tags.",
        ),
        ("environments: [a]\n", "basalt.yaml:1:15: environments must be a mapping, not a list | None"),
        (
            "environments: {latest: {}}\n",
            "basalt.yaml:1:16: 'latest' cannot be the name of an environment | it has the form of a version",
        ),
        (
            "environments: {v1.0.0: {}}\n",
            "basalt.yaml:1:16: 'v1.0.0' cannot be the name of an environment | it has the form of a version",
        ),
        ("environments: {a: x}\n", "basalt.yaml:1:19: environments.a must be a mapping, not a string (x) | None"),
        (
            "environments: {a: {form: b}}\n",
            "basalt.yaml:1:20: unknown key 'form' in environments.a | Did you mean 'from'? Known keys in environments.a: from, require, confirm.",
        ),
        ("environments: {a: {from: b}}\n", "basalt.yaml:1:26: environments.a.from cannot be 'b' | Use one of: ."),
        ("environments: {a: {from: a}}\n", "basalt.yaml:1:26: environments.a.from cannot be 'a' | Use one of: ."),
        (
            "environments: {a: {from: b}, b: {from: a}}\n",
            "basalt.yaml:1:16: the from: of environments makes a cycle: a -> b -> a | Remove the from: of one of them; it then gets the newest version.",
        ),
        (
            "environments: {a: {from: b}, b: {from: c}, c: {from: b}}\n",
            "basalt.yaml:1:30: the from: of environments makes a cycle: b -> c -> b | Remove the from: of one of them; it then gets the newest version.",
        ),
        (
            "environments: {a: {confirm: 1}}\n",
            "basalt.yaml:1:29: environments.a.confirm must be true or false, not an integer (1) | None",
        ),
        (
            "environments: {a: {require: lint}}\n",
            "basalt.yaml:1:29: environments.a.require must be a list, not a string (lint) | None",
        ),
        (
            "environments: {a: {require: [sok]}}\n",
            "basalt.yaml:1:30: environments.a.require[0] cannot be 'sok' | Did you mean 'soak'? Use one of: lint, tests, merged, no-breaking, from, released, signed, soak, command.",
        ),
        (
            "environments: {a: {require: [soak]}}\n",
            "basalt.yaml:1:30: environments.a.require[0]: soak needs a value | For example - soak: 24h",
        ),
        (
            "environments: {a: {require: [command]}}\n",
            "basalt.yaml:1:30: environments.a.require[0]: command needs a value | For example - command: [./check.sh]",
        ),
        (
            "environments: {b: {}, a: {from: b, require: [{soak: 24}]}}\n",
            'basalt.yaml:1:53: environments.a.require[0].soak must be text, not an integer (24) | Write "24" in quotes.',
        ),
        (
            "environments: {b: {}, a: {from: b, require: [{soak: 24}, {soak: 1w}, {soak: h}]}}\n",
            "basalt.yaml:1:53: 3 problems:\n  basalt.yaml:1:53: environments.a.require[0].soak must be text, not an integer (24)\n  basalt.yaml:1:65: environments.a.require[1].soak cannot be '1w'\n  basalt.yaml:1:77: environments.a.require[2].soak cannot be 'h' | Write \"24\" in quotes.",
        ),
        (
            "environments: {b: {}, a: {from: b, require: [{soak: 1000000h}]}}\n",
            "basalt.yaml:1:53: environments.a.require[0].soak cannot be '1000000h' | Write it as 30m, 24h or 7d.",
        ),
        (
            "environments: {b: {}, a: {from: b, require: [{soak: 1h, command: [x]}]}}\n",
            "basalt.yaml:1:46: environments.a.require[0] must name one gate | For example - soak: 24h",
        ),
        (
            "environments: {b: {}, a: {from: b, require: [{}]}}\n",
            "basalt.yaml:1:46: environments.a.require[0] must name one gate | For example - soak: 24h",
        ),
        (
            "environments: {a: {require: [{lint: 1}]}}\n",
            "basalt.yaml:1:30: 2 problems:\n  basalt.yaml:1:30: environments.a.require[0] must name one gate\n  basalt.yaml:1:31: unknown key 'lint' in environments.a.require[0] | For example - soak: 24h",
        ),
        (
            "environments: {a: {require: [{soak: 24h}]}}\n",
            "basalt.yaml:1:30: environments.a requires soak but has no from | Add from: with the name of the environment before it.",
        ),
        (
            "environments: {a: {require: [from]}}\n",
            "basalt.yaml:1:30: environments.a requires from but has no from | Add from: with the name of the environment before it.",
        ),
        (
            "environments: {a: {require: [{command: []}]}}\n",
            "basalt.yaml:1:30: environments.a.require[0].command is empty | For example - command: [./check.sh]",
        ),
        (
            "environments: {a: {require: [{command: x}]}}\n",
            "basalt.yaml:1:30: 2 problems:\n  basalt.yaml:1:30: environments.a.require[0].command is empty\n  basalt.yaml:1:40: environments.a.require[0].command must be a list, not a string (x) | For example - command: [./check.sh]",
        ),
        (
            "environments: {a: {require: [{command: [1]}]}}\n",
            'basalt.yaml:1:41: environments.a.require[0].command must be text, not an integer (1) | Write "1" in quotes.',
        ),
        ("- a\n", "basalt.yaml:1:1: the document must be a mapping, not a list | None"),
    ],
)
def test_a_wrong_configuration_is_told(text: str, expected: str) -> None:
    assert show(text) == expected


def test_all_problems_of_a_configuration_come_at_once() -> None:
    with pytest.raises(BasaltError) as caught:
        parse_config(b"trunks: main\nprompts: 3\n", "sub/basalt.yaml")
    assert caught.value.message == (
        "2 problems:\n  sub/basalt.yaml:1:1: unknown key 'trunks'\n"
        "  sub/basalt.yaml:2:10: prompts must be text, not an integer (3)"
    )
    assert caught.value.place == Place("sub/basalt.yaml", 1, 1)
