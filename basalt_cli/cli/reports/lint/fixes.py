"""What --fix changes: a diff, a fixed file for stdin, or a count."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable

from basalt_cli.cli.output import note, safe_line, safe_text
from basalt_cli.lint.secret_patterns import redact
from basalt_cli.model.lint_report import FixedFile
from basalt_cli.text.words import plural


def print_diff(files: Iterable[FixedFile], prompts_folder: str) -> None:
    """Print what the fixes would change as a unified diff, with secrets hidden."""
    from difflib import unified_diff

    for file in files:
        before, after = (_split_lines(redact(data.decode())) for data in (file.before, file.after))
        path = f"{prompts_folder}/{file.path}"
        for line in unified_diff(before, after, f"a/{path}", f"b/{path}"):
            body, ending = line.rstrip("\r\n"), line[len(line.rstrip("\r\n")) :]
            missing = "" if ending else "\n\\ No newline at end of file\n"
            sys.stdout.write(safe_text(body) + ending + missing)


def print_content(data: bytes) -> None:
    """Print a whole file, byte for byte."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)


def _split_lines(text: str) -> list[str]:
    """Return the lines as git splits them: only LF ends a line."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def print_fixes(files: Iterable[FixedFile]) -> None:
    """Print to stderr how many findings were fixed, and each finding whose fix would change what is sent."""
    changed = [file for file in files if file.after != file.before]
    if changed:
        fixed = sum(file.fixed for file in changed)
        print(f"fixed {plural(fixed, 'finding')} in {plural(len(changed), 'file')}", file=sys.stderr)
    for file in files:
        for finding in file.refused:
            place = safe_line(str(finding.span.in_file(finding.path)))
            note(f"{place}: {finding.code} is not fixed: the fix would change the text that is sent to the model")
