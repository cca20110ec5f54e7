"""Many prompts and pointers at once: what is remembered must be what is true."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.checking import Basalt, checked
from tests.support import PROMPT, Repo, make_repo

COUNT = 60
POLICY = "trunk: main\ndeployments: {kind}\nenvironments:\n  staging: {{}}\n  production: {{from: staging}}\n"


def edition(number: int) -> dict[str, str]:
    return {f"prompts/p{n}.yaml": PROMPT.replace("Hello", f"Hello {number} {n}") for n in range(COUNT)}


@pytest.fixture(params=["file", "tags"])
def crowd(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository with many prompts, all of which run in staging."""
    files = {**edition(0), "basalt.yaml": POLICY.format(kind=request.param)}
    repo = make_repo(tmp_path / "crowd", files)
    monkeypatch.chdir(repo.path)
    return repo


def read_all(basalt: Basalt) -> dict[str, tuple[str, int, str | None]]:
    prompts = checked(basalt("status", "--format", "json"), "status")["prompts"]
    return {
        p["slug"]: (found["version"], found["behind"], found["risk"])
        for p in prompts
        for found in [p["environments"]["staging"]]
    }


def test_status_is_remembered_until_a_ref_moves(basalt: Basalt, crowd: Repo) -> None:
    first = crowd.head
    basalt("promote", "--all", "--to", "staging")
    for _ in range(3):
        assert set(read_all(basalt).values()) == {(first, 0, None)}
    text = basalt("status").out
    assert text.count(first[:9]) >= COUNT
    assert basalt("status", "--format", "text").out == text
    crowd.commit("One", {"prompts/p7.yaml": PROMPT.replace("Hello", "Bye")})
    for _ in range(2):
        found = read_all(basalt)
        assert found.pop("p7") == (first, 1, "wording")
        assert set(found.values()) == {(first, 0, None)}
    second = crowd.commit("All", edition(1))
    for _ in range(2):
        found = read_all(basalt)
        assert found.pop("p7") == (first, 2, "wording")
        assert set(found.values()) == {(first, 1, "wording")}
    done = checked(basalt("promote", "--all", "--to", "staging", "--format", "json"), "promote")
    assert {move["risk"] for move in done["moves"]} == {"wording"}
    assert len(done["moves"]) == COUNT
    assert set(read_all(basalt).values()) == {(second, 0, None)}
    basalt("release", "p1")
    prompts = checked(basalt("status", "--format", "json"), "status")["prompts"]
    releases = {p["slug"]: p["environments"]["staging"]["release"] for p in prompts}
    assert releases.pop("p1") == "v1.0.0"
    assert set(releases.values()) == {None}
    assert crowd.git("fsck", "--no-dangling", "--no-progress") == ""


def test_a_flaw_is_looked_at_each_time(basalt: Basalt, crowd: Repo) -> None:
    crowd.git("switch", "--quiet", "-c", "branch")
    side = crowd.commit("Side", {"prompts/p3.yaml": PROMPT.replace("Hello", "Hey")})
    crowd.git("switch", "--quiet", "main")
    basalt("promote", "p3", "--to", "staging", "--version", side, "--allow-unmerged")
    for _ in range(2):
        assert "p3 at" in basalt("status").err
    assert not list((crowd.path / ".git/basalt").glob("status-*.json"))
    crowd.git("merge", "--quiet", "--no-ff", "-m", "Merge", "branch")
    assert basalt("status").err == ""


def test_a_roll_out_of_many_and_back(basalt: Basalt, crowd: Repo) -> None:
    first = crowd.head
    basalt("promote", "--all", "--to", "staging")
    second = crowd.commit("All", edition(1))
    basalt("promote", "p*", "--to", "staging", "--percent", "25")
    for _ in range(2):
        prompts = checked(basalt("status", "--format", "json"), "status")["prompts"]
        shares = {tuple((s["version"], s["percent"]) for s in p["environments"]["staging"]["rollout"]) for p in prompts}
        assert shares == {((second, 25),)}
    basalt("rollback", "p*", "--env", "staging")
    assert {version for version, _, _ in read_all(basalt).values()} == {first}
    assert len(checked(basalt("history", "--format", "json"), "history")["events"]) == 3 * COUNT
