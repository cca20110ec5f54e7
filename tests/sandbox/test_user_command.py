"""Checks of the user's own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from basalt_cli.sandbox.user_command import run_check


def run(code: str, folder: Path, data: bytes = b"") -> tuple[bool, str]:
    passed, words = run_check([sys.executable, "-c", code], str(folder), data)
    return passed, words.replace(sys.executable, "python")


def test_a_command_passes_with_code_0_and_its_last_line_is_shown(tmp_path: Path) -> None:
    code = "import sys; print('first'); print(sys.stdin.read().upper()); print()"
    assert run(code, tmp_path, b"given") == (True, "python exited with 0: GIVEN")
    assert run("", tmp_path) == (True, "python exited with 0")


def test_a_command_fails_with_the_last_line_of_its_errors(tmp_path: Path) -> None:
    assert run("print('out'); raise SystemExit('wrong')", tmp_path) == (False, "python exited with 1: wrong")
    assert run("print('out'); raise SystemExit(3)", tmp_path) == (False, "python exited with 3: out")


def test_a_command_runs_in_the_folder_and_without_the_variables_of_a_hook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("OWN", "kept")
    code = "import os; print(os.getcwd(), os.environ.get('GIT_DIR'), os.environ.get('OWN'))"
    assert run(code, tmp_path) == (True, f"python exited with 0: {tmp_path} None kept")


def test_a_command_that_is_not_there_fails(tmp_path: Path) -> None:
    found = run_check(["./absent"], str(tmp_path), b"")
    assert found == (False, "./absent cannot be run: No such file or directory")


def test_a_command_that_takes_too_long_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("basalt_cli.sandbox.user_command._LONGEST_SECONDS", 0.5)
    assert run("import time; time.sleep(60)", tmp_path) == (False, "python was stopped after 0.5 seconds")
