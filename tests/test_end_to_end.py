"""The whole loop through the installed command, as a person runs it, with a second clone that sees the promotion."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import Repo

BASALT = shutil.which("basalt", path=str(Path(sys.executable).parent))
pytestmark = pytest.mark.skipif(BASALT is None, reason="the basalt command is not installed beside this Python")


def basalt(folder: Path, *arguments: str, code: int = 0) -> str:
    assert BASALT is not None
    result = subprocess.run(
        [BASALT, *arguments], cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert result.returncode == code, (arguments, result.stdout, result.stderr)
    assert "Traceback" not in result.stderr
    return result.stdout


def test_the_loop(tmp_path: Path) -> None:
    hub = Repo(tmp_path / "hub.git")
    hub.path.mkdir()
    hub.git("init", "--quiet", "--bare", "--initial-branch=main")
    hub.git("clone", "--quiet", str(hub.path), str(tmp_path / "ada"), check=False)
    ada = Repo(tmp_path / "ada")

    # A repository of prompts: made, looked at, broken, mended, committed.
    assert "made  basalt.yaml" in basalt(ada.path, "init")
    assert "made prompts/support/reply.yaml" in basalt(ada.path, "new", "support/reply")
    ada.write("prompts/partials/voice.md", "Be kind.\n")
    reply = ada.read("prompts/support/reply.yaml").replace(
        "  You are a careful assistant. Your task: Reply.\n",
        '  {% include "partials/voice.md" %}\n  You answer {{ customer }}.\n',
    )
    ada.write("prompts/support/reply.yaml", reply)
    assert "T302 the variable 'customer' is not declared" in basalt(ada.path, "lint", code=1)
    reply = reply.replace(
        "variables:\n", "variables:\n  customer: {type: string, default: a customer, description: Who}\n"
    )
    ada.write("prompts/support/reply.yaml", reply)
    basalt(ada.path, "lint")
    rendered = basalt(ada.path, "render", "support/reply", "--var", "input=Where is it?")
    assert rendered == "# system\n\nBe kind.\nYou answer a customer.\n\n# user\n\nWhere is it?\n"
    first = ada.commit("Reply to customers")
    ada.git("push", "--quiet", "--set-upstream", "origin", "main")

    # Two changes, one of them in the partial alone; both are versions.
    second = ada.commit("Speak more warmly", {"prompts/partials/voice.md": "Be warm and kind.\n"})
    third = ada.commit(
        "Ask for the order",
        {"prompts/support/reply.yaml": reply.replace("{{ input }}", "{{ input }} Ask for the order.")},
    )
    log = json.loads(basalt(ada.path, "log", "support/reply", "--format", "json"))["versions"]
    assert [(entry["version"], entry["risk"]) for entry in log] == [
        (third, "wording"),
        (second, "wording"),
        (first, "none"),
    ]
    assert "Be {+warm and +}kind." in basalt(ada.path, "diff", "support/reply@~2", "support/reply@latest")

    # What nobody else has cannot be promoted; then to staging, on to production, a step further in staging alone.
    basalt(ada.path, "promote", "support/reply", "--to", "staging", "--version", "~1", code=1)
    ada.git("push", "--quiet")
    basalt(ada.path, "promote", "support/reply", "--to", "production", "--yes", code=3)
    basalt(ada.path, "promote", "support/reply", "greeting", "--to", "staging", "--version", "~1", code=3)
    basalt(ada.path, "promote", "support/reply", "--to", "staging", "--version", "~1")
    basalt(ada.path, "promote", "support/reply", "--to", "production", code=3)
    basalt(ada.path, "promote", "support/reply", "--to", "production", "--yes", "--reason", "Tried for a day")
    basalt(ada.path, "promote", "support/reply", "--to", "staging")
    ada.git("push", "--quiet")

    # Somebody else clones, and sees just that.
    ada.git("clone", "--quiet", str(hub.path), str(tmp_path / "bob"))
    bob = tmp_path / "bob"
    rows = {row["slug"]: row for row in json.loads(basalt(bob, "status", "--format", "json"))["prompts"]}
    environments = rows["support/reply"]["environments"]
    assert {name: (found["version"], found["behind"]) for name, found in environments.items()} == {
        "staging": (third, 0),
        "production": (second, 1),
    }
    assert rows["greeting"]["environments"] == {}
    production = basalt(bob, "render", "support/reply@production", "--var", "input=Hi", "--format", "json")
    assert json.loads(production)["system_text"] == "Be warm and kind.\nYou answer a customer."
    assert json.loads(production)["version"] == second
    assert "Ask for the order." in basalt(bob, "render", "support/reply@staging", "--var", "input=Hi")
    assert f"{second[:9]}  {third[:9]}" not in basalt(bob, "status")
    assert ada.git("fsck", "--strict") == ""
    assert ada.git("status", "--porcelain") == ""
