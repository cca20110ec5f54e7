"""The states that a page's commands start from; each function makes one below a folder and returns where to work."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tools.docs.pages import ROOT

_DAY_SECONDS = 86_400
_HOUR_SECONDS = 3_600
_DEPLOYMENTS = "format: 1\nenvironments: {}\n"


class StateError(Exception):
    """A state that does not exist, or that could not be made."""


def make_state(name: str, folder: Path, environment: Mapping[str, str]) -> Path:
    """Make the state of that name, and return the folder that its commands start in."""
    if name not in STATES:
        raise StateError(f"there is no state {name!r}; states are {', '.join(STATES)}")
    return STATES[name](folder, environment)


def _empty(folder: Path, environment: Mapping[str, str]) -> Path:  # noqa: ARG001 - the signature of a state
    """Return an empty folder."""
    return folder


def _samples(folder: Path, environment: Mapping[str, str]) -> Path:
    """Return a repository with the sample prompts in one commit of two days ago, and a remote that has it."""
    hub, shop = folder / "hub.git", folder / "shop"
    run = _runner(folder, environment)
    run(2 * _DAY_SECONDS, "git", "init", "--quiet", "--bare", str(hub))
    shop.mkdir()
    for name in ("prompts", "schemas"):
        shutil.copytree(ROOT / name, shop / name)
    shutil.copy(ROOT / "basalt.yaml", shop / "basalt.yaml")
    (shop / "deployments.yaml").write_text(_DEPLOYMENTS, encoding="utf-8")
    run = _runner(shop, environment)
    run(0, "git", "init", "--quiet")
    run(0, "git", "add", ".")
    run(2 * _DAY_SECONDS, "git", "commit", "--quiet", "-m", "First prompts")
    run(0, "git", "remote", "add", "origin", str(hub))
    run(0, "git", "push", "--quiet", "--set-upstream", "origin", "main")
    return shop


def _deployed(folder: Path, environment: Mapping[str, str]) -> Path:
    """Return the samples after two versions of support/reply: production runs the first, staging the second."""
    shop = _samples(folder, environment)
    run = _runner(shop, environment)
    promote = ("basalt", "promote", "--yes", "--push")
    run(_DAY_SECONDS + _HOUR_SECONDS, *promote, "--all", "--to", "staging")
    run(_DAY_SECONDS, *promote, "support/reply", "--to", "production", "--reason", "Tried for a day")
    replace(shop / "prompts/support/reply.yaml", "at most five sentences", "at most three sentences")
    run(3 * _HOUR_SECONDS, "git", "commit", "--quiet", "--all", "-m", "Answer in fewer sentences")
    run(0, "git", "push", "--quiet")
    run(2 * _HOUR_SECONDS, *promote, "support/reply", "--to", "staging", "--version", "latest")
    return shop


STATES: dict[str, Callable[[Path, Mapping[str, str]], Path]] = {
    "empty": _empty,
    "samples": _samples,
    "deployed": _deployed,
}


def replace(path: Path, old: str, new: str) -> None:
    """Replace a text of a file; raise StateError where the file does not hold it."""
    text = path.read_text(encoding="utf-8")
    if old not in text:
        raise StateError(f"{path.name} does not hold {old!r}")
    path.write_text(text.replace(old, new), encoding="utf-8")


def _runner(folder: Path, environment: Mapping[str, str]) -> Callable[..., None]:
    """Return a function that runs a command as if it was some seconds ago."""

    def run(seconds_ago: int, *command: str) -> None:
        # A minute more: "3 hours ago" stays so while the page runs.
        when = f"{int(time.time()) - seconds_ago - 60} +0000"
        dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when} if seconds_ago else {}
        result = subprocess.run(
            command, cwd=folder, env={**environment, **dates}, capture_output=True, text=True, check=False
        )
        if result.returncode:
            raise StateError(f"{' '.join(command)}: {result.stdout}{result.stderr}")

    return run
