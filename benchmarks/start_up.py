"""Time whole commands against a bare start of Python, in turn in one run, and print medians and ratios.

    python benchmarks/start_up.py [RUNS]

Run it in the environment that basalt is installed in. Machines are noisy: compare ratios, not times.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import set_identity

BASALT = str(Path(sys.executable).parent / "basalt")
# Command, and how many times a bare start it may take (None: no bound).
COMMANDS: dict[str, tuple[list[str], float | None]] = {
    "bare python": ([sys.executable, "-c", "pass"], None),
    "basalt --version": ([BASALT, "--version"], 2),
    "basalt --help": ([BASALT, "--help"], 6),
    "basalt render, working tree": ([BASALT, "render", "greeting", "--case", "ada"], 10),
    "basalt render, at an environment": ([BASALT, "render", "greeting@staging", "--case", "ada"], 11),
    "basalt lint, one file": ([BASALT, "lint", "prompts/greeting.yaml"], 10.5),
    "basalt diff, two revisions": ([BASALT, "diff", "greeting@~1", "greeting@latest"], 10.5),
    "basalt log": ([BASALT, "log", "greeting"], None),
    "basalt status": ([BASALT, "status"], None),
}


def main() -> int:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    set_identity()
    environment = dict(os.environ)
    # Modules are compiled once and kept, as in every real installation.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        _make_project(Path(folder), environment)
        seconds = _time_all(Path(folder), environment, runs)
    return _report(seconds)


def _make_project(folder: Path, environment: dict[str, str]) -> None:
    def run(*command: str) -> None:
        subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)

    run(BASALT, "init", "--git")
    for message, text in (("Start", ""), ("Be polite", " politely")):
        prompt = folder / "prompts/greeting.yaml"
        prompt.write_text(prompt.read_text().replace("{{ name }}.", f"{{{{ name }}}}{text}."))
        run("git", "add", "--all")
        run("git", "commit", "--quiet", "-m", message)
    run(BASALT, "promote", "greeting", "--to", "staging")


def _time_all(folder: Path, environment: dict[str, str], runs: int) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(runs + 1):
        for name, (command, _bound) in COMMANDS.items():
            started = time.perf_counter()
            subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
            seconds[name].append(time.perf_counter() - started)
    return {name: found[1:] for name, found in seconds.items()}


def _report(seconds: dict[str, list[float]]) -> int:
    medians = {name: statistics.median(found) for name, found in seconds.items()}
    bare = medians["bare python"]
    too_slow = 0
    for name, median in medians.items():
        bound = COMMANDS[name][1]
        is_over = bound is not None and median > bound * bare
        too_slow += is_over
        limit = "" if bound is None else f"  at most {bound:g}{'  OVER' if is_over else ''}"
        print(f"{name.ljust(34)} {median * 1000:7.1f} ms  {median / bare:6.2f} x bare{limit}")
    return 1 if too_slow else 0


if __name__ == "__main__":
    sys.exit(main())
