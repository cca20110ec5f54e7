"""Run every command that a page shows, in real repositories, and compare the outputs with the shown ones."""

from __future__ import annotations

import difflib
import hashlib
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tools.docs.shell import Outcome, Shell, build_environment
from tools.docs.shown import (
    Command,
    FileText,
    NotRun,
    PageError,
    State,
    Step,
    matches,
    normalise,
    parse_page,
    replace_outputs,
)
from tools.docs.states import StateError, make_state

_PAGES_AT_ONCE = 4


class Ran(NamedTuple):
    """A command, what it did, and the folder that its state lies in."""

    command: Command
    outcome: Outcome
    folder: Path


class Checked(NamedTuple):
    """What is wrong on a page, its text with the real outputs, the commands that ran, and the blocks that did not."""

    problems: list[str]
    text: str
    command_count: int
    not_run: list[NotRun]


def check_page(name: str, text: str) -> Checked:
    """Run a page's commands; ``name`` stands in the problems."""
    steps = parse_page(text)
    problems: list[str] = []
    outputs: dict[int, tuple[str, ...]] = {}
    with tempfile.TemporaryDirectory(prefix="basalt-docs-") as temporary:
        ran = _run_steps(steps, Path(temporary).resolve())
        commits = name_commits(name, Path(temporary), [found.outcome.output for found in ran])
        for command, outcome, folder in ran:
            place = f"{name}:{command.line}: $ {command.text}"
            if outcome.exit_code != command.exit_code:
                problems.append(f"{place}\nexit code {outcome.exit_code}, not {command.exit_code}\n{outcome.output}")
            elif command.output is not None:
                real = normalise(outcome.output, commits, str(folder))
                if not matches(command.output, real):
                    outputs[command.line] = real
                    problems.append(f"{place}\n{_compare(command.output, real)}")
    not_run = [step for step in steps if isinstance(step, NotRun)]
    return Checked(problems, replace_outputs(text, outputs), len(ran), not_run)


def _run_steps(steps: list[Step], temporary: Path) -> list[Ran]:
    ran: list[Ran] = []
    shell: Shell | None = None
    folder = temporary
    try:
        for index, step in enumerate(steps):
            if isinstance(step, State):
                if shell is not None:
                    shell.__exit__(None, None, None)
                folder = temporary / str(index)
                home = temporary / f"{index}-home"
                folder.mkdir()
                home.mkdir()
                environment = build_environment(home)
                shell = Shell(make_state(step.name, folder, environment), environment)
            elif isinstance(step, FileText):
                assert shell is not None
                written = shell.write_file(step.path, step.text)
                if written.exit_code:
                    raise OSError(f"line {step.line}: {written.output}")
            elif isinstance(step, Command):
                assert shell is not None
                ran.append(Ran(step, shell.run(step.text), folder))
    finally:
        if shell is not None:
            shell.__exit__(None, None, None)
    return ran


def name_commits(page: str, temporary: Path, outputs: list[str]) -> dict[str, str]:
    """Return for each commit that an output names the id that is shown in its place: the same in every run."""
    known = [commit for git_dir in _list_git_dirs(temporary) for commit in _list_objects(git_dir)]
    text = "\n".join(outputs)
    first = {commit: text.find(commit[:7]) for commit in known}
    named = sorted((commit for commit in known if first[commit] >= 0), key=lambda commit: first[commit])
    shown = [
        hashlib.sha1(f"{page} {number}".encode(), usedforsecurity=False).hexdigest() for number in range(len(named))
    ]
    return dict(zip(named, shown, strict=True))


def _list_git_dirs(folder: Path) -> list[Path]:
    return [found.parent for found in folder.rglob("HEAD") if (found.parent / "objects").is_dir()]


def _list_objects(git_dir: Path) -> list[str]:
    """Return the ids of a repository's commits and tags."""
    arguments = ["git", f"--git-dir={git_dir}", "cat-file", "--batch-all-objects", "--batch-check"]
    result = subprocess.run(arguments, capture_output=True, text=True, check=True)
    entries = [line.split() for line in result.stdout.splitlines()]
    return [entry[0] for entry in entries if entry[1] in ("commit", "tag")]


def _compare(shown: tuple[str, ...], real: tuple[str, ...]) -> str:
    return "\n".join(difflib.unified_diff(shown, real, "shown", "real", lineterm=""))


def check_commands(root: Path, pages: list[Path], *, update: bool) -> list[str]:
    """Return what is wrong with the shown commands of all pages; with ``update`` write the real outputs first.

    Pages are checked side by side: each has its own folders, and most of the time goes to other processes.
    """
    with ThreadPoolExecutor(max_workers=_PAGES_AT_ONCE) as pool:
        found = list(pool.map(lambda page: _check_file(root, page, update=update), pages))
    return [problem for problems in found for problem in problems]


def _check_file(root: Path, page: Path, *, update: bool) -> list[str]:
    name = page.relative_to(root).as_posix()
    text = page.read_text(encoding="utf-8")
    try:
        checked = check_page(name, text)
    except (PageError, StateError, TimeoutError) as error:
        return [f"{name}: {error}"]
    report = [f"{name}:{block.line}: not run: {block.reason}" for block in checked.not_run]
    if checked.command_count:
        report.append(f"{name}: {checked.command_count} commands run")
    problems = checked.problems
    if update and checked.text != text:
        page.write_text(checked.text, encoding="utf-8")
        report.append(f"{name}: outputs written")
        problems = [problem for problem in problems if "\nexit code " in problem]
    if report:
        print("\n".join(report))
    return problems
