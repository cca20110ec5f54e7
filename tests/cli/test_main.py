"""The entry point: what runs in front of the option parser, and what a process leaves behind."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from basalt_cli import __version__
from basalt_cli.cli.main import main

from tests.cli.checking import Basalt
from tests.support import Repo

CHECK_IMPORTS = """\
import sys
from basalt_cli.cli.main import main
code = main(sys.argv[2:])
loaded = set(sys.argv[1].split(",")) & set(sys.modules)
sys.exit(f"loaded: {sorted(loaded)}" if loaded else code)
"""


def run(repo: Repo, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a Python script in a repository."""
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, cwd=repo.path, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_is_printed_without_the_option_parser(repo: Repo, option: str) -> None:
    result = run(repo, CHECK_IMPORTS, "typer,git,yaml,jinja2,rich", option)
    assert (result.returncode, result.stdout, result.stderr) == (0, f"basalt {__version__}\n", "")


def test_an_unchanged_project_is_linted_without_the_option_parser(repo: Repo) -> None:
    expected = "1 file checked, no findings\n"
    # A file that was modified less than two seconds ago is read again.
    time.sleep(2.1)
    first = run(repo, CHECK_IMPORTS, "", "lint")
    again = run(repo, CHECK_IMPORTS, "typer,git,yaml,jinja2,rich", "lint")
    for result in (first, again):
        assert (result.returncode, result.stdout, result.stderr) == (0, "", expected)


@pytest.mark.parametrize("arguments", [["lint", "--no-cache"], ["status", "--help"], ["list"], ["lint", "--format"]])
def test_other_command_lines_reach_the_option_parser(
    basalt: Basalt, repo: Repo, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    def refuse(_: object) -> int:
        raise AssertionError

    basalt("lint")
    expected = basalt(*arguments, code=None)
    if arguments != ["lint", "--format"]:
        monkeypatch.setattr("basalt_cli.cli.replay.replay", refuse)
    assert basalt(*arguments, code=None) == expected
    assert expected.code == (2 if arguments == ["lint", "--format"] else 0)


def test_a_command_reports_a_file_that_the_store_could_not_check(basalt: Basalt, repo: Repo) -> None:
    basalt("lint")
    (repo.path / "basalt.yaml").unlink()
    (repo.path / "basalt.yaml").mkdir()
    outcome = basalt("lint", code=3)
    assert outcome.err.startswith("error: ")
    assert "basalt.yaml" in outcome.err


def test_the_working_directory_is_restored_after_an_error(repo: Repo) -> None:
    assert main(["-C", "prompts", "show", "missing"]) == 3
    assert Path.cwd() == repo.path


def test_no_command_prints_the_help(basalt: Basalt) -> None:
    outcome = basalt(code=2)
    assert outcome.out.startswith("Usage: basalt [OPTIONS] COMMAND [ARGS]...\n")
    assert outcome.err == ""


def test_a_process_ends_with_the_exit_code_of_its_command(repo: Repo) -> None:
    script = "import atexit; atexit.register(print, 'late'); from basalt_cli.cli.main import run; run()"
    result = run(repo, script, "show", "missing")
    assert result.returncode == 3
    # The interpreter does not run exit handlers: the process ends by os._exit.
    assert result.stdout == ""
    assert result.stderr.startswith("error: there is no prompt 'missing' in the working tree\n")


def test_characters_that_the_terminal_does_not_have_are_escapes(repo: Repo) -> None:
    repo.write("prompts/greeting.yaml", "prompt: Grüße\n")
    script = "import sys; sys.stdout.reconfigure(encoding='ascii'); from basalt_cli.cli.main import run; run()"
    result = run(repo, script, "render", "greeting")
    assert (result.returncode, result.stdout) == (0, "# user\n\nGr\\xfc\\xdfe\n")


@pytest.mark.parametrize("closed", [">&-", "2>&-"])
def test_a_closed_stream_keeps_the_other_one(repo: Repo, closed: str) -> None:
    script = f"{sys.executable} -m basalt_cli show missing {closed}"
    result = subprocess.run(["bash", "-c", script], cwd=repo.path, capture_output=True, text=True, check=False)
    assert result.returncode == 3
    assert result.stdout == ""
    assert result.stderr.startswith("error: there is no prompt 'missing'" if closed == ">&-" else "")
