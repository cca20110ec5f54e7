"""The root command: its table of commands, its help, and the option -C."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from basalt_cli.cli import commands
from basalt_cli.cli.app import MODULES, SECTIONS, build_command, read_summary

from tests.cli.checking import Basalt
from tests.support import Repo

WIDTH = 80


def test_every_module_of_a_command_is_in_the_table() -> None:
    (folder,) = commands.__path__
    modules = {path.stem for path in Path(folder).glob("*.py")} - {"__init__"}
    assert set(MODULES.values()) == modules
    assert len(MODULES) == len(modules)


def test_the_help_lists_every_command_in_its_section(basalt: Basalt) -> None:
    lines = basalt("--help").out.splitlines()
    titles = [line.removesuffix(":") for line in lines if line.endswith(":") and not line.startswith(" ")]
    assert titles == ["Options", *SECTIONS]
    for title, names in SECTIONS.items():
        start = lines.index(f"{title}:") + 1
        end = lines.index("", start) if "" in lines[start:] else len(lines)
        found = [line.split()[0] for line in lines[start:end] if re.match(r"  \S", line)]
        assert found == list(names)


@pytest.mark.parametrize("name", MODULES)
def test_the_help_of_a_command_is_complete(basalt: Basalt, name: str) -> None:
    out = basalt(name, "--help").out
    assert out.startswith(f"Usage: basalt {name} [OPTIONS]")
    summary = read_summary(MODULES[name])
    assert " ".join(out.split()).count(summary) == 1
    command = import_module(f"basalt_cli.cli.commands.{MODULES[name]}").command
    assert summary[0].isupper()
    assert command.__doc__.startswith(summary.removesuffix("."))
    # An option without a help text is a bare line: its names, its type, and nothing else.
    described = re.findall(
        r"^  (?:-\w, )?--[\w-]+(?: / --[\w-]+)?(?: \S+)*?(?:\s{2,}(\S.*)|\n\s{20,}(\S.*))", out, re.MULTILINE
    )
    assert len(described) == len(re.findall(r"^  (?:-\w, )?--", out, re.MULTILINE))


def test_the_help_imports_no_command() -> None:
    script = (
        "import sys; from basalt_cli.cli.main import main; main(['--help'])\n"
        "loaded = [name for name in sys.modules if name.startswith('basalt_cli.cli.commands.')]\n"
        "print(*loaded, end='', file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


def test_a_command_imports_only_its_own_module(repo: Repo) -> None:
    script = (
        "import sys; from basalt_cli.cli.main import main; main(['list'])\n"
        "print(*[name for name in sys.modules if name.startswith('basalt_cli.cli.commands.')], file=sys.stderr)"
    )
    command = [sys.executable, "-c", script]
    result = subprocess.run(command, cwd=repo.path, capture_output=True, text=True, check=True)
    assert result.stderr == "basalt_cli.cli.commands.list_prompts\n"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("stauts", "Did you mean 'status'? See basalt --help."),
        ("promot", "Did you mean 'promote'? See basalt --help."),
        ("zzzzzz", "See basalt --help."),
    ],
)
def test_an_unknown_command_is_an_error_with_the_closest_name(basalt: Basalt, name: str, hint: str) -> None:
    outcome = basalt(name, code=2)
    assert (outcome.out, outcome.err) == ("", f"error: there is no command {name!r}\nhint: {hint}\n")


def test_an_unknown_command_is_none_for_the_shell() -> None:
    group = build_command()
    assert group.get_command(None, "nope") is None
    assert group.list_commands(None) == list(MODULES)


def test_a_folder_is_changed_to_before_the_command_runs(basalt: Basalt, repo: Repo) -> None:
    repo.write("a/b/basalt.yaml", "trunk: main\n")
    repo.write("a/b/prompts/inner.yaml", "prompt: Hello\n")
    assert "inner" in basalt("-C", "a", "-C", "b", "list").out
    assert "inner" not in basalt("list").out


def test_a_missing_folder_is_an_error(basalt: Basalt, repo: Repo) -> None:
    repo.write("file", "")
    hint = "hint: Give the path of an existing folder.\n"
    missing = basalt("-C", "gone", "list", code=2)
    assert missing.err == f"error: cannot go to gone: No such file or directory\n{hint}"
    assert basalt("-C", "file", "list", code=2).err == f"error: cannot go to file: Not a directory\n{hint}"


def test_lines_of_the_help_fit_a_terminal(basalt: Basalt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    for arguments in ([], *([name] for name in MODULES)):
        assert max(map(len, basalt(*arguments, "--help").out.splitlines())) <= WIDTH
