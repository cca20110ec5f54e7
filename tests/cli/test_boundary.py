"""Errors of the command line: one message with a hint, the exit code, and no traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from basalt_cli.cli.main import main
from jsonschema import Draft202012Validator

from tests.conftest import Outcome
from tests.support import PROMPT, Repo

Basalt = Callable[..., Outcome]

MISTAKES = [
    (["foo"], 2, "there is no command 'foo'", "See basalt --help."),
    (["stauts"], 2, "there is no command 'stauts'", "Did you mean 'status'?"),
    (["--nope"], 2, "no such option: --nope", "See basalt --help."),
    (["-C", "/nope", "list"], 2, "cannot go to /nope", "existing folder"),
    (["init", "greeting.txt"], 2, "greeting.txt is a file", "Give a folder"),
    (["init", "/dev/null/x"], 3, "/dev/null/x", "Check the path"),
    (["init", "a", "b"], 2, "unexpected extra argument", "basalt init --help"),
    (["new"], 2, "missing argument 'SLUG'", "basalt new --help"),
    (["new", "Bad"], 2, "'Bad' is not a slug", "support/reply"),
    (["new", "greeting"], 3, "prompts/greeting.yaml exists already", "basalt show greeting"),
    (["list", "x"], 2, "unexpected extra argument", "basalt list --help"),
    (["show", "greetin"], 3, "there is no prompt 'greetin' in the working tree", "Did you mean 'greeting'?"),
    (["show", "greeting@nope"], 3, "there is no version 'nope'", "an environment (staging, production)"),
    (["show", "greeting@stagin"], 3, "there is no version 'stagin'", "Did you mean 'staging'?"),
    (["show", "greeting@"], 2, "nothing follows the @", "greeting@latest"),
    (["show", "greeting@1.0.0"], 3, "greeting has no release 1.0.0", "Releases of greeting: none"),
    (["show", "greeting@~5"], 3, "greeting has no version 5 before the newest", "It has 1 version"),
    (["show", "greeting@staging"], 3, "greeting is not deployed to staging", "basalt promote greeting --to staging"),
    (["lint", "nope"], 3, "nope does not exist", "working directory"),
    (["lint", "basalt.yaml"], 3, "basalt.yaml is not in the prompts folder", "below prompts/"),
    (["lint", "--format", "xml"], 2, "'xml' is not one of 'text', 'concise', 'json'", "basalt lint --help"),
    (["render", "greeting"], 3, "greeting needs the variable 'name'", "--var name=..."),
    (["render", "greeting", "--var", "nme=x"], 3, "declares no variable 'nme'", "Did you mean 'name'?"),
    (["render", "greeting", "--var", "name"], 2, "--var 'name' is not NAME=VALUE", "--var name=@file"),
    (["render", "greeting", "--var", "name:=Bob"], 2, "the value of name is not JSON", "quotes around text"),
    (
        ["render", "greeting", "--var", "name:=3"],
        3,
        "name must be a string, not an integer (3)",
        "name (string, required)",
    ),
    (["render", "greeting", "--var", "name=@nope"], 3, "cannot read nope", "path of a file"),
    (["render", "greeting", "--vars", "nope.yaml"], 3, "cannot read nope.yaml", "path of a file"),
    (["render", "greeting", "--vars", "bad.json"], 3, "bad.json:1:10: not JSON", "Fix the syntax"),
    (["render", "greeting", "--vars", "twice.json"], 3, "duplicate key 'a'", "Keep one"),
    (
        ["render", "greeting", "--vars", "list.yaml"],
        3,
        "list.yaml is not a mapping of variables to values",
        "name: Ada",
    ),
    (["render", "greeting", "--var", "name:=" + "9" * 5000], 2, "too many digits", "in quotes"),
    (["render", "greeting", "--var", "name:=" + "[" * 100000], 2, "nested too deeply", "fewer levels"),
    (["render", "greeting", "--var", "name:=NaN"], 2, "NaN is not a JSON number", "in quotes"),
    (["render", "greeting", "--var", 'name:={"a": 1, "a": 2}'], 2, "duplicate key 'a'", "Keep one"),
    (["render", "context"], 3, "prompts/p.j2:1:6: 'name' is undefined here", "Import the template with context"),
    (["promote", "greeting@latest", "--to", "staging"], 2, "names a version behind the slug", "--version 'latest'"),
    (["render", "greeting", "--case", "x"], 3, "greeting has no test case 'x'", "Test cases: none"),
    (["render", "greeting", "--var", "name=x", "--format", "openai"], 3, "needs a model", "model: {name: ...}"),
    (["render", "broken"], 3, "prompts/broken.yaml:1:8: name must be text, not an integer (3)", 'Write "3" in quotes'),
    (["render", "wrong"], 3, "prompts/wrong.yaml:3:6: 'x' is undefined", "Declare it under variables"),
    (["render", "circle"], 3, "loop.md -> loop.md", "Remove one"),
    (["log", "nope"], 3, "there is no prompt 'nope' at HEAD", "Prompts at HEAD: greeting"),
    (["log", "greeting", "-n", "0"], 2, "0 is not in the range", "basalt log --help"),
    (["log", "greeting@nope"], 3, "there is no version 'nope'", "A selector is"),
    (["diff", "nope"], 3, "there is no prompt 'nope'", "Prompts of both sides"),
    (["diff", "greeting", "other"], 2, "greeting and other are different prompts", "greeting@~1"),
    (["diff", "greeting@nope"], 3, "there is no version 'nope'", "A selector is"),
    (["promote", "greeting"], 2, "missing option '--to'", "basalt promote --help"),
    (["promote", "greeting", "--to", "prod"], 3, "there is no environment 'prod'", "staging, production"),
    (["promote", "greting", "--to", "staging"], 3, "there is no prompt 'greting' at main", "Did you mean 'greeting'?"),
    (["promote", "greeting", "--to", "production"], 3, "greeting is not deployed to staging", "--version latest"),
    (["promote", "greeting", "--to", "staging", "--from", "staging"], 2, "from itself", "another environment"),
    (["promote", "greeting", "--to", "staging", "--from", "nope"], 3, "there is no environment 'nope'", "staging"),
    (
        ["promote", "x", "--to", "staging", "--from", "staging", "--version", "~1"],
        2,
        "exclude each other",
        "one of them",
    ),
    (["bundle"], 2, "name an environment", "basalt bundle --env production"),
    (["bundle", "--env", "nope"], 3, "there is no environment 'nope'", "staging, production"),
    (["bundle", "greetin", "--env", "production"], 3, "no prompt 'greetin' runs in production", "Prompts there: none."),
    (["bundle", "--verify", "basalt.yaml"], 3, "basalt.yaml: it is not a bundle", "basalt bundle --env production"),
    (["bundle", "--verify", "nope.json"], 3, "nope.json", "Check the path"),
    (["codegen"], 2, "missing argument 'python'", "basalt codegen --help"),
    (["codegen", "cobol"], 2, "'cobol' is not one of 'python'", "basalt codegen --help"),
    (["codegen", "python", "greetin"], 3, "there is no prompt 'greetin'", "Did you mean 'greeting'?"),
    (["codegen", "python", "--env", "nope"], 3, "there is no environment 'nope'", "staging, production"),
    (["codegen", "python", "greeting", "-o", "/nope/x.py"], 3, "/nope", "Check the path"),
    (["test", "greetin"], 3, "there is no prompt 'greetin'", "Did you mean 'greeting'?"),
    (["test", "-k", "(a"], 2, "-k cannot be understood", "late and not parcel"),
    (["test", "--at", "nope"], 3, "there is no version 'nope'", "git revision"),
    (["test", "--at", "HEAD", "--update"], 2, "--update writes to the working tree", "Omit one of them"),
    (["check", "--base", "nope"], 3, "there is no version 'nope'", "git revision"),
    (["check", "--output", "nope"], 2, "--output cannot be 'nope'", "markdown=comment.md"),
    (["check", "--staged", "--merge-into", "main"], 2, "exclude each other", "Give one of them."),
]


@pytest.fixture
def mistaken(repo: Repo) -> Repo:
    repo.write("greeting.txt", "x")
    repo.write("bad.json", '{"name": }')
    repo.write("twice.json", '{"a": 1, "a": 2}')
    repo.write("list.yaml", "[1]")
    repo.write("prompts/broken.yaml", "{name: 3, prompt: x}")
    repo.write("prompts/wrong.yaml", "prompt: |\n  Hello\n  {{ x }}\n")
    repo.write("prompts/circle.yaml", "prompt: '{% include \"loop.md\" %}'\n")
    repo.write("prompts/loop.md", "{% include 'loop.md' %}")
    repo.write(
        "prompts/context.yaml",
        'variables: {name: {default: x}}\nprompt: \'{% from "m.j2" import f %}{{ f() }}{% import "p.j2" as p %}{{ name }}\'\n',
    )
    repo.write("prompts/m.j2", "{% macro f() %}{% endmacro %}")
    repo.write("prompts/p.j2", "a {{ name }}")
    return repo


@pytest.mark.usefixtures("mistaken")
@pytest.mark.parametrize(("arguments", "code", "message", "hint"), MISTAKES, ids=lambda value: str(value)[:60])
def test_a_mistake_gets_a_message_and_a_hint(
    basalt: Basalt, arguments: list[str], code: int, message: str, hint: str
) -> None:
    outcome = basalt(*arguments, code=code)
    assert outcome.err.startswith("error: ")
    first, _, rest = outcome.err.partition("\nhint: ")
    assert message in first
    assert hint in rest
    assert "Traceback" not in outcome.err
    assert outcome.out == ""


@pytest.mark.usefixtures("mistaken")
@pytest.mark.parametrize(
    "arguments", [["show", "nope"], ["render", "broken"], ["lint", "--nope"], ["promote", "x", "--to", "y"]]
)
def test_an_error_is_json_where_json_is_requested(basalt: Basalt, arguments: list[str]) -> None:
    schema = json.loads((Path(__file__).parents[2] / "schemas/output/error.schema.json").read_text())
    outcome = basalt(*arguments, "--format=json", code=None)
    assert outcome.code in (2, 3)
    Draft202012Validator(schema).validate(outcome.json)
    assert outcome.json["error"]["message"] in outcome.err


def test_all_problems_of_a_file_come_in_one_message(basalt: Basalt, repo: Repo) -> None:
    repo.write("prompts/bad.yaml", "name: 3\npromt: x\nprompt: y\n")
    assert basalt("show", "bad", code=3).err == (
        "error: prompts/bad.yaml:1:7: 2 problems:\n"
        "  prompts/bad.yaml:1:7: name must be text, not an integer (3)\n"
        "  prompts/bad.yaml:2:1: unknown key 'promt'\n"
        'hint: Write "3" in quotes.\n'
    )


def test_a_bug_is_reported_with_its_traceback(basalt: Basalt, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        message = "unforeseen \x1b[31m"
        raise RuntimeError(message)

    monkeypatch.setattr("basalt_cli.cli.commands.status.read_status", fail)
    outcome = basalt("status", "--format", "json", code=70)
    assert "basalt has a bug: RuntimeError: unforeseen" in outcome.err
    assert "Traceback" in outcome.err
    assert "\x1b" not in outcome.err
    assert outcome.json["error"]["type"] == "Bug"


def test_an_interrupt_ends_with_130(basalt: Basalt, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("basalt_cli.cli.commands.status.read_status", interrupt)
    assert basalt("status", code=130).err == "interrupted\n"


def test_the_working_directory_is_restored_after_a_command(repo: Repo) -> None:
    assert main(["-C", "prompts", "list"]) == 0
    assert Path.cwd() == repo.path


def test_control_sequences_of_prompts_are_escaped(basalt: Basalt, repo: Repo) -> None:
    evil = "\x1b]8;;http://x\x07\x9b31m [/x] \u202egnp"
    repo.write(
        "prompts/evil.yaml", f"name: {json.dumps(evil)}\ndescription: {json.dumps(evil)}\nprompt: {json.dumps(evil)}\n"
    )
    repo.git("add", ".")
    repo.git("commit", "--quiet", "-m", evil)
    for arguments in (
        ["list"],
        ["show", "evil"],
        ["render", "evil"],
        ["log", "evil"],
        ["diff", "evil@HEAD~1", "evil@HEAD"],
    ):
        outcome = basalt(*arguments, code=None)
        for character in "\x1b\x07\x9b\u202e":
            assert character not in outcome.out + outcome.err
    outcome = basalt("render", "evil", "--format", "json")
    assert "\x9b" not in outcome.out
    assert outcome.json["text"] == evil


def test_workflow_commands_of_prompts_are_escaped(basalt: Basalt, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    repo.write("prompts/evil.yaml", "prompt: |\n  ::error::x\n    ::set-output name=a::b\n  ##[warning]y\n")
    out = basalt("render", "evil").out
    assert not [line for line in out.splitlines() if line.lstrip().startswith("::")]
    assert "##[" not in out


def test_a_terminal_gets_colour(basalt: Basalt, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    basalt("promote", "greeting", "--to", "staging")
    plain = basalt("status").out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr("basalt_cli.cli.output.has_colour", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = basalt("status").out
    assert "\x1b[" in coloured
    assert plain.split()[0] in coloured


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("CI", "true"), ("TERM", "dumb")])
def test_environment_variables_turn_colour_off(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    from basalt_cli.cli.output import has_colour

    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    assert has_colour()
    monkeypatch.setenv(name, value)
    assert not has_colour()


def test_the_module_runs(repo: Repo) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "basalt_cli", "list"], cwd=repo.path, capture_output=True, text=True, check=True
    )
    assert "greeting" in result.stdout


def test_a_closed_pipe_ends_without_a_message(repo: Repo) -> None:
    for index in range(300):
        repo.write(f"prompts/{'x' * 100}{index}.yaml", PROMPT)
    command = f"{sys.executable} -m basalt_cli list --format json | head -n 1"
    result = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=repo.path, capture_output=True, text=True, check=False
    )
    assert result.stdout == "{\n"
    assert result.stderr == ""


@pytest.mark.parametrize("code", ["import basalt_cli.cli.app", "from basalt_cli.cli.main import main; main(['list'])"])
def test_heavy_modules_are_not_imported(repo: Repo, code: str) -> None:
    heavy = "{'git', 'jsonschema', 'rich', 'asyncio', 'importlib.metadata', 'concurrent.futures', 'multiprocessing'}"
    program = f"import sys\n{code}\nassert not {heavy} & set(sys.modules), {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], cwd=repo.path, check=True, capture_output=True)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_an_error_of_the_system(repo: Repo) -> None:
    command = f"{sys.executable} -m basalt_cli list > /dev/full"
    result = subprocess.run(["bash", "-c", command], cwd=repo.path, capture_output=True, text=True, check=False)
    assert result.returncode == 3
    assert result.stderr.startswith("error: No space left on device\n")


def test_a_deleted_working_directory_is_an_error_of_the_system(repo: Repo) -> None:
    command = f"mkdir gone && cd gone && rmdir ../gone && {sys.executable} -m basalt_cli list"
    result = subprocess.run(["bash", "-c", command], cwd=repo.path, capture_output=True, text=True, check=False)
    assert "Traceback" not in result.stderr
    assert result.returncode == 3
