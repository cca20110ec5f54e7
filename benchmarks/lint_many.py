"""Time `basalt lint` over many files against check-jsonschema over the same files and schema, in turn in one run.

    python benchmarks/lint_many.py [FILES] [RUNS]

Needs check-jsonschema in the same environment. Prints medians, ratios, and the largest memory of a lint.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import set_identity

BIN = Path(sys.executable).parent
SCHEMA = Path(__file__).parents[1] / "schemas" / "prompt.schema.json"
PROMPT = """\
name: Prompt {number}
description: A prompt of a usual size, for measuring.
model: {{provider: openai, name: gpt-4.1-mini, parameters: {{temperature: 0.2, max_tokens: 600}}}}
variables:
  message: {{type: string, description: What the customer wrote}}
  tone: {{type: string, enum: [warm, neutral], default: warm}}
  items: {{type: array, items: {{type: string}}, default: []}}
system: |
  {{% include "partials/voice.md" %}}
  Reply in a {{{{ tone }}}} tone, as number {number} does. {words}
prompt: |
  {{% for item in items %}}- {{{{ item }}}}
  {{% endfor %}}
  {{{{ message }}}} ({number})
examples:
  - {{user: Where is my parcel {number}?, assistant: I am sorry for the wait.}}
output: {{format: json, schema: {{type: object, properties: {{reply: {{type: string}}}}}}}}
tests:
  - name: late
    variables: {{message: My parcel is late.}}
    expect: [{{contains: late}}]
"""


def main() -> None:
    set_identity()
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = _make_files(folder, count)
        # A command line holds only so many names; the first thousand files are what the two are compared on.
        commands = {
            "bare": [sys.executable, "-c", "pass"],
            "basalt, cold": [str(BIN / "basalt"), "lint"],
            "basalt, unchanged": [str(BIN / "basalt"), "lint"],
            "basalt, one file": [str(BIN / "basalt"), "lint", files[0]],
            "check-jsonschema": [str(BIN / "check-jsonschema"), "--schemafile", str(SCHEMA), *files[:1000]],
        }
        time.sleep(2.5)  # Files younger than this are hashed, as git hashes them.
        seconds = _time_in_turn(folder, commands, runs)
    medians = {name: statistics.median(found) for name, found in seconds.items()}
    for name, median in medians.items():
        print(f"{name.ljust(18)} {median * 1000:9.1f} ms  {median / medians['bare']:8.2f} x bare")
    print(f"cold / check-jsonschema (of 1,000 files): {medians['basalt, cold'] / medians['check-jsonschema']:.3f}")
    print(f"largest process: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MiB")


def _make_files(folder: Path, count: int) -> list[str]:
    (folder / "basalt.yaml").write_text("format: 1\n")
    (folder / "prompts/partials").mkdir(parents=True)
    (folder / "prompts/partials/voice.md").write_text("Be kind.\n")
    names = []
    for number in range(count):
        path = folder / "prompts" / f"group{number % 20}" / f"prompt{number}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(PROMPT.format(number=number, words=("Some more words of the usual kind. " * 30).strip()))
        names.append(str(path))
    return names


def _time_in_turn(folder: Path, commands: dict[str, list[str]], runs: int) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    # The folder is no repository: what a lint remembers lies in the user's cache.
    cache = folder.parent / f"{folder.name}-cache"
    variables = {**os.environ, "BASALT_CACHE_DIR": str(cache)}
    for _ in range(runs):
        for name, command in commands.items():
            if name.endswith("cold"):
                shutil.rmtree(cache, ignore_errors=True)
            started = time.perf_counter()
            subprocess.run(command, cwd=folder, env=variables, check=True, capture_output=True)
            seconds[name].append(time.perf_counter() - started)
    shutil.rmtree(cache, ignore_errors=True)
    return seconds


if __name__ == "__main__":
    main()
