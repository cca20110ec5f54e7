"""The report of an exception: message, hint, JSON object and exit code."""

from __future__ import annotations

import errno
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import typer
from basalt_cli import __version__
from basalt_cli.cli.errors import describe_os_error, is_json_requested, report_exception
from basalt_cli.errors import BasaltError, LostRaceError, NotFoundError, Place, RefusedError, UsageError
from jsonschema import Draft202012Validator

from tests.cli.checking import SCHEMAS

JSON = ["status", "--format", "json"]


def read_json(text: str) -> dict[str, Any]:
    """Return the error object of an output that has the schema of errors."""
    body = json.loads(text)
    schema = json.loads((SCHEMAS / "error.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(body)
    error: dict[str, Any] = body["error"]
    return error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RefusedError("m"), 1),
        (UsageError("m"), 2),
        (BasaltError("m"), 3),
        (NotFoundError("m"), 3),
        (LostRaceError("m"), 4),
        (typer.BadParameter("m"), 2),
        (OSError(errno.ENOSPC, "m"), 3),
    ],
)
def test_each_kind_of_error_has_its_exit_code(capsys: pytest.CaptureFixture[str], error: Exception, code: int) -> None:
    assert report_exception(error, ["status"]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert re.fullmatch(r"error: (invalid value: )?m\n(hint: .*\n)?", captured.err)


def test_an_error_is_its_place_its_message_and_its_hint(capsys: pytest.CaptureFixture[str]) -> None:
    error = BasaltError("it is wrong", hint="Change it.", place=Place("prompts/a.yaml", 3, 7))
    report_exception(error, ["status"])
    assert capsys.readouterr().err == "error: prompts/a.yaml:3:7: it is wrong\nhint: Change it.\n"
    report_exception(BasaltError("it is wrong"), ["status"])
    assert capsys.readouterr().err == "error: it is wrong\n"


def test_an_error_is_an_object_where_json_is_requested(capsys: pytest.CaptureFixture[str]) -> None:
    error = NotFoundError("it is missing", hint="Make it.", place=Place("a.yaml", 3, 7))
    report_exception(error, JSON)
    captured = capsys.readouterr()
    assert read_json(captured.out) == {
        "type": "NotFoundError", "message": "it is missing", "hint": "Make it.", "path": "a.yaml", "line": 3, "column": 7,
    }  # fmt: skip
    assert captured.err == "error: a.yaml:3:7: it is missing\nhint: Make it.\n"
    report_exception(BasaltError("m"), JSON)
    found = read_json(capsys.readouterr().out)
    assert (found["hint"], found["path"], found["line"], found["column"]) == (None, None, None, None)


def test_control_sequences_of_a_message_are_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    report_exception(BasaltError("a\x1b[31m", hint="b\u202e"), ["status"])
    assert capsys.readouterr().err == "error: a\\x1b[31m\nhint: b\\u202e\n"


def test_an_error_of_the_option_parser_names_the_help_of_its_command(capsys: pytest.CaptureFixture[str]) -> None:
    report_exception(typer.BadParameter("No such thing"), JSON)
    captured = capsys.readouterr()
    assert captured.err == "error: invalid value: No such thing\nhint: See basalt --help.\n"
    assert read_json(captured.out)["type"] == "UsageError"


def test_an_error_of_the_system_names_the_file() -> None:
    try:
        Path("/dev/null/x").read_bytes()
    except OSError as error:
        found = describe_os_error(error)
    assert found.message == "/dev/null/x: Not a directory"
    assert found.hint == "Check the path, its permissions and the disk."
    assert (found.kind, found.exit_code) == ("SystemRefusalError", 3)
    assert describe_os_error(OSError(errno.ENOSPC, "No space left on device")).message == "No space left on device"
    assert describe_os_error(OSError("odd")).message == "odd"


def test_an_interrupt_has_exit_code_130(capsys: pytest.CaptureFixture[str]) -> None:
    for error in (KeyboardInterrupt(), typer.Abort()):
        assert report_exception(error, JSON) == 130
        assert capsys.readouterr() == ("", "interrupted\n")


def test_a_broken_pipe_is_silent_and_leaves_stdout_writable(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as pipe:
        monkeypatch.setattr("sys.stdout", pipe)
        assert report_exception(BrokenPipeError(), JSON) == 141
        print("the rest", file=pipe, flush=True)
    assert capsys.readouterr().err == ""


def test_a_bug_is_reported_with_versions_arguments_and_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    known: dict[str, str] = {}
    with pytest.raises(KeyError) as caught:
        _ = known["missing\x1b"]
    assert report_exception(caught.value, [*JSON, "secret\x1b"]) == 70
    captured = capsys.readouterr()
    lines = captured.err.splitlines()
    assert lines[0] == "error: basalt has a bug: KeyError: 'missing\\x1b'"
    assert lines[1] == "Please report it, with the lines below."
    assert re.fullmatch(rf"basalt {re.escape(__version__)}, Python 3\.\d+\.\d+, \w+", lines[2])
    assert lines[3] == "arguments: ['status', '--format', 'json', 'secret\\x1b']"
    assert lines[4] == "Traceback (most recent call last):"
    found = read_json(captured.out)
    assert (found["type"], found["hint"]) == ("Bug", "Please report it.")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["status", "--format", "json"], True),
        (["--nope", "--format=json", "x"], True),
        (["status", "--format", "text"], False),
        (["status", "--format"], False),
        (["status", "json"], False),
        ([], False),
    ],
)
def test_json_is_requested_by_the_option_format(arguments: list[str], expected: bool) -> None:
    assert is_json_requested(arguments) is expected
