"""Where the command line starts and ends: the one place that turns exceptions into messages and exit codes."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from basalt_cli._version import __version__

_INTERRUPTED = 130
_BROKEN_PIPE = 141
_BUG = 70
_OBJECTS_BEFORE_COLLECTING = 50_000


def run() -> None:
    """Run the command line of this process, and exit.

    Leaves without the interpreter's own farewell, which takes apart every loaded module and costs more than a start of
    bare Python; nothing here waits for it: no thread, no temporary file, no handler.
    """
    # What an import makes stays, tens of thousands of objects of it: looking for garbage among them takes one start in
    # twenty. A long run still does, every so often.
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTING)
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that cannot show a character shows its number.
            stream.reconfigure(errors="backslashreplace")
    code = main(sys.argv[1:])
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _open_closed_streams() -> None:
    """Give a process that was started without them (`>&-`) streams that lead nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - open as long as the process


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; nothing is raised."""
    # Asked by scripts at every start, and answered before typer costs five times as much as Python itself.
    if list(arguments) in (["--version"], ["-V"]):
        print(f"basalt {__version__}")
        return 0
    try:
        code = _replay(arguments)
        if code is None:
            code = _dispatch(list(arguments))
    except BrokenPipeError:
        # Whoever read our output has gone; the interpreter must not try to flush it once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    except SystemExit as done:
        # The option parser ends a request of the shell's completion like this.
        return done.code if isinstance(done.code, int) else 0
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the boundary: whatever arrives here is a bug of ours
        from basalt_cli.cli.errors import report_bug

        report_bug(error, arguments)
        return _BUG
    return code


def _replay(arguments: Sequence[str]) -> int | None:
    """Answer a plain ``basalt lint`` or ``status`` in front of the option parser, where nothing changed since."""
    if list(arguments[:1]) not in (["lint"], ["status"]) or list(arguments[1:2]) not in ([], ["--format"]):
        return None
    from basalt_cli.cli.replay import replay

    try:
        return replay(arguments)
    except BrokenPipeError:
        raise
    except OSError:
        return None  # The command itself says what cannot be read.


def _dispatch(arguments: list[str]) -> int:
    import typer

    from basalt_cli.cli.app import USAGE_ERROR, build_command
    from basalt_cli.cli.errors import from_os_error, report_error, report_usage_error
    from basalt_cli.errors import BasaltError

    folder = None
    try:
        folder = os.getcwd()
        result = build_command().main(args=arguments, prog_name="basalt", standalone_mode=False)
        # A full disk, or a reader that has gone, shows itself here and not at the interpreter's end.
        sys.stdout.flush()
    except BasaltError as error:
        report_error(error, arguments)
        return error.exit_code
    except BrokenPipeError:
        raise
    except OSError as error:
        refused = from_os_error(error)
        report_error(refused, arguments)
        return refused.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None
    except USAGE_ERROR as error:
        return report_usage_error(error, arguments)
    finally:
        with contextlib.suppress(OSError):
            os.chdir(folder or os.curdir)
    if result == _INTERRUPTED:
        raise KeyboardInterrupt
    return result if isinstance(result, int) else 0
