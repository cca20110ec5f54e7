"""Report exceptions: a message and a hint on stderr, an object on stdout for ``--format json``, and an exit code."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from basalt_cli._version import __version__
from basalt_cli.cli.output import print_json, safe_text
from basalt_cli.errors import BasaltError, UsageError

# Exit codes of what has no class in basalt_cli.errors.
USAGE = 2
BUG = 70
INTERRUPTED = 130
BROKEN_PIPE = 141


class SystemRefusalError(BasaltError):
    """The operating system refused to read or write a file."""


def report_exception(error: BaseException, arguments: Sequence[str]) -> int:
    """Report the exception that ended a command, and return the exit code."""
    if isinstance(error, KeyboardInterrupt):
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        return _silence_stdout()
    if isinstance(error, OSError):
        error = describe_os_error(error)
    if isinstance(error, BasaltError):
        report_error(error, arguments)
        return error.exit_code
    # The parser is imported already, unless the exception is a bug in front of it.
    import typer

    from basalt_cli.cli.app import USAGE_ERROR

    if isinstance(error, typer.Abort):
        return report_exception(KeyboardInterrupt(), arguments)
    if isinstance(error, USAGE_ERROR):
        return report_usage_error(error, arguments)
    report_bug(error, arguments)
    return BUG


def _silence_stdout() -> int:
    """Send the rest of stdout to the null device: the interpreter would fail to flush it into the closed pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE


def report_error(error: BasaltError, arguments: Sequence[str]) -> None:
    """Report an error that a user can fix."""
    where = f"{error.place}: " if error.place else ""
    _print(f"error: {where}{error.message}", error.hint)
    if is_json_requested(arguments):
        path, line, column = error.place or (None, None, None)
        details = {"type": error.kind, "message": error.message, "hint": error.hint}
        print_json({"error": {**details, "path": path, "line": line, "column": column}})


def report_usage_error(error: Any, arguments: Sequence[str]) -> int:
    """Report an error of the option parser, and return the exit code; print the help where no command is given."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        print(error.message)
        return USAGE
    hint = f"See {context.command_path} --help." if context is not None else "See basalt --help."
    report_error(UsageError(_lower_first(str(error.format_message())), hint=hint), arguments)
    return USAGE


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def describe_os_error(error: OSError) -> BasaltError:
    """Return an error with the path and the reason of the operating system, for example a full disk."""
    where = f"{error.filename}: " if error.filename else ""
    return SystemRefusalError(f"{where}{error.strerror or error}", hint="Check the path, its permissions and the disk.")


def report_bug(error: BaseException, arguments: Sequence[str]) -> None:
    """Report a bug of basalt, with the versions, the arguments and the traceback for an issue."""
    trace = "".join(traceback.format_exception(error))
    _print(f"error: basalt has a bug: {type(error).__name__}: {error}", None)
    print("Please report it, with the lines below.", file=sys.stderr)
    version = f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    print(f"basalt {__version__}, Python {version}, {sys.platform}", file=sys.stderr)
    print(safe_text(f"arguments: {list(arguments)}\n{trace}"), file=sys.stderr)
    if is_json_requested(arguments):
        details = {"type": "Bug", "message": f"{type(error).__name__}: {error}", "hint": "Please report it."}
        print_json({"error": {**details, "path": None, "line": None, "column": None}})


def is_json_requested(arguments: Sequence[str]) -> bool:
    """Return whether the arguments ask for JSON output, even if the option parser rejects them."""
    return "--format=json" in arguments or ("--format", "json") in pairwise(arguments)


def _print(message: str, hint: str | None) -> None:
    # Results come before errors. If stdout cannot be written, that is the error, and it is reported here.
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    print(safe_text(message), file=sys.stderr)
    if hint:
        print(safe_text(f"hint: {hint}"), file=sys.stderr)
