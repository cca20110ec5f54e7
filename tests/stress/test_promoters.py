"""Sixteen promoters at once: nothing is lost, nothing is recorded twice, nobody waits for ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.checking import Basalt, checked
from tests.stress.promoters import IS_FULL, check_laws, collect, make_start, start_promoter
from tests.support import Repo

PROMOTERS = 16
PUSHES, LOCALS = (25, 50) if IS_FULL else (6, 12)
SLOWEST_SECONDS = 10.0


@pytest.mark.parametrize("slugs", ["different", "same"])
@pytest.mark.parametrize("kind", ["file", "tags"])
def test_against_one_remote(basalt: Basalt, tmp_path: Path, kind: str, slugs: str) -> None:
    names = [f"p{number}" for number in range(PROMOTERS)]
    start, commits = make_start(tmp_path / "start", kind, names)
    hub = tmp_path / "hub.git"
    start.git("clone", "--quiet", "--bare", str(start.path), str(hub))
    processes = []
    for name in names:
        clone = tmp_path / name
        Repo(hub).git("clone", "--quiet", str(hub), str(clone))
        theirs = [name] if slugs == "different" else names[:2]
        processes.append(start_promoter(clone, name, theirs, commits, PUSHES, pushes=True))
    attempts = collect(processes)
    assert len(attempts) == PROMOTERS * PUSHES
    events = checked(basalt("-C", str(hub), "history", "--format", "json"), "history")["events"]
    check_laws(attempts, events, SLOWEST_SECONDS)
    assert Repo(hub).git("fsck", "--no-dangling", "--no-progress") == ""
    if slugs == "different":
        assert all(attempt.code == 0 for attempt in attempts)


@pytest.mark.parametrize("kind", ["file", "tags"])
def test_in_one_clone(basalt: Basalt, tmp_path: Path, kind: str) -> None:
    names = [f"p{number}" for number in range(4)]
    start, commits = make_start(tmp_path / "start", kind, names)
    start.write("prompts/p0.yaml", "prompt: dirty\n")
    start.write("staged.txt", "staged\n")
    start.git("add", "staged.txt")
    before = start.git("status", "--porcelain")
    processes = [
        start_promoter(start.path, f"w{number}", names, commits, LOCALS, pushes=False) for number in range(PROMOTERS)
    ]
    attempts = collect(processes)
    events = checked(basalt("-C", str(start.path), "history", "--format", "json"), "history")["events"]
    check_laws(attempts, events, SLOWEST_SECONDS)
    assert start.git("status", "--porcelain") == before
    assert start.git("fsck", "--no-dangling", "--no-progress") == ""
