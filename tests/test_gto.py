"""GTO reads our tags: the real one, held against what basalt says."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.checking import Basalt, checked
from tests.support import PROMPT, Repo, make_repo

ROOT = Path(__file__).parents[1]
GTO = shutil.which("gto") or shutil.which("gto", path=str(ROOT / ".tools" / "gto" / "bin"))
pytestmark = pytest.mark.skipif(
    GTO is None, reason="gto is not installed: python3 -m venv .tools/gto && .tools/gto/bin/pip install gto"
)
POLICY = "trunk: main\ndeployments: tags\nenvironments:\n  staging: {}\n  production: {from: staging}\n"


def gto(repo: Repo, *arguments: str) -> Any:
    assert GTO is not None
    result = subprocess.run(
        [GTO, *arguments, "--json"], cwd=repo.path, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
    )
    return json.loads(result.stdout)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository that keeps its pointers in tags, in which much has moved."""
    repo = make_repo(
        tmp_path / "shop",
        {"prompts/greeting.yaml": PROMPT, "prompts/support/reply.yaml": PROMPT, "basalt.yaml": POLICY},
    )
    monkeypatch.chdir(repo.path)
    return repo


def test_gto_shows_and_tells_what_basalt_does(basalt: Basalt, shop: Repo) -> None:
    basalt("release", "--all")
    basalt("promote", "--all", "--to", "staging")
    basalt("promote", "greeting", "--to", "production")
    shop.commit("New", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Hi")})
    # Two moves within one second.
    basalt("promote", "greeting", "--to", "staging")
    basalt("rollback", "greeting", "--env", "staging")
    basalt("promote", "greeting", "--to", "staging")
    basalt("rollback", "support/reply", "--env", "staging", "--to", "nothing")
    basalt("promote", "support/reply", "--to", "staging")

    status = checked(basalt("status", "--format", "json"), "status")["prompts"]
    ours = {(p["slug"], name): found["version"] for p in status for name, found in p["environments"].items()}
    theirs = {}
    for name in gto(shop, "show"):
        slug = name.lstrip("*")
        for environment in ("staging", "production"):
            shown = gto(shop, "show", f"{slug}#{environment}")
            if shown:
                theirs[slug, environment] = shop.git("rev-parse", f"{shown[0]['ref']}^{{commit}}")
    assert theirs == ours

    told = checked(basalt("history", "--format", "json"), "history")["events"]
    events = [(e["slug"], e["environment"], "unassignment" if e["to"] is None else "assignment") for e in told]
    journal = [entry for entry in gto(shop, "history") if entry["event"] in ("assignment", "unassignment")]
    assert sorted((e["artifact"], e["stage"], e["event"]) for e in journal) == sorted(events)
    for key in ours:
        mine = [(e["source"]) for e in told if (e["slug"], e["environment"]) == key]
        assert [e["ref"] for e in journal if (e["artifact"], e["stage"]) == key] == mine


def test_basalt_reads_what_gto_assigns(basalt: Basalt, shop: Repo) -> None:
    assert GTO is not None
    basalt("promote", "greeting", "--to", "staging")
    second = shop.commit("New", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Hi")})
    subprocess.run([GTO, "assign", "greeting", "--stage", "staging"], cwd=shop.path, check=True, capture_output=True)
    status = checked(basalt("status", "--format", "json"), "status")["prompts"][0]["environments"]["staging"]
    assert (status["version"], status["flaw"], status["behind"]) == (second, None, 0)
    basalt("rollback", "greeting", "--env", "staging")
    assert [e["to"] == second for e in checked(basalt("history", "--format", "json"), "history")["events"]] == [
        False,
        True,
        False,
    ]
