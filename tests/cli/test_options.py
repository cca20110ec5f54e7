"""Options that several commands share: each is declared once, and means the same everywhere."""

from __future__ import annotations

from collections import defaultdict

import pytest
from basalt_cli.cli.app import MODULES, build_command
from basalt_cli.cli.options import rewrite_push

from tests.cli.checking import Basalt
from tests.support import Repo

# Options whose meaning depends on the command, so that each command describes its own.
OWN_MEANING = {"--all", "--at", "--env", "--fix", "--format", "--output", "--patch", "--staged", "--to", "--version"}


def collect_helps() -> dict[str, set[str]]:
    """Return the help texts of each long option, over all commands."""
    helps: dict[str, set[str]] = defaultdict(set)
    group = build_command()
    for name in MODULES:
        for parameter in group.get_command(None, name).params:
            for option in parameter.opts:
                if option.startswith("--"):
                    helps[option].add(parameter.help)
    return helps


def test_a_shared_option_has_one_help_text() -> None:
    several = {option for option, texts in collect_helps().items() if len(texts) > 1}
    assert several <= OWN_MEANING, several - OWN_MEANING


def test_every_option_is_described_by_a_sentence() -> None:
    for option, texts in collect_helps().items():
        for text in texts:
            assert text.endswith("."), (option, text)


@pytest.mark.parametrize(
    ("arguments", "rewritten"),
    [
        ([], []),
        (["greeting", "--push"], ["greeting", "--push="]),
        (["--push", "origin"], ["--push=", "origin"]),
        (["--push=origin"], ["--push=origin"]),
        (["--pushy"], ["--pushy"]),
    ],
)
def test_a_bare_push_gets_an_empty_value(arguments: list[str], rewritten: list[str]) -> None:
    assert rewrite_push(arguments) == rewritten


@pytest.mark.parametrize("command", ["log", "history"])
def test_the_largest_count_must_be_positive(basalt: Basalt, repo: Repo, command: str) -> None:
    outcome = basalt(command, "greeting", "-n", "0", code=2)
    assert outcome.err == (
        "error: invalid value for '-n' / '--max-count': 0 is not in the range x>=1.\n"
        f"hint: See basalt {command} --help.\n"
    )


@pytest.mark.parametrize("arguments", [["log", "greeting"], ["history"]])
def test_entries_can_be_limited_by_count_and_time(basalt: Basalt, repo: Repo, arguments: list[str]) -> None:
    for number in range(3):
        repo.commit(f"Change {number}", {"prompts/greeting.yaml": f"prompt: Hello {number}\n"})
        basalt("promote", "greeting", "--to", "staging")
    key = {"log": "versions", "history": "events"}[arguments[0]]
    everything = basalt(*arguments, "--format", "json").json[key]
    assert len(everything) == {"log": 4, "history": 3}[arguments[0]]
    assert basalt(*arguments, "-n", "2", "--format", "json").json[key] == everything[:2]
    assert basalt(*arguments, "--since", "1 day ago", "--format", "json").json[key] == everything
    assert basalt(*arguments, "--since", "2100-01-01", "--format", "json").json[key] == []


@pytest.mark.parametrize(
    "arguments", [["promote", "greeting", "--to", "staging"], ["release", "greeting"], ["rollback", "greeting", "--env", "staging"]]
)  # fmt: skip
def test_a_dry_run_changes_nothing(basalt: Basalt, repo: Repo, arguments: list[str]) -> None:
    basalt("promote", "greeting", "--to", "staging")
    repo.commit("Change", {"prompts/greeting.yaml": "prompt: Hi\n"})
    basalt("promote", "greeting", "--to", "staging")
    repo.commit("Change again", {"prompts/greeting.yaml": "prompt: Hey\n"})
    before = repo.git("for-each-ref"), repo.git("status", "--porcelain")
    outcome = basalt(*arguments, "--dry-run", "--format", "json")
    assert outcome.json["applied"] is False
    assert outcome.json["moves" if "moves" in outcome.json else "releases"]
    assert (repo.git("for-each-ref"), repo.git("status", "--porcelain")) == before
