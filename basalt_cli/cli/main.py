"""Run the command line: the entry point, and the one place that turns exceptions into exit codes."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from basalt_cli._version import __version__

# The parser returns this code where it caught the interrupt itself.
_INTERRUPTED = 130
_OBJECTS_BEFORE_COLLECTING = 50_000


def run() -> None:
    """Run the command line of this process, and exit.

    Exits by ``os._exit``: unloading all modules takes longer than starting the interpreter, and no thread, temporary
    file or exit handler depends on it.
    """
    # Imports make tens of thousands of objects that stay; collecting among them takes 5 % of a start.
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTING)
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Characters that the terminal's encoding does not have are printed as escapes.
            stream.reconfigure(errors="backslashreplace")
    code = main(sys.argv[1:])
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _open_closed_streams() -> None:
    """Open the null device for each standard stream that the process was started without (`>&-`)."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - open as long as the process


def main(arguments: Sequence[str]) -> int:
    """Run one command, and return its exit code; raises nothing."""
    # Scripts ask for the version at every start; typer's import takes five times as long as Python's own start.
    if list(arguments) in (["--version"], ["-V"]):
        print(f"basalt {__version__}")
        return 0
    try:
        code = _replay(arguments)
        return _dispatch(list(arguments)) if code is None else code
    except SystemExit as done:
        # The option parser ends a completion request of the shell by SystemExit.
        return done.code if isinstance(done.code, int) else 0
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the error boundary of the command line
        from basalt_cli.cli.errors import report_exception

        return report_exception(error, arguments)


def _replay(arguments: Sequence[str]) -> int | None:
    """Return the exit code of a plain ``basalt lint`` or ``status`` answered from a store; None where it has to run."""
    if list(arguments[:1]) not in (["lint"], ["status"]) or list(arguments[1:2]) not in ([], ["--format"]):
        return None
    from basalt_cli.cli.replay import replay

    try:
        return replay(arguments)
    except BrokenPipeError:
        raise
    except OSError:
        return None  # The command reports which file it cannot read.


def _dispatch(arguments: list[str]) -> int:
    """Parse the arguments, run the command, and return its exit code; restores the working directory after ``-C``."""
    from basalt_cli.cli.app import build_command

    folder = os.getcwd()
    try:
        result = build_command().main(args=arguments, prog_name="basalt", standalone_mode=False)
        # A full disk or a closed pipe raises here, inside the error boundary, and not when the interpreter ends.
        sys.stdout.flush()
    finally:
        with contextlib.suppress(OSError):
            os.chdir(folder)
    if result == _INTERRUPTED:
        raise KeyboardInterrupt
    return result if isinstance(result, int) else 0
