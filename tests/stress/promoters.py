"""Many promoters at once, as processes of their own, and the laws that must hold of what they leave behind."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.support import PROMPT, Repo, make_repo

POLICY = "trunk: main\ndeployments: {kind}\nenvironments:\n  staging: {{}}\n"
VERSIONS = 4
# With BASALT_STRESS=full the tests of this folder take a quarter of an hour.
IS_FULL = os.environ.get("BASALT_STRESS") == "full"


class Attempt(NamedTuple):
    """One promotion that somebody tried: what it said, and how long it took."""

    who: str
    slug: str
    code: int
    applied: bool
    old: str | None
    new: str | None
    seconds: float


def make_start(folder: Path, kind: str, slugs: Sequence[str]) -> tuple[Repo, list[str]]:
    """Make a repository with a few versions of some prompts, and return the commits."""
    repo = make_repo(
        folder, {f"prompts/{slug}.yaml": PROMPT for slug in slugs} | {"basalt.yaml": POLICY.format(kind=kind)}
    )
    commits = [repo.head]
    for number in range(1, VERSIONS):
        words = PROMPT.replace("Hello", f"Hello {number}")
        commits.append(repo.commit(f"Edition {number}", {f"prompts/{slug}.yaml": words for slug in slugs}))
    return repo, commits


def start_promoter(
    folder: Path, who: str, slugs: Sequence[str], commits: Sequence[str], count: int, *, pushes: bool
) -> subprocess.Popen[str]:
    """Start a process that promotes ``count`` times in a clone, and prints an attempt a line."""
    arguments = [str(folder), who, ",".join(slugs), ",".join(commits), str(count), "push" if pushes else "local"]
    names = {
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in (("NAME", who), ("EMAIL", f"{who}@example.com"))
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tests.stress.promoters", *arguments],
        cwd=Path(__file__).parents[2],
        env={**os.environ, **names},
        stdout=subprocess.PIPE,
        text=True,
    )


def collect(processes: Sequence[subprocess.Popen[str]]) -> list[Attempt]:
    """Wait for promoters, and return all that they tried."""
    attempts = []
    for process in processes:
        output, _ = process.communicate(timeout=600)
        assert process.returncode == 0
        attempts += [Attempt(*json.loads(line)) for line in output.splitlines()]
    return attempts


def check_laws(attempts: Sequence[Attempt], events: Sequence[dict[str, Any]], slowest_seconds: float) -> None:
    """Hold what was tried against the history: accepted is recorded, chains are whole, losers changed nothing."""
    assert {attempt.code for attempt in attempts} <= {0, 4}, Counter(attempt.code for attempt in attempts)
    accepted = [attempt for attempt in attempts if attempt.applied]
    assert len(accepted) == len(events)
    told = Counter((event["author"], event["slug"], event["from"], event["to"]) for event in events)
    assert told == Counter((attempt.who, attempt.slug, attempt.old, attempt.new) for attempt in accepted)
    assert len({(event["event"], event["slug"]) for event in events}) == len(events)
    last: dict[str, str | None] = {}
    for event in reversed(events):
        assert event["from"] == last.get(event["slug"])
        last[event["slug"]] = event["to"]
    assert max(attempt.seconds for attempt in attempts) < slowest_seconds


def main() -> None:
    """Promote again and again, through the command line's own entry."""
    folder, who, slugs, commits, count, mode = sys.argv[1:]
    from basalt_cli.cli.main import main as run

    os.chdir(folder)
    out = os.dup(1)
    choose = random.Random(who)
    for _ in range(int(count)):
        slug, commit = choose.choice(slugs.split(",")), choose.choice(commits.split(","))
        arguments = ["promote", slug, "--to", "staging", "--version", commit, "--format", "json"]
        reading, writing = os.pipe()
        os.dup2(writing, 1)
        started = time.monotonic()
        code = run([*arguments, *(["--push"] if mode == "push" else [])])
        seconds = time.monotonic() - started
        sys.stdout.flush()
        os.dup2(out, 1)
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as pipe:
            answer = json.load(pipe)
        moves = answer.get("moves") or [{"from": None, "to": None}]
        attempt = Attempt(who, slug, code, bool(answer.get("applied")), moves[0]["from"], moves[0]["to"], seconds)
        os.write(out, (json.dumps(attempt) + "\n").encode())


if __name__ == "__main__":
    main()
