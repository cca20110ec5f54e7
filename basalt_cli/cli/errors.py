"""Say what went wrong: one message and a hint for people, one object for programs."""

from __future__ import annotations

import contextlib
import sys
import traceback
from collections.abc import Sequence
from typing import Any

from basalt_cli._version import __version__
from basalt_cli.cli.output import print_json, safe_text
from basalt_cli.errors import BasaltError, UsageError

_USAGE = 2


def report_error(error: BasaltError, arguments: Sequence[str]) -> None:
    """Print an error that the user can mend."""
    where = f"{error.place}: " if error.place else ""
    _print(f"error: {where}{error.message}", error.hint)
    if wants_json(arguments):
        path, line, column = error.place or (None, None, None)
        details = {"type": error.kind, "message": error.message, "hint": error.hint}
        print_json({"error": {**details, "path": path, "line": line, "column": column}})


def report_usage_error(error: Any, arguments: Sequence[str]) -> int:
    """Print what the option parser says, and return the exit code; with no command at all it is the help."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        print(error.message)
        return _USAGE
    hint = f"See {context.command_path} --help." if context is not None else "See basalt --help."
    report_error(UsageError(_lower_first(str(error.format_message())), hint=hint), arguments)
    return _USAGE


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def from_os_error(error: OSError) -> BasaltError:
    """Turn what the system refuses (permissions, a full disk, a file for a folder) into an error with the path."""
    where = f"{error.filename}: " if error.filename else ""
    return SystemRefusalError(f"{where}{error.strerror or error}", hint="Check the path, its permissions and the disk.")


class SystemRefusalError(BasaltError):
    """The system would not read or write a file."""


def report_bug(error: Exception, arguments: Sequence[str]) -> None:
    """Print a bug of ours, with what a report needs."""
    trace = "".join(traceback.format_exception(error))
    _print(f"error: basalt has a bug: {type(error).__name__}: {error}", None)
    print("Please report it, with the lines below.", file=sys.stderr)
    version = f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    print(f"basalt {__version__}, Python {version}, {sys.platform}", file=sys.stderr)
    print(safe_text(f"arguments: {list(arguments)}\n{trace}"), file=sys.stderr)
    if wants_json(arguments):
        details = {"type": "Bug", "message": f"{type(error).__name__}: {error}", "hint": "Please report it."}
        print_json({"error": {**details, "path": None, "line": None, "column": None}})


def wants_json(arguments: Sequence[str]) -> bool:
    """Say whether a command line asks for json, also one that cannot be parsed otherwise."""
    following = zip(arguments, [*arguments[1:], ""], strict=True)
    return any(option == "--format=json" or (option == "--format" and value == "json") for option, value in following)


def _print(message: str, hint: str | None) -> None:
    # Results come before errors; a stdout that cannot be written to is the error itself then.
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    print(safe_text(message), file=sys.stderr)
    if hint:
        print(safe_text(f"hint: {hint}"), file=sys.stderr)
