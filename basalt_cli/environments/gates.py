"""Gates: the checks that an environment requires before a version may be promoted to it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property

from basalt_cli.git.command import find_signature
from basalt_cli.lint.engine import lint_prompt
from basalt_cli.lint.rule_choice import choose_rules
from basalt_cli.model.change import Risk
from basalt_cli.model.config import Environment, Gate
from basalt_cli.model.pointer import GateResult, Move, Pointer
from basalt_cli.model.version import Version
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.testing.run_one import check_cases
from basalt_cli.text.words import plural
from basalt_cli.versions.listing import read_releases
from basalt_cli.versions.references import open_catalog
from basalt_cli.workspace.catalog import Catalog
from basalt_cli.workspace.project import Project


class GateContext:
    """Where the moves of one plan are judged; what several gates read is read once.

    ``project`` carries the configuration that judges; ``allowed_breaking`` is the caller's reason to let breaking
    changes pass.
    """

    def __init__(
        self, project: Project, state: TrunkState, environment: Environment, allowed_breaking: str | None = None
    ) -> None:
        self.project = project
        self.state = state
        self.environment = environment
        self.allowed_breaking = allowed_breaking
        self.now = int(time.time())
        self._catalogs: dict[str, Catalog] = {}

    def open_catalog(self, commit: str) -> Catalog:
        """Return the prompts at a commit."""
        if commit not in self._catalogs:
            self._catalogs[commit] = open_catalog(self.project, commit)
        return self._catalogs[commit]

    @cached_property
    def running_since(self) -> dict[str, tuple[str, int]]:
        """Return the digest that the source environment runs of each prompt, and the time since when it has run it."""
        found: dict[str, tuple[str, int]] = {}
        settled: set[str] = set()
        for event in self.state.reader.list_events():
            if event.environment != self.environment.source or event.slug in settled:
                continue
            digest = event.new.digest if event.new is not None and not event.new.rollout else ""
            if digest and found.setdefault(event.slug, (digest, event.time))[0] == digest:
                found[event.slug] = (digest, event.time)
            else:
                settled.add(event.slug)
        return found

    @cached_property
    def releases(self) -> dict[tuple[str, str], str]:
        """Return the names of all releases, by slug and digest."""
        return read_releases(self.project)

    @property
    def source_pointers(self) -> dict[str, Pointer]:
        """Return what runs in the environment that this one takes its versions from."""
        return self.state.pointers.get(self.environment.source or "", {})


def judge(context: GateContext, move: Move) -> tuple[GateResult, ...]:
    """Return the verdicts of all gates on one move; ``command`` gates, which read the whole plan, are left out."""
    gates = [gate for gate in context.environment.gates if gate.name in _JUDGES]
    return tuple(GateResult(gate.name, *_JUDGES[gate.name](context, move, gate)) for gate in gates)


def _judge_lint(context: GateContext, move: Move, _gate: Gate) -> tuple[bool, str]:
    folder, choice = context.project.config.prompts, choose_rules(context.project.config.lint)
    report = lint_prompt(context.open_catalog(_version(move).commit.id), folder, choice, move.slug)
    if not report.errors:
        return True, f"no errors in {plural(report.files, 'file')}, {plural(report.warnings, 'warning')}"
    first = next(finding for finding in report.findings if finding.severity == "error")
    where = first.span.in_file(first.path)
    return False, f"{plural(report.errors, 'error')}, first {where}: {first.code} {first.message}"


def _judge_tests(context: GateContext, move: Move, _gate: Gate) -> tuple[bool, str]:
    file = context.open_catalog(_version(move).commit.id).get_file(move.slug)
    if file.prompt is None or file.problems:
        return False, "the file has errors, so its cases cannot run"
    result = check_cases(_find_tests(context, move), move.slug)
    failed = [case for case in result.cases if case.failures]
    if result.error is not None:
        return False, f"the cases cannot run: {result.error}"
    if failed:
        first = failed[0].failures[0]
        what = f"{first.expectation}: {first.problem}" if first.expectation else first.problem
        return False, f"{plural(len(failed), 'case')} failed, first {failed[0].name!r}: {what}"
    return True, f"{plural(len(result.cases), 'case')} passed" if result.cases else "there are no cases"


def _find_tests(context: GateContext, move: Move) -> Catalog:
    """Return the prompts whose cases judge a version: the trunk's where its prompt is equal, else the version's own.

    Snapshots and fixtures are no part of a version, and can be corrected after it came in.
    """
    latest = context.open_catalog(context.state.commit)
    closure = latest.find_closure(move.slug)
    is_there = closure is not None and closure.digest == _version(move).digest
    return latest if is_there else context.open_catalog(_version(move).commit.id)


def _judge_merged(context: GateContext, move: Move, _gate: Gate) -> tuple[bool, str]:
    name = _version(move).commit.id[:9]
    if move.is_merged:
        return True, f"{name} is in {context.state.trunk.shared_name}"
    return False, f"no commit of {context.state.trunk.shared_name} has the digest of {name}"


def _judge_breaking(context: GateContext, move: Move, _gate: Gate) -> tuple[bool, str]:
    if not move.is_comparable and context.allowed_breaking is None:
        return False, "what runs now cannot be read, so it cannot be compared; --allow-breaking REASON lets it pass"
    breaking = [change for change in move.changes if change.risk is Risk.BREAKING]
    if not breaking:
        return True, "no breaking changes"
    what = f"{plural(len(breaking), 'breaking change')}: {breaking[0].message}"
    if context.allowed_breaking is not None:
        return True, f"{what}; allowed: {context.allowed_breaking}"
    return False, f"{what}; --allow-breaking REASON lets it pass"


def _judge_source(context: GateContext, move: Move, _gate: Gate) -> tuple[bool, str]:
    source, version = context.environment.source, _version(move)
    running = context.source_pointers.get(version.slug)
    if running is None:
        return False, f"{source} does not run {version.slug}"
    if running.digest != version.digest:
        return False, f"{source} runs {running.version[:9]}, which is a different version"
    return True, f"{source} runs {running.version[:9]}, with the same digest"


def _judge_soak(context: GateContext, move: Move, gate: Gate) -> tuple[bool, str]:
    is_there, evidence = _judge_source(context, move, gate)
    if not is_there:
        return False, evidence
    digest, since = context.running_since.get(move.slug, ("", 0))
    seconds = context.now - since if digest == _version(move).digest else 0
    running = f"{context.environment.source} has run it for {format_duration(seconds)}"
    return seconds >= gate.seconds, f"{running}, and the gate requires {format_duration(gate.seconds)}"


def _judge_released(context: GateContext, move: Move, _gate: Gate) -> tuple[bool, str]:
    version = _version(move)
    release = context.releases.get((version.slug, version.digest))
    if release is not None:
        return True, f"released as {release}"
    return False, f"it is not released: basalt release {version.slug}"


def _judge_signed(context: GateContext, move: Move, _gate: Gate) -> tuple[bool, str]:
    return find_signature(context.project.repository, _version(move).commit.id)


def _version(move: Move) -> Version:
    assert move.version is not None
    return move.version


def format_duration(seconds: int) -> str:
    """Return a length of time in its largest whole unit."""
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * size or seconds == size:
            return plural(seconds // size, unit)
    return plural(max(0, seconds), "second")


_Judge = Callable[[GateContext, Move, Gate], tuple[bool, str]]
_JUDGES: dict[str, _Judge] = {
    "lint": _judge_lint,
    "tests": _judge_tests,
    "merged": _judge_merged,
    "no-breaking": _judge_breaking,
    "from": _judge_source,
    "soak": _judge_soak,
    "released": _judge_released,
    "signed": _judge_signed,
}
