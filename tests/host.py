"""A host of repositories: it runs the workflow that `basalt init --ci github` writes, and keeps comments.

The steps are those of the workflow's file, run by bash as a runner does; the repository is a bare one, and GitHub's
command line is a script that answers from a file and evaluates jq with jq itself.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.support import Repo

NAME = "team/shop"
NUMBER = 7
GH = """\
#!{python}
import argparse, json, pathlib
import jq

parser = argparse.ArgumentParser()
parser.add_argument("command", choices=["api"])
parser.add_argument("path")
parser.add_argument("--paginate", action="store_true")
parser.add_argument("--method", default="GET")
parser.add_argument("--jq")
parser.add_argument("--field")
given = parser.parse_args()
store = pathlib.Path({store!r})
comments = json.loads(store.read_text())
if given.method == "GET":
    assert given.path == "repos/{name}/issues/{number}/comments", given.path
    print(*jq.compile(given.jq).input_value(comments).all(), sep="\\n")
else:
    name, _, path = given.field.partition("=@")
    assert name == "body", given.field
    body = pathlib.Path(path).read_text()
    if given.method == "POST":
        assert given.path == "repos/{name}/issues/{number}/comments", given.path
        comments.append({{"id": 100 + len(comments), "body": body, "user": {{"login": "github-actions[bot]"}}}})
    else:
        assert given.method == "PATCH", given.method
        (found,) = [c for c in comments if given.path == f"repos/{name}/issues/comments/{{c['id']}}"]
        found["body"] = body
    store.write_text(json.dumps(comments))
"""


class Host:
    """A bare repository with one pull request, whose comments are kept."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.hub = folder / "hub.git"
        self._folder = folder
        self._store = folder / "comments.json"
        # Comments of people, one of whom would like to be mistaken for the gate.
        people = [(98, "Looks good to me.\n<!-- basalt check -->"), (99, "<!-- basalt check -->\nGood to merge.")]
        comments = [{"id": number, "body": body, "user": {"login": "mallory"}} for number, body in people]
        self._store.write_text(json.dumps(comments))
        tools = folder / "tools"
        tools.mkdir()
        stub = GH.format(python=sys.executable, store=str(self._store), name=NAME, number=NUMBER)
        (tools / "gh").write_text(stub)
        (tools / "gh").chmod(stat.S_IRWXU)
        runner = {"CI": "true", "HOME": str(folder / "runner"), "RUNNER_TEMP": str(folder / "temp")}
        path = os.pathsep.join([str(tools), environment["PATH"]])
        self._environment = {**environment, **runner, "PATH": path}
        subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(self.hub)], check=True)

    @property
    def comments(self) -> list[dict[str, Any]]:
        """All comments of the pull request, oldest first."""
        found: list[dict[str, Any]] = json.loads(self._store.read_text())
        return found

    def merge(self, branch: str) -> None:
        """Merge the pull request, as its button does."""
        merged = self._check_out_merge(branch)
        merged.git("push", "--quiet", "origin", "HEAD:main")

    def run_workflow(self, branch: str) -> tuple[int, str]:
        """Run the pull request's workflow; return the exit code of its check, and what that printed."""
        checkout = self._check_out_merge(branch)
        workflow = yaml.safe_load(checkout.read(".github/workflows/prompts.yml"))
        temp = Path(self._environment["RUNNER_TEMP"])
        shutil.rmtree(temp, ignore_errors=True)
        temp.mkdir()
        steps = [step for step in workflow["jobs"]["check"]["steps"] if "run" in step]
        assert steps[0]["run"].startswith("pip install")  # what is tested is installed already
        code, printed = 0, ""
        for step in steps[1:]:
            result = self._run(step["run"], checkout.path, _fill_in(step.get("env", {})))
            code, printed = code or result.returncode, printed + result.stdout
        self._comment(workflow["jobs"]["comment"]["steps"], temp)
        return code, printed

    def _comment(self, steps: list[dict[str, Any]], temp: Path) -> None:
        assert [step.get("uses", "").partition("@")[0] for step in steps] == ["actions/download-artifact", ""]
        result = self._run(steps[1]["run"], temp, _fill_in(steps[1]["env"]))
        assert result.returncode == 0, result.stdout

    def _run(self, script: str, folder: Path, more: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-e", "-c", script], cwd=folder, env={**self._environment, **more}, text=True, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def _check_out_merge(self, branch: str) -> Repo:
        """Check out what merging a branch comes to, on no branch, as a host hands it to a runner."""
        folder = self._folder / "checkout"
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run(["git", "clone", "--quiet", str(self.hub), str(folder)], check=True)
        found = Repo(folder)
        found.git("switch", "--quiet", "--detach", "origin/main")
        found.git("merge", "--quiet", "--no-ff", "-m", f"Merge {branch}", f"origin/{branch}")
        found.git("branch", "--quiet", "-D", "main")
        return found


def _fill_in(environment: dict[str, str]) -> dict[str, str]:
    """Replace the expressions that a host evaluates."""
    known = {
        "github.token": "none",
        "github.repository": NAME,
        "github.event.pull_request.number": str(NUMBER),
        "github.base_ref || github.event.merge_group.base_ref": "main",
    }
    return {
        name: re.sub(r"\$\{\{ (.+?) \}\}", lambda match: known[match.group(1)], text)
        for name, text in environment.items()
    }
