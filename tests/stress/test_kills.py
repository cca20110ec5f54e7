"""A promotion that is killed, at any moment: the pointer is old or new, and the next command goes on."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.checking import Basalt, checked
from tests.stress.promoters import IS_FULL, make_start
from tests.support import Repo

MOMENTS = 200 if IS_FULL else 12
MOST_PROCESSES = 60
# Runs the real git, and after the process with a certain number kills whoever started it. Processes that start
# together take different numbers: of several who make one folder, one succeeds.
SHIM = """#!/bin/sh
number=1
until mkdir "$SHIM_COUNT/$number" 2> /dev/null; do number=$((number + 1)); done
if [ "$number" = "$SHIM_KILL" ]; then
  "{git}" "$@"
  kill -9 $PPID
  exit 1
fi
exec "{git}" "$@"
"""


class Scene:
    """A repository in which a promotion is killed again and again."""

    def __init__(self, folder: Path, kind: str, *, pushes: bool) -> None:
        start, self.commits = make_start(folder / "start", kind, ["p0", "p1"])
        self.repo, self.hub = start, folder / "hub.git"
        start.git("clone", "--quiet", "--bare", str(start.path), str(self.hub))
        if pushes:
            start.git("clone", "--quiet", str(self.hub), str(folder / "clone"))
            self.repo = Repo(folder / "clone")
        self.options = ["--push"] if pushes else []
        self.shim = folder / "bin"
        self.shim.mkdir()
        git = shutil.which("git")
        (self.shim / "git").write_text(SHIM.format(git=git))
        (self.shim / "git").chmod(stat.S_IRWXU)
        self.count = folder / "count"
        self.turn = 0

    def command(self) -> tuple[list[str], str]:
        """Return the next promotion, and the commit that it promotes."""
        self.turn += 1
        commit = self.commits[self.turn % len(self.commits)]
        return ["promote", "p0", "p1", "--to", "staging", "--version", commit, *self.options], commit

    def start(self, arguments: list[str], kill_after: int = 0) -> subprocess.Popen[bytes]:
        shutil.rmtree(self.count, ignore_errors=True)
        self.count.mkdir()
        path = f"{self.shim}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "SHIM_COUNT": str(self.count), "SHIM_KILL": str(kill_after)}
        return subprocess.Popen(
            [sys.executable, "-m", "basalt_cli", "-C", str(self.repo.path), *arguments],
            cwd=Path(__file__).parents[2],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def count_started(self) -> int:
        """Return how many git processes the last promotion started."""
        return len(list(self.count.iterdir()))

    def pointers(self, basalt: Basalt) -> dict[str, str | None]:
        """Return what runs, where it counts: at the remote, where there is one."""
        place = self.hub if self.options else self.repo.path
        prompts = checked(basalt("-C", str(place), "status", "--format", "json"), "status")["prompts"]
        return {p["slug"]: p["environments"].get("staging", {}).get("version") for p in prompts}

    def check(self, basalt: Basalt, before: dict[str, str | None], new: str) -> None:
        """Hold the laws: all old or all new, no damage, and the next command works or names a lock."""
        now = self.pointers(basalt)
        assert now in (before, {"p0": new, "p1": new})
        for repo in {self.repo.path, self.hub}:
            assert Repo(repo).git("fsck", "--no-dangling", "--no-progress") == ""
        arguments, commit = self.command()
        outcome = basalt("-C", str(self.repo.path), *arguments, code=None)
        if outcome.code == 0:
            assert self.pointers(basalt) == {"p0": commit, "p1": commit}
            assert self.repo.git("status", "--porcelain") == ""
            return
        lock = re.search(r"(\S+\.lock) exists, \d+ seconds old", outcome.err)
        assert lock is not None, outcome
        Path(lock.group(1)).unlink()
        basalt("-C", str(self.repo.path), *arguments)


@pytest.fixture(params=["file", "tags", "file-push", "tags-push"])
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Scene:
    """A scene for both backends, promoting here and at a remote."""
    kind, _, pushes = request.param.partition("-")
    return Scene(tmp_path, kind, pushes=bool(pushes))


def test_killed_after_every_git_process(scene: Scene, basalt: Basalt) -> None:
    killed = outlived = 0
    for number in range(1, MOST_PROCESSES):
        before = scene.pointers(basalt)
        arguments, new = scene.command()
        code = scene.start(arguments, number).wait()
        scene.check(basalt, before, new)
        if scene.count_started() < number:
            assert code == 0
            break
        # The process that reads objects ends with its parent, which may be gone before the kill.
        assert code in (0, -signal.SIGKILL)
        killed += code != 0
        outlived += code == 0
    else:
        pytest.fail("it never came to an end")
    assert killed + outlived >= 8
    assert killed >= 2 * outlived


def test_killed_at_random_moments(scene: Scene, basalt: Basalt) -> None:
    choose = random.Random(7)
    arguments, _ = scene.command()
    started = time.monotonic()
    scene.start(arguments).wait()
    whole = time.monotonic() - started
    codes = set()
    for _ in range(MOMENTS):
        before = scene.pointers(basalt)
        arguments, new = scene.command()
        process = scene.start(arguments)
        time.sleep(choose.uniform(0, whole))
        process.kill()
        codes.add(process.wait())
        # What git was just doing goes on without its parent.
        time.sleep(0.1)
        scene.check(basalt, before, new)
    assert codes <= {0, -signal.SIGKILL}
