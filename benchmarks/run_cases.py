"""Time `basalt test` over many prompts of five cases each, on one core: cold, and with nothing changed since.

python benchmarks/run_cases.py [PROMPTS] [RUNS]
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from measuring import set_identity, time_command

BASALT = str(Path(sys.executable).parent / "basalt")
PROMPT = """\
name: Prompt {number}
variables:
  message: {{type: string, description: What the customer wrote}}
  tone: {{type: string, enum: [warm, cool], default: warm}}
system: |
  {{% include "partials/voice.md" %}}
  Reply in a {{{{ tone }}}} tone, number {number}.
prompt: |
  {{{{ message }}}}
tests:
"""
CASE = """\
  - name: case {case}
    variables: {{message: 'Parcel {case} of {number} is late.'}}
    expect:
      - contains: late
      - not_contains: lost
      - max_chars: 4000
      - {{equals: Parcel {case} of {number} is late., role: user}}
"""


def main() -> None:
    set_identity()
    prompts = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory() as temporary:
        folder = _make_project(Path(temporary), prompts)
        seconds: dict[str, list[float]] = {"bare": [], "cold": [], "unchanged": []}
        for _ in range(runs):
            shutil.rmtree(folder / ".git" / "basalt", ignore_errors=True)
            seconds["bare"].append(time_command([sys.executable, "-c", "pass"], folder))
            for name in ("cold", "unchanged"):
                seconds[name].append(time_command(["taskset", "-c", "0", BASALT, "test"], folder))
    medians = {name: statistics.median(found) for name, found in seconds.items()}
    for name, median in medians.items():
        print(f"{name.ljust(10)} {median * 1000:9.1f} ms")
    print(f"cold, for each prompt: {medians['cold'] * 1000 / prompts:.1f} ms")
    print(f"unchanged / cold: {medians['unchanged'] / medians['cold']:.3f}")


def _make_project(folder: Path, prompts: int) -> Path:
    (folder / "prompts" / "partials").mkdir(parents=True)
    (folder / "basalt.yaml").write_text("trunk: main\n")
    (folder / "prompts" / "partials" / "voice.md").write_text("Be kind.\n")
    for number in range(prompts):
        cases = "".join(CASE.format(case=case, number=number) for case in range(5))
        (folder / "prompts" / f"p{number}.yaml").write_text(PROMPT.format(number=number) + cases)
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    return folder


if __name__ == "__main__":
    main()
