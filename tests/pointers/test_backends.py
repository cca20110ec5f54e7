"""Pointers in a file and in tags: the same commands, and the same answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.checking import Basalt, checked
from tests.support import PROMPT, Repo, make_repo

POLICY = (
    "format: 1\ntrunk: main\ndeployments: {kind}\nenvironments:\n  staging: {{}}\n  production: {{from: staging}}\n"
)


@pytest.fixture(params=["file", "tags"])
def kind(request: pytest.FixtureRequest) -> str:
    """Where the pointers are kept."""
    name: str = request.param
    return name


@pytest.fixture
def shop(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repo]:
    """A repository with three prompts that keeps its pointers in one of the two places."""
    files = {
        "prompts/greeting.yaml": PROMPT,
        "prompts/support/reply.yaml": PROMPT,
        "prompts/support/triage.yaml": PROMPT,
    }
    repo = make_repo(tmp_path / "shop", {**files, "basalt.yaml": POLICY.format(kind=kind)})
    monkeypatch.chdir(repo.path)
    yield repo
    assert repo.git("fsck", "--no-dangling", "--no-progress") == ""


def change(repo: Repo, slug: str = "greeting", words: str = "Hi") -> str:
    return repo.commit(f"{words} in {slug}", {f"prompts/{slug}.yaml": PROMPT.replace("Hello", words)})


def running(basalt: Basalt) -> dict[tuple[str, str], str]:
    status = checked(basalt("status", "--format", "json"), "status")
    return {
        (name, prompt["slug"]): found["version"]
        for prompt in status["prompts"]
        for name, found in prompt["environments"].items()
    }


def history(basalt: Basalt, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = checked(basalt("history", *arguments, "--format", "json"), "history")["events"]
    return found


def test_promote_from_one_environment_to_the_next(basalt: Basalt, shop: Repo) -> None:
    first = shop.head
    done = checked(basalt("promote", "greeting", "support/*", "--to", "staging", "--format", "json"), "promote")
    assert (done["applied"], [move["slug"] for move in done["moves"]]) == (
        True,
        ["greeting", "support/reply", "support/triage"],
    )
    second = change(shop)
    basalt("promote", "greeting", "--to", "production", "--reason", "because\nBasalt-Action: forged")
    assert running(basalt)["production", "greeting"] == first
    basalt("promote", "greeting", "--to", "production", "--version", "latest")
    assert running(basalt)["production", "greeting"] == second
    (newest, older) = history(basalt, "greeting", "--env", "production")
    assert (newest["from"], newest["to"], newest["action"]) == (first, second, "promote")
    assert (older["from"], older["to"], older["reason"]) == (None, first, "because Basalt-Action: forged")
    assert newest["event"] != older["event"]
    assert newest["author"] == "Ada"


def test_the_same_again_moves_nothing(basalt: Basalt, shop: Repo) -> None:
    basalt("promote", "greeting", "--to", "staging")
    refs = shop.git("for-each-ref")
    assert "runs in staging already" in basalt("promote", "greeting", "--to", "staging").out
    assert shop.git("for-each-ref") == refs


def test_all_is_what_differs(basalt: Basalt, shop: Repo) -> None:
    basalt("promote", "--all", "--to", "staging")
    change(shop)
    done = checked(basalt("promote", "--all", "--to", "staging", "--format", "json"), "promote")
    assert [move["slug"] for move in done["moves"]] == ["greeting"]
    assert done["current"] == ["support/reply", "support/triage"]
    done = checked(basalt("promote", "--all", "--to", "production", "--format", "json"), "promote")
    assert len(done["moves"]) == 3
    assert "name prompts, or give --all" in basalt("promote", "--to", "staging", code=2).err
    assert "name prompts, or give --all" in basalt("promote", "greeting", "--all", "--to", "staging", code=2).err


def test_rollback_goes_back_step_by_step(basalt: Basalt, shop: Repo) -> None:
    versions = [shop.head, change(shop, words="Two"), change(shop, words="Three")]
    for version in versions:
        basalt("promote", "greeting", "--to", "staging", "--version", version)
    before = history(basalt)
    done = checked(basalt("rollback", "greeting", "--env", "staging", "--format", "json"), "rollback")
    assert (done["applied"], done["moves"][0]["to"]) == (True, versions[1])
    assert running(basalt)["staging", "greeting"] == versions[1]
    basalt("rollback", "greeting", "--env", "staging", "--reason", "worse")
    assert running(basalt)["staging", "greeting"] == versions[0]
    assert "nothing ran before" in basalt("rollback", "greeting", "--env", "staging", code=3).err
    events = history(basalt)
    assert [event["action"] for event in events] == ["rollback", "rollback", "promote", "promote", "promote"]
    assert events[0]["reason"] == "worse"
    assert events[2:] == before
    digests = {event["to"]: event["digest"] for event in before}
    assert events[0]["digest"] == digests[versions[0]]


def test_what_was_rolled_back_waits_to_be_named(basalt: Basalt, shop: Repo) -> None:
    basalt("promote", "--all", "--to", "staging")
    second = change(shop)
    basalt("promote", "--all", "--to", "staging")
    basalt("rollback", "greeting", "--env", "staging")
    done = checked(basalt("promote", "--all", "--to", "staging", "--format", "json"), "promote")
    assert done["moves"] == []
    assert done["skipped"][0]["slug"] == "greeting"
    assert "was rolled back" in basalt("promote", "--all", "--to", "staging").out
    third = change(shop, words="Third")
    basalt("promote", "--all", "--to", "staging")
    assert running(basalt)["staging", "greeting"] == third
    basalt("rollback", "greeting", "--env", "staging")
    basalt("promote", "greeting", "--to", "staging", "--version", second)
    assert running(basalt)["staging", "greeting"] == second


def test_rollback_to_a_version_and_to_nothing(basalt: Basalt, shop: Repo) -> None:
    first = shop.head
    basalt("promote", "greeting", "--to", "staging")
    second = change(shop)
    refused = basalt("rollback", "greeting", "--env", "staging", "--to", second, code=1)
    assert "never ran in staging" in refused.err
    basalt("promote", "greeting", "--to", "staging")
    basalt("promote", "greeting", "--to", "staging", "--version", change(shop, words="Third"))
    basalt("rollback", "greeting", "--env", "staging", "--to", first)
    assert running(basalt)["staging", "greeting"] == first
    basalt("rollback", "greeting", "--env", "staging", "--to", "nothing")
    assert ("staging", "greeting") not in running(basalt)
    assert history(basalt)[0]["action"] == "remove"
    assert "is not deployed to staging" in basalt("rollback", "greeting", "--env", "staging", code=3).err
    assert "is not deployed to staging" in basalt("render", "greeting@staging", code=3).err
    basalt("promote", "greeting", "--to", "staging")
    assert history(basalt)[0]["from"] is None


def test_a_gradual_roll_out(basalt: Basalt, shop: Repo) -> None:
    first = shop.head
    basalt("promote", "greeting", "--to", "staging")
    second = change(shop)
    basalt("promote", "greeting", "--to", "staging", "--percent", "10")
    (row,) = [p for p in checked(basalt("status", "--format", "json"), "status")["prompts"] if p["slug"] == "greeting"]
    found = row["environments"]["staging"]
    assert (found["version"], [(s["version"], s["percent"]) for s in found["rollout"]]) == (first, [(second, 10)])
    assert f"+ 10 % {second[:9]}" in basalt("status").out
    # A newer version is no reason to roll out another one under way.
    third = change(shop, words="Third")
    basalt("promote", "greeting", "--to", "staging", "--percent", "50")
    assert history(basalt)[0]["rollout"][0]["version"] == second
    assert "staging rolls greeting out" in basalt("promote", "greeting", "--to", "production", code=3).err
    basalt("promote", "greeting", "--to", "staging", "--percent", "100")
    assert running(basalt)["staging", "greeting"] == second
    assert history(basalt)[0]["rollout"] == []
    basalt("promote", "greeting", "--to", "staging", "--percent", "5")
    assert history(basalt)[0]["rollout"][0]["version"] == third
    basalt("rollback", "greeting", "--env", "staging")
    assert (running(basalt)["staging", "greeting"], history(basalt)[0]["rollout"]) == (second, [])
    assert [event["action"] for event in history(basalt)] == [
        "rollback", "rollout", "promote", "rollout", "rollout", "promote",
    ]  # fmt: skip
    basalt("rollback", "greeting", "--env", "staging")
    assert running(basalt)["staging", "greeting"] == first


@pytest.mark.parametrize("percent", ["0", "101", "-5"])
def test_a_share_that_cannot_be(basalt: Basalt, shop: Repo, percent: str) -> None:
    assert "from 1 to 100" in basalt("promote", "greeting", "--to", "staging", f"--percent={percent}", code=2).err


def test_a_roll_out_needs_something_beside_it(basalt: Basalt, shop: Repo) -> None:
    outcome = basalt("promote", "greeting", "--to", "staging", "--percent", "10", code=3)
    assert "greeting is not deployed to staging, and --percent needs a version that is deployed" in outcome.err


def test_history_is_filtered(basalt: Basalt, shop: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    basalt("promote", "greeting", "support/*", "--to", "staging")
    for name in ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"):
        monkeypatch.setenv(name, "Grace")
    for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        monkeypatch.setenv(name, "2090-01-01T00:00:00Z")
    basalt("promote", "support/reply", "--to", "production", "--reason", "a | b")
    found = history(basalt, "support/*", "--env", "staging")
    assert {event["slug"] for event in found} == {"support/triage", "support/reply"}
    assert [event["slug"] for event in history(basalt, "--author", "grace")] == ["support/reply"]
    assert history(basalt, "--since", "2100-01-01") == []
    assert history(basalt, "--until", "2001-01-01") == []
    assert len(history(basalt, "-n", "2")) == 2
    text = basalt("history").out
    assert text.startswith("promote  production  support/reply  nothing -> ")
    table = basalt("history", "--format", "markdown").out.splitlines()
    assert "a \\| b" in table[2]
    assert len(table) == 6


def test_the_order_of_moves_within_one_second(basalt: Basalt, shop: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        monkeypatch.setenv(name, "1700000000 +0000")
    versions = [shop.head, change(shop, words="Two"), change(shop, words="Three")]
    for version in versions:
        basalt("promote", "greeting", "--to", "staging", "--version", version)
    assert [event["to"] for event in history(basalt)] == versions[::-1]
    assert running(basalt)["staging", "greeting"] == versions[-1]


def test_a_gone_prompt_and_a_renamed_one(basalt: Basalt, shop: Repo) -> None:
    basalt("promote", "--all", "--to", "staging")
    shop.git("mv", "prompts/greeting.yaml", "prompts/welcome.yaml")
    shop.commit("Rename")
    status = checked(basalt("status", "--format", "json"), "status")["prompts"]
    assert {p["slug"]: p["latest"] is None for p in status}["greeting"]
    basalt("promote", "welcome", "--to", "staging")
    basalt("rollback", "greeting", "--env", "staging", "--to", "nothing")
    assert set(running(basalt)) == {("staging", s) for s in ("welcome", "support/reply", "support/triage")}


def test_the_users_tree_and_index_stay_as_they_are(basalt: Basalt, shop: Repo) -> None:
    shop.write("prompts/greeting.yaml", PROMPT + "name: dirty\n")
    shop.write("staged.txt", "x")
    shop.git("add", "staged.txt")
    before = shop.git("status", "--porcelain"), shop.git("diff", "--cached"), shop.git("diff")
    basalt("promote", "greeting", "--to", "staging")
    basalt("rollback", "greeting", "--env", "staging", "--to", "nothing")
    assert (shop.git("status", "--porcelain"), shop.git("diff", "--cached"), shop.git("diff")) == before


def test_a_second_clone_sees_it_after_a_push(basalt: Basalt, shop: Repo, tmp_path: Path) -> None:
    shop.git("clone", "--quiet", "--bare", str(shop.path), str(tmp_path / "hub.git"))
    shop.git("remote", "add", "origin", str(tmp_path / "hub.git"))
    shop.git("fetch", "--quiet", "origin")
    shop.git("branch", "--quiet", "--set-upstream-to=origin/main")
    first = shop.head
    basalt("promote", "greeting", "--to", "staging", "--push")
    shop.git("clone", "--quiet", str(tmp_path / "hub.git"), str(tmp_path / "other"))
    other = Repo(tmp_path / "other")
    status = basalt("-C", str(other.path), "status", "--format", "json").json["prompts"]
    assert status[0]["environments"]["staging"]["version"] == first
    basalt("-C", str(other.path), "promote", "support/reply", "--to", "staging", "--push=origin")
    # This clone is behind now, and builds on what is fetched.
    basalt("promote", "support/triage", "--to", "staging", "--push")
    shop.git("pull", "--quiet", "--tags", check=False)
    assert {slug for _, slug in running(basalt)} == {"greeting", "support/reply", "support/triage"}
    assert shop.git("status", "--porcelain") == ""


def test_migration_keeps_pointers_and_history(basalt: Basalt, shop: Repo, kind: str) -> None:
    other = "file" if kind == "tags" else "tags"
    first = shop.head
    basalt("promote", "--all", "--to", "staging")
    second = change(shop)
    basalt("promote", "greeting", "--to", "staging", "--percent", "20", "--reason", "try it")
    basalt("promote", "support/reply", "--to", "production")
    before, told = running(basalt), history(basalt)
    checked(basalt("migrate", "deployments", "--to", other, "--format", "json"), "migrate")
    assert running(basalt) == before
    if other == "tags":
        keys = ("slug", "environment", "action", "from", "to", "rollout", "author", "reason")
        retold = history(basalt)
        assert sorted(str([e[key] for key in keys]) for e in retold) == sorted(
            str([e[key] for key in keys]) for e in told
        )
        assert not (shop.path / "deployments.yaml").exists()
    assert (
        f"in {'deployments.yaml' if other == 'file' else 'tags'} already"
        in basalt("migrate", "deployments", "--to", other, code=3).err
    )
    basalt("rollback", "greeting", "--env", "staging")
    assert running(basalt)["staging", "greeting"] == first
    basalt("migrate", "deployments", "--to", kind)
    after = running(basalt)
    assert after == before
    basalt("promote", "greeting", "--to", "staging")
    assert running(basalt)["staging", "greeting"] == second
    assert shop.git("status", "--porcelain") == ""


def test_as_of_an_earlier_time(basalt: Basalt, shop: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        monkeypatch.setenv(name, "2030-01-01T00:00:00Z")
    versions = [change(shop, words="One")]
    basalt("promote", "greeting", "--to", "staging")
    for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        monkeypatch.setenv(name, "2030-02-01T00:00:00Z")
    versions.append(change(shop, words="Two"))
    basalt("promote", "greeting", "--to", "staging")
    found = basalt("resolve", "greeting@staging", "--as-of", "2030-01-15", "--format", "json").json
    assert found["version"] == versions[0]
    assert basalt("resolve", "greeting@staging", "--format", "json").json["version"] == versions[1]


def test_a_repair_is_no_step_to_roll_back_by(basalt: Basalt, shop: Repo) -> None:
    first = shop.head
    basalt("promote", "greeting", "--to", "staging")
    shop.git("switch", "--quiet", "-c", "side")
    change(shop, words="Side")
    shop.git("switch", "--quiet", "main")
    basalt("promote", "greeting", "--to", "staging", "--version", "side", "--allow-unmerged")
    shop.git("merge", "--quiet", "--squash", "side")
    squashed = shop.commit("Squash")
    basalt("doctor", "--fix", code=None)
    assert running(basalt)["staging", "greeting"] == squashed
    basalt("rollback", "greeting", "--env", "staging")
    assert running(basalt)["staging", "greeting"] == first


def test_what_was_taken_away_waits_to_be_named(basalt: Basalt, shop: Repo) -> None:
    basalt("promote", "--all", "--to", "staging")
    basalt("rollback", "greeting", "--env", "staging", "--to", "nothing")
    done = checked(basalt("promote", "--all", "--to", "staging", "--format", "json"), "promote")
    assert (done["moves"], [skipped["slug"] for skipped in done["skipped"]]) == ([], ["greeting"])
    basalt("promote", "greeting", "--to", "staging")
    assert ("staging", "greeting") in running(basalt)


def test_the_risk_of_a_step_counts_for_both_sides_of_a_roll_out(basalt: Basalt, shop: Repo) -> None:
    basalt("promote", "greeting", "--to", "staging")
    more = PROMPT.replace("name: string", "name: string, more: {type: string, optional: true}")
    shop.commit("More", {"prompts/greeting.yaml": more + "{% if more %}{{ more }}{% endif %}\n"})
    basalt("promote", "greeting", "--to", "staging", "--percent", "50")
    shop.commit("Less", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Hi")})
    plan = checked(
        basalt("promote", "greeting", "--to", "staging", "--version", "latest", "--dry-run", "--format", "json"),
        "promote",
    )
    assert plan["moves"][0]["risk"] == "breaking"


def test_an_environment_that_nobody_declares_can_be_emptied(basalt: Basalt, shop: Repo) -> None:
    basalt("promote", "greeting", "--to", "staging")
    shop.commit(
        "Gone", {"basalt.yaml": shop.read("basalt.yaml").replace("  staging: {}\n", "").replace("from: staging", "")}
    )
    assert "does not declare" in basalt("status").err
    assert len(history(basalt, "--env", "staging")) == 1
    assert "there is no environment 'staging'" in basalt("rollback", "greeting", "--env", "staging", code=3).err
    basalt("rollback", "greeting", "--env", "staging", "--to", "nothing")
    assert basalt("status").err == ""


def test_a_prompts_folder_that_moved_is_promoted_anew(basalt: Basalt, shop: Repo) -> None:
    basalt("promote", "greeting", "--to", "staging")
    shop.git("mv", "prompts", "llm")
    shop.commit("Move", {"basalt.yaml": shop.read("basalt.yaml") + "prompts: llm\n"})
    assert "no such prompt there" in basalt("status").out
    basalt("promote", "greeting", "--to", "staging")
    assert running(basalt)["staging", "greeting"] == shop.git("log", "-1", "--format=%H", "--", "llm/greeting.yaml")


def test_history_that_fits_nothing_says_so(basalt: Basalt, shop: Repo) -> None:
    basalt("promote", "greeting", "--to", "staging")
    assert basalt("history", "nosuch").err == "note: no pointer event matches\n"


def test_the_branchs_own_policy_does_not_count(basalt: Basalt, shop: Repo) -> None:
    basalt("promote", "greeting", "--to", "staging")
    shop.write("basalt.yaml", "trunk: main\nenvironments: {production: {}}\n")
    basalt("promote", "greeting", "--to", "production")
    shop.git("checkout", "--quiet", "basalt.yaml")
    assert ("production", "greeting") in running(basalt)


def test_a_change_may_hold_what_cannot_be_hashed(basalt: Basalt, repo: Repo) -> None:
    basalt("promote", "greeting", "--to", "staging")
    repo.commit("Cases", {"prompts/greeting.yaml": PROMPT + "tests: [{name: a, variables: {name: Ada}}]\n"})
    assert "none        test cases changed" in basalt("promote", "greeting", "--to", "staging").out
