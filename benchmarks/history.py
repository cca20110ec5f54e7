"""Time `basalt log`, `diff` and their like against git itself, in turn in one run.

    python benchmarks/history.py [COMMITS] [RUNS]

Makes a history of so many commits over 1,000 prompts, and one commit that changes all of them. Prints medians, ratios,
and the largest memory of basalt and of the git processes that it starts, each for itself.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from measuring import format_commit, path_of, set_identity, time_command

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
WEIGH = """\
import resource, sys
from basalt_cli.cli.main import main
main(sys.argv[1:])
print(*(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)), file=sys.stderr)
"""


def main() -> None:
    set_identity()
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
            "the same, again": [str(BIN / "basalt"), "diff", "HEAD~1..HEAD", "--format", "json"],
        }
        seconds: dict[str, list[float]] = {name: [] for name in (*commands, "git diff x 1,000")}
        for _ in range(runs):
            shutil.rmtree(folder / ".git/basalt", ignore_errors=True)
            for name, command in commands.items():
                seconds[name].append(time_command(command, folder))
            started = time.perf_counter()
            for path in _paths():
                subprocess.run(
                    ["git", "diff", "HEAD~1", "HEAD", "--", path], cwd=folder, check=True, capture_output=True
                )
            seconds["git diff x 1,000"].append(time.perf_counter() - started)
        memory = {name: _weigh(command[1:], folder) for name, command in commands.items() if "basalt" in command[0]}
    medians = {name: statistics.median(found) for name, found in seconds.items()}
    for name, median in medians.items():
        mib = memory.get(name, "")
        print(f"{name.ljust(22)} {median * 1000:9.1f} ms  {median / medians['bare']:8.2f} x bare {mib}")
    print(f"log -n 20 / git log -20: {medians['basalt log -n 20'] / medians['git log -20 -- FILE']:.2f}")
    for name in ("basalt diff, 1,000", "the same, again"):
        print(f"{name} / git diff for each: {medians[name] / medians['git diff x 1,000']:.3f}")


def _weigh(arguments: list[str], folder: Path) -> str:
    """Run basalt once more, and describe the most memory that it had itself, and one of its processes."""
    command = [sys.executable, "-c", WEIGH, *arguments]
    result = subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    own, children = (int(word) / 1024 for word in result.stderr.split())
    return f"{own:6.0f} MiB, its processes {children:4.0f} MiB"


def _paths() -> Iterator[str]:
    yield from (path_of(number) for number in range(PROMPTS))


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
    yield format_commit(0, files)
    for index in range(1, commits - 1):
        number = index % PROMPTS
        yield format_commit(index, {path_of(number): _prompt(number, index)})
    yield format_commit(commits, dict(zip(_paths(), (_prompt(number, -1) for number in range(PROMPTS)), strict=True)))


def _prompt(number: int, edition: int) -> str:
    words = ("Some more words of the usual kind. " * 20).strip()
    return PROMPT.format(number=number, edition=edition, words=words)


if __name__ == "__main__":
    main()
