"""Anything that people do to prompts and pointers, in any order, against a model that is two dictionaries."""

from __future__ import annotations

import io
import json
import os
import shutil
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from basalt_cli.cli.main import main
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.stress.promoters import IS_FULL
from tests.support import Repo, make_repo

ENVIRONMENTS = ("staging", "production")
SLUGS = ("a", "b", "team/c")
POLICY = "trunk: main\ndeployments: {kind}\nenvironments:\n  staging: {{}}\n  production: {{from: staging}}\n"
slugs, environments = st.sampled_from(SLUGS), st.sampled_from(ENVIRONMENTS)


class Runs(NamedTuple):
    """What a pointer runs: a commit, and beside it another for so many of 100 callers."""

    version: str
    beside: tuple[str, int] | None = None


class Pointers(RuleBasedStateMachine):
    """The real thing, and beside it what it should be."""

    kind = "file"

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="basalt-test-"))
        self.counter = 0
        self.latest: dict[str, str] = {}
        self.running: dict[tuple[str, str], Runs] = {}
        self.ran: dict[tuple[str, str], list[str]] = {}
        self.released: dict[str, str] = {}
        self.content: dict[tuple[str, str], str] = {}
        self.events = 0

    @initialize()
    def start(self) -> None:
        self.repo: Repo = make_repo(self.folder / "shop", {"basalt.yaml": POLICY.format(kind=self.kind)})
        self.edit("a")

    def teardown(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def basalt(self, *arguments: str, code: int = 0) -> Any:
        out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            found = main(["-C", str(self.repo.path), *arguments, "--format", "json"])
            out.flush()
        os.chdir(Path(__file__).parents[2])
        text = out.buffer.getvalue().decode()
        assert found == code, (arguments, found, text, err.getvalue())
        return json.loads(text) if code == 0 else None

    def text(self) -> str:
        self.counter += 1
        return f"name: Prompt {self.counter}\nprompt: Words of edition {self.counter}\n"

    def move(self, environment: str, slug: str, runs: Runs | None) -> None:
        """Note a move in the model, if it is one."""
        key = (environment, slug)
        now = self.running.get(key)
        if now == runs or (now is not None and runs is not None and self.is_same(slug, now, runs)):
            return
        self.events += 1
        if runs is None:
            del self.running[key]
            self.ran.pop(key, None)
            return
        self.running[key] = runs
        stack = self.ran.setdefault(key, [])
        if not stack or stack[-1] != runs.version:
            stack.append(runs.version)

    def is_same(self, slug: str, now: Runs, runs: Runs) -> bool:
        """Say whether two pointers run the same content to all, from whichever commits."""
        return now.beside is None is runs.beside and self.content[slug, now.version] == self.content[slug, runs.version]

    def enter(self, slug: str, commit: str) -> None:
        """Note the newest version of a prompt."""
        self.latest[slug] = commit
        self.content[slug, commit] = self.repo.git("show", f"{commit}:prompts/{slug}.yaml")

    @rule(slug=slugs)
    def edit(self, slug: str) -> None:
        self.enter(slug, self.repo.commit(f"Edit {slug}", {f"prompts/{slug}.yaml": self.text()}))

    @rule(slug=slugs)
    def merge(self, slug: str) -> None:
        """A version comes in where it was written, not where it was merged."""
        self.repo.git("switch", "--quiet", "-c", f"side{self.counter}")
        side = self.repo.commit(f"Side {slug}", {f"prompts/{slug}.yaml": self.text()})
        self.repo.git("switch", "--quiet", "main")
        self.repo.commit("Meanwhile", {"README.md": self.text()})
        self.repo.git("merge", "--quiet", "--no-ff", "-m", "Merge", side)
        self.enter(slug, side)

    @precondition(lambda self: self.latest)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        slug = data.draw(st.sampled_from(sorted(self.latest)))
        self.repo.git("rm", "--quiet", f"prompts/{slug}.yaml")
        self.repo.commit(f"Delete {slug}")
        del self.latest[slug]

    @precondition(lambda self: 0 < len(self.latest) < len(SLUGS))
    @rule(data=st.data())
    def rename(self, data: st.DataObject) -> None:
        old = data.draw(st.sampled_from(sorted(self.latest)))
        new = data.draw(st.sampled_from(sorted(set(SLUGS) - self.latest.keys())))
        (self.repo.path / f"prompts/{new}.yaml").parent.mkdir(exist_ok=True)
        self.repo.git("mv", f"prompts/{old}.yaml", f"prompts/{new}.yaml")
        self.enter(new, self.repo.commit(f"Rename {old} to {new}"))
        del self.latest[old]

    @rule(slug=slugs, environment=environments)
    def promote_the_newest(self, slug: str, environment: str) -> None:
        known = slug in self.latest
        arguments = ("promote", slug, "--to", environment, "--version", "latest")
        done = self.basalt(*arguments, code=0 if known else 3)
        if known:
            self.move(environment, slug, Runs(self.latest[slug]))
            assert done["applied"] is bool(done["moves"])

    @rule(slug=slugs)
    def promote_onwards(self, slug: str) -> None:
        source = self.running.get(("staging", slug))
        can = source is not None and source.beside is None
        self.basalt("promote", slug, "--to", "production", code=0 if can else 3)
        if can and source is not None:
            self.move("production", slug, source)

    @rule(slug=slugs, environment=environments, percent=st.integers(1, 99))
    def roll_out(self, slug: str, environment: str, percent: int) -> None:
        now = self.running.get((environment, slug))
        target = now.beside[0] if now is not None and now.beside is not None else self.latest.get(slug)
        arguments = ("promote", slug, "--to", environment, f"--percent={percent}")
        if now is None or target is None:
            self.basalt(*arguments, "--version", target or "latest", code=3)
            return
        self.basalt(*arguments, "--version", target)
        is_new = self.content[slug, target] != self.content[slug, now.version]
        self.move(environment, slug, Runs(now.version, (target, percent)) if is_new else now)

    @rule(slug=slugs, environment=environments)
    def roll_back(self, slug: str, environment: str) -> None:
        key = (environment, slug)
        now, stack = self.running.get(key), self.ran.get(key, [])
        can = now is not None and (now.beside is not None or len(stack) > 1)
        self.basalt("rollback", slug, "--env", environment, code=0 if can else 3)
        if not can or now is None:
            return
        if now.beside is None:
            stack.pop()
        self.events += 1
        self.running[key] = Runs(stack[-1])

    @rule(slug=slugs, environment=environments)
    def remove(self, slug: str, environment: str) -> None:
        can = (environment, slug) in self.running
        self.basalt("rollback", slug, "--env", environment, "--to", "nothing", code=0 if can else 3)
        if can:
            self.move(environment, slug, None)

    @rule()
    def release(self) -> None:
        now = {slug: self.repo.read(f"prompts/{slug}.yaml") for slug in self.latest}
        fresh = {slug for slug, text in now.items() if self.released.get(slug) != text}
        done = self.basalt("release", "--all", code=0 if fresh else 3)
        if done is not None:
            assert {found["slug"] for found in done["releases"]} == fresh
        self.released |= now

    @rule()
    def migrate(self) -> None:
        other = "tags" if self.kind == "file" else "file"
        self.basalt("migrate", "deployments", "--to", other)
        self.kind = other
        # The file remembers what it said before, and that it says something again; tags are told what is new to them.
        events = self.basalt("history")["events"]
        if other == "tags":
            assert len(events) >= self.events
        self.events = len(events)
        self.ran = _replay(events)

    @invariant()
    def status_is_the_model(self) -> None:
        if not hasattr(self, "repo"):
            return
        prompts = self.basalt("status")["prompts"]
        assert {p["slug"]: p["latest"] for p in prompts if p["latest"]} == self.latest
        found = {(name, p["slug"]): _runs(runs) for p in prompts for name, runs in p["environments"].items()}
        assert found == self.running
        assert self.repo.git("status", "--porcelain") == ""

    @invariant()
    def history_is_whole(self) -> None:
        if not hasattr(self, "repo"):
            return
        events = self.basalt("history")["events"]
        assert len(events) == self.events
        last: dict[tuple[str, str], str | None] = {}
        for event in reversed(events):
            key = (event["environment"], event["slug"])
            assert event["from"] == last.get(key)
            last[key] = event["to"]
        assert {key: version for key, version in last.items() if version} == {
            key: runs.version for key, runs in self.running.items()
        }


def _runs(found: dict[str, Any]) -> Runs:
    beside = [(share["version"], share["percent"]) for share in found["rollout"]]
    return Runs(found["version"], beside[0] if beside else None)


def _replay(events: list[dict[str, Any]]) -> dict[tuple[str, str], list[str]]:
    """Return what ran before what runs, as history tells it."""
    ran: dict[tuple[str, str], list[str]] = {}
    for event in reversed(events):
        stack = ran.setdefault((event["environment"], event["slug"]), [])
        if event["to"] is None:
            stack.clear()
        elif event["action"] == "rollback" and event["to"] in stack:
            del stack[stack.index(event["to"]) + 1 :]
        elif not stack or stack[-1] != event["to"]:
            stack.append(event["to"])
    return ran


def _machine(name: str) -> type[Pointers]:
    return type(f"PointersIn{name.capitalize()}", (Pointers,), {"kind": name})


@pytest.mark.parametrize("kind", ["file", "tags"])
def test_anything_in_any_order(kind: str) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    machine = _machine(kind)
    examples, steps = (60, 30) if IS_FULL else (8, 14)
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=checks
        ),
    )
