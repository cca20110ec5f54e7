"""Time `basalt status` against `gto show`, and promoting 1,000 prompts against promoting one, in turn in one run.

    python benchmarks/pointers.py GTO [RUNS] [COMMITS]

GTO is the command of an installed GTO. Makes 1,000 prompts by 3 environments over 1,000 commits (or COMMITS), in each
backend, and 100 artifacts by 3 stages for GTO. Status is timed cold (nothing is remembered), again, and after a
commit that edits a prompt.

A tag is a file, and some disks take longer to make 1,000 files than all the rest takes: where TMPDIR is a file system
in memory, the ratio is that of the work.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import format_commit, path_of, set_identity, time_command

BASALT = str(Path(sys.executable).parent / "basalt")
PROMPTS, ARTIFACTS = 1000, 100
STATUS = ("status cold", "status again", "status one commit later")
STAGES = ("staging", "canary", "production")
POLICY = "trunk: main\ndeployments: {kind}\nenvironments:\n  staging: {{}}\n  canary: {{}}\n  production: {{}}\n"
PROMPT = """\
name: Prompt {number}
variables:
  message: {{type: string, description: What the customer wrote}}
system: |
  {{% include "partials/voice.md" %}}
  Reply kindly, number {number}, edition {edition}.
prompt: |
  {{{{ message }}}}
"""


def main() -> None:
    set_identity()
    gto, runs = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    commits = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        registry = _make_registry(folder / "registry")
        shops = {kind: _make_shop(folder / kind, kind, commits) for kind in ("file", "tags")}
        seconds: dict[str, list[float]] = {}
        for run in range(runs):
            seconds.setdefault("gto show", []).append(time_command([gto, "show"], registry))
            for kind, shop in shops.items():
                shutil.rmtree(shop / ".git/basalt")
                for name in STATUS:
                    if name == STATUS[-1]:
                        _edit(shop, run)
                    command = [BASALT, "status", "--format", "json"]
                    seconds.setdefault(f"{name}, {kind}", []).append(time_command(command, shop))
                for name, moved in (("one", ["group0/prompt0"]), ("all", ["--all"])):
                    copy = folder / f"copy{run}"
                    shutil.copytree(shop, copy)
                    os.sync()  # what was copied is not for the promotion to wait for
                    command = [BASALT, "promote", *moved, "--to", "staging", "--format", "json"]
                    seconds.setdefault(f"promote {name}, {kind}", []).append(time_command(command, copy))
                    shutil.rmtree(copy)
    medians = {name: statistics.median(found) for name, found in seconds.items()}
    for name, median in medians.items():
        print(f"{name.ljust(20)} {median * 1000:9.1f} ms")
    for kind in shops:
        for name in STATUS:
            print(f"{kind}: {name} / gto show: {medians[f'{name}, {kind}'] / medians['gto show']:.3f}")
        print(f"{kind}: promote 1,000 / one: {medians[f'promote all, {kind}'] / medians[f'promote one, {kind}']:.2f}")


def _git(folder: Path, *arguments: str, data: str | None = None) -> str:
    result = subprocess.run(["git", *arguments], cwd=folder, input=data, check=True, capture_output=True, text=True)
    return result.stdout.strip()


def _edit(shop: Path, run: int) -> None:
    """Commit another edition of a prompt."""
    (shop / path_of(run)).write_text(PROMPT.format(number=run, edition=f"{time.time_ns()}"), encoding="utf-8")
    _git(shop, "commit", "--quiet", "--all", "-m", "Edit a prompt")


def _make_shop(folder: Path, kind: str, commits: int) -> Path:
    """Make commits that edit a prompt each, with pointers at three times; all prompts are behind in staging."""
    _git(folder.parent, "init", "--quiet", "--initial-branch=main", str(folder))
    files = {"basalt.yaml": POLICY.format(kind=kind), "prompts/partials/voice.md": "Be kind.\n"}
    files |= {path_of(number): PROMPT.format(number=number, edition=0) for number in range(PROMPTS)}
    stream = [format_commit(0, files)]
    numbers = [(n, n % PROMPTS) for n in range(1, commits)]
    stream += [format_commit(n, {path_of(number): PROMPT.format(number=number, edition=n)}) for n, number in numbers]
    _git(folder, "fast-import", "--quiet", data="".join(stream))
    _git(folder, "reset", "--quiet", "--hard")
    for stage, revision in (("production", "HEAD"), ("canary", "HEAD~500"), ("staging", "HEAD~990")):
        commit = _git(folder, "rev-parse", revision)
        command = [BASALT, "promote", "--all", "--to", stage, "--version", commit, "--format", "json"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    _git(folder, "pack-refs", "--all")
    return folder


def _make_registry(folder: Path) -> Path:
    """Make 100 artifacts of two versions, the second assigned to 3 stages, by annotated tags as GTO makes them."""
    _git(folder.parent, "init", "--quiet", "--initial-branch=main", str(folder))
    for number in range(ARTIFACTS):
        for version in ("v1.0.0", "v1.1.0"):
            _git(folder, "commit", "--quiet", "--allow-empty", "-m", f"{version} of artifact {number}")
            _git(folder, "tag", "-a", "-m", "version", f"artifact{number}@{version}")
        for count, stage in enumerate(STAGES, 1):
            _git(folder, "tag", "-a", "-m", "stage", f"artifact{number}#{stage}#{count}")
    return folder


if __name__ == "__main__":
    main()
