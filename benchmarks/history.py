"""Time `basalt log`, `diff` and their like against git itself, in turn in one run.

    python benchmarks/history.py [COMMITS] [RUNS]

Makes a history of so many commits over 1,000 prompts, and one commit that changes all of them. Prints medians, ratios
and the largest memory of each command.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

BIN = Path(sys.executable).parent
PROMPTS = 1000
PROMPT = """\
name: Prompt {number}
model: {{provider: openai, name: gpt-4.1-mini, parameters: {{temperature: 0.2}}}}
variables:
  message: {{type: string, description: What the customer wrote}}
  tone: {{type: string, enum: [warm, neutral], default: warm}}
system: |
  {{% include "partials/voice.md" %}}
  Reply in a {{{{ tone }}}} tone, number {number}, edition {edition}. {words}
prompt: |
  {{{{ message }}}}
"""


def main() -> None:
    commits = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _make_history(folder, commits)
        file = "prompts/group7/prompt7.yaml"
        commands = {
            "bare": [sys.executable, "-c", "pass"],
            "git log -20 -- FILE": ["git", "log", "-20", "--", file],
            "basalt log -n 20": [str(BIN / "basalt"), "log", "group7/prompt7", "-n", "20"],
            "basalt log, all": [str(BIN / "basalt"), "log", "group7/prompt7"],
            "basalt diff, one": [str(BIN / "basalt"), "diff", "group7/prompt7@HEAD~1", "group7/prompt7@HEAD"],
            "basalt diff, 1,000": [str(BIN / "basalt"), "diff", "HEAD~1..HEAD", "--format", "json"],
        }
        seconds: dict[str, list[float]] = {name: [] for name in (*commands, "git diff x 1,000")}
        memory: dict[str, int] = {}
        for _ in range(runs):
            for name, command in commands.items():
                taken, most = _run(command, folder)
                seconds[name].append(taken)
                memory[name] = max(memory.get(name, 0), most)
            started = time.perf_counter()
            for path in _paths():
                subprocess.run(
                    ["git", "diff", "HEAD~1", "HEAD", "--", path], cwd=folder, check=True, capture_output=True
                )
            seconds["git diff x 1,000"].append(time.perf_counter() - started)
    medians = {name: statistics.median(found) for name, found in seconds.items()}
    for name, median in medians.items():
        mib = f"{memory[name] / 1024:6.0f} MiB" if name in memory else ""
        print(f"{name.ljust(22)} {median * 1000:9.1f} ms  {median / medians['bare']:8.2f} x bare {mib}")
    print(f"log -n 20 / git log -20: {medians['basalt log -n 20'] / medians['git log -20 -- FILE']:.2f}")
    print(f"diff of 1,000 / git diff for each: {medians['basalt diff, 1,000'] / medians['git diff x 1,000']:.3f}")


def _run(command: list[str], folder: Path) -> tuple[float, int]:
    """Return the seconds that a command took, and the most memory that it had, in KiB."""
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} failed")
    return time.perf_counter() - started, usage.ru_maxrss


def _paths() -> Iterator[str]:
    yield from (f"prompts/group{number % 20}/prompt{number}.yaml" for number in range(PROMPTS))


def _make_history(folder: Path, commits: int) -> None:
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(folder)], check=True)
    with subprocess.Popen(["git", "fast-import", "--quiet"], cwd=folder, stdin=subprocess.PIPE) as importer:
        assert importer.stdin is not None
        for text in _stream(commits):
            importer.stdin.write(text.encode())
        importer.stdin.close()
        importer.wait()
    subprocess.run(["git", "reset", "--hard", "--quiet"], cwd=folder, check=True)


def _stream(commits: int) -> Iterator[str]:
    files = {"basalt.yaml": "trunk: main\n", "prompts/partials/voice.md": "Be kind.\n"}
    files |= dict(zip(_paths(), (_prompt(number, 0) for number in range(PROMPTS)), strict=True))
    yield _commit(0, files)
    for index in range(1, commits - 1):
        number = index % PROMPTS
        yield _commit(index, {f"prompts/group{number % 20}/prompt{number}.yaml": _prompt(number, index)})
    yield _commit(commits, dict(zip(_paths(), (_prompt(number, -1) for number in range(PROMPTS)), strict=True)))


def _prompt(number: int, edition: int) -> str:
    words = ("Some more words of the usual kind. " * 20).strip()
    return PROMPT.format(number=number, edition=edition, words=words)


def _commit(index: int, files: dict[str, str]) -> str:
    message = f"Change {index}"
    head = f"commit refs/heads/main\ncommitter Ada <ada@example.com> {1_600_000_000 + index * 60} +0000\n"
    body = "".join(f"M 100644 inline {path}\ndata {len(text)}\n{text}\n" for path, text in files.items())
    return f"{head}data {len(message)}\n{message}\n{body}\n"


if __name__ == "__main__":
    main()
