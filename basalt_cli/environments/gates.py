"""Gates: what an environment requires of a version before it takes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from basalt_cli.git.command import find_signature
from basalt_cli.lint.engine import lint_prompt
from basalt_cli.lint.rule_choice import choose_rules
from basalt_cli.model.change import Change, Risk
from basalt_cli.model.config import Config, Environment, Gate
from basalt_cli.model.pointer import GateResult, Pointer, Pointers
from basalt_cli.model.version import Version
from basalt_cli.pointers.types import PointerReader
from basalt_cli.testing.run_one import check_cases
from basalt_cli.text.words import plural
from basalt_cli.versions.listing import read_releases
from basalt_cli.versions.references import open_catalog
from basalt_cli.workspace.catalog import Catalog
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import Trunk


@dataclass(frozen=True, slots=True)
class Candidate:
    """A version that is about to be taken, by the prompt's files as they are there, and what changed up to it.

    ``is_merged`` says that a commit of the shared trunk has it, ``is_blind`` that what runs now cannot be read.
    """

    version: Version
    catalog: Catalog
    changes: tuple[Change, ...]
    is_merged: bool
    is_blind: bool = False


@dataclass(frozen=True)
class Situation:
    """Where a candidate is judged: the environment with its policy, the pointers, and what the caller allows.

    ``now`` is in seconds since 1970.
    """

    project: Project
    policy: Config
    environment: Environment
    trunk: Trunk
    reader: PointerReader
    pointers: Pointers
    allowed_breaking: str | None
    now: int

    @cached_property
    def running_since(self) -> dict[str, tuple[str, int]]:
        """Return the digest that the source environment runs of each prompt, and since when without a break."""
        found: dict[str, tuple[str, int]] = {}
        settled: set[str] = set()
        for event in self.reader.list_events():
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
        return self.pointers.get(self.environment.source or "", {})


def judge(situation: Situation, candidate: Candidate) -> tuple[GateResult, ...]:
    """Return the verdicts of all gates that need nothing but the version; ``command`` gates see the whole plan."""
    gates = [gate for gate in situation.environment.gates if gate.name in _JUDGES]
    return tuple(GateResult(gate.name, *_JUDGES[gate.name](situation, candidate, gate)) for gate in gates)


def _judge_lint(situation: Situation, candidate: Candidate, _gate: Gate) -> tuple[bool, str]:
    folder, choice = situation.project.config.prompts, choose_rules(situation.policy.lint)
    report = lint_prompt(candidate.catalog, folder, choice, candidate.version.slug)
    if not report.errors:
        return True, f"no errors in {plural(report.files, 'file')}, {plural(report.warnings, 'warning')}"
    first = next(finding for finding in report.findings if finding.severity == "error")
    where = f"{first.path}:{first.span.line}:{first.span.column}"
    return False, f"{plural(report.errors, 'error')}, first {where}: {first.code} {first.message}"


def _judge_tests(situation: Situation, candidate: Candidate, _gate: Gate) -> tuple[bool, str]:
    file = candidate.catalog.get_file(candidate.version.slug)
    if file.prompt is None or file.problems:
        return False, "the file has errors, so its cases cannot run"
    result = check_cases(_find_tests(situation, candidate), candidate.version.slug)
    failed = [case for case in result.cases if case.failures]
    if result.error is not None:
        return False, f"the cases cannot run: {result.error}"
    if failed:
        first = failed[0].failures[0]
        what = f"{first.expectation}: {first.problem}" if first.expectation else first.problem
        return False, f"{plural(len(failed), 'case')} failed, first {failed[0].name!r}: {what}"
    return True, f"{plural(len(result.cases), 'case')} passed" if result.cases else "there are no cases"


def _find_tests(situation: Situation, candidate: Candidate) -> Catalog:
    """Return where the cases of a version are run: on the trunk, where the prompt stands there as it is.

    Snapshots and fixtures are no part of a version, and are mended after it came in.
    """
    latest = open_catalog(situation.project, situation.trunk.commit)
    closure = latest.find_closure(candidate.version.slug)
    is_there = closure is not None and closure.digest == candidate.version.digest
    return latest if is_there else candidate.catalog


def _judge_merged(situation: Situation, candidate: Candidate, _gate: Gate) -> tuple[bool, str]:
    name = candidate.version.commit.id[:9]
    if candidate.is_merged:
        return True, f"{name} is in {situation.trunk.shared_name}"
    return False, f"no commit of {situation.trunk.shared_name} has what {name} has"


def _judge_breaking(situation: Situation, candidate: Candidate, _gate: Gate) -> tuple[bool, str]:
    if candidate.is_blind and situation.allowed_breaking is None:
        return False, "what runs now cannot be read, so nobody knows; --allow-breaking REASON lets it pass"
    breaking = [change for change in candidate.changes if change.risk is Risk.BREAKING]
    if not breaking:
        return True, "nothing breaks a caller or a reader"
    what = f"{plural(len(breaking), 'breaking change')}: {breaking[0].message}"
    if situation.allowed_breaking is not None:
        return True, f"{what}; allowed: {situation.allowed_breaking}"
    return False, f"{what}; --allow-breaking REASON lets it pass"


def _judge_source(situation: Situation, candidate: Candidate, _gate: Gate) -> tuple[bool, str]:
    source, version = situation.environment.source, candidate.version
    running = situation.source_pointers.get(version.slug)
    if running is None:
        return False, f"{source} does not run {version.slug}"
    if running.digest != version.digest:
        return False, f"{source} runs {running.version[:9]}, which is another version"
    return True, f"{source} runs {running.version[:9]}, with the same digest"


def _judge_soak(situation: Situation, candidate: Candidate, gate: Gate) -> tuple[bool, str]:
    is_there, evidence = _judge_source(situation, candidate, gate)
    if not is_there:
        return False, evidence
    digest, since = situation.running_since.get(candidate.version.slug, ("", 0))
    seconds = situation.now - since if digest == candidate.version.digest else 0
    running = f"{situation.environment.source} has run it for {format_duration(seconds)}"
    return seconds >= gate.seconds, f"{running}, and {format_duration(gate.seconds)} are asked for"


def _judge_released(situation: Situation, candidate: Candidate, _gate: Gate) -> tuple[bool, str]:
    version = candidate.version
    release = situation.releases.get((version.slug, version.digest))
    if release is not None:
        return True, f"released as {release}"
    return False, f"no release has it: basalt release {version.slug}"


def _judge_signed(situation: Situation, candidate: Candidate, _gate: Gate) -> tuple[bool, str]:
    return find_signature(situation.project.repository, candidate.version.commit.id)


def format_duration(seconds: int) -> str:
    """Return a length of time in its largest whole unit."""
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * size or seconds == size:
            return plural(seconds // size, unit)
    return plural(max(0, seconds), "second")


_Judge = Callable[[Situation, Candidate, Gate], tuple[bool, str]]
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
