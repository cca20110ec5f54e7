"""Show what a lint mended, or would mend."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from basalt_cli.cli.output import note, safe_line, safe_text
from basalt_cli.lint.secret_patterns import redact
from basalt_cli.model.lint_report import FixedFile
from basalt_cli.text.words import plural


def show_mended(files: tuple[FixedFile, ...], unsaved: tuple[Path, bytes] | None, *, diff: bool, prefix: str) -> None:
    """Print what would be written: as a diff, or, for what came from stdin, as the whole file."""
    if not diff:
        assert unsaved is not None
        sys.stdout.flush()
        sys.stdout.buffer.write(files[0].after if files else unsaved[1])
        return
    from difflib import unified_diff

    for file in files:
        # A diff with a secret in it is for looking at: what stands around a change may be shown, a key may not.
        before, after = (_split_lines(redact(data.decode())) for data in (file.before, file.after))
        path = f"{prefix}/{file.path}"
        for line in unified_diff(before, after, f"a/{path}", f"b/{path}"):
            body, ending = line.rstrip("\r\n"), line[len(line.rstrip("\r\n")) :]
            missing = "" if ending else "\n\\ No newline at end of file\n"
            sys.stdout.write(safe_text(body) + ending + missing)


def _split_lines(text: str) -> list[str]:
    """Return the lines as git sees them: they end at LF alone."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def print_mended(files: Iterable[FixedFile]) -> None:
    """Print to stderr what was mended, and what was not since it would have changed what is sent."""
    changed = [file for file in files if file.after != file.before]
    if changed:
        fixed = sum(file.fixed for file in changed)
        print(f"mended {plural(fixed, 'finding')} in {plural(len(changed), 'file')}", file=sys.stderr)
    for file in files:
        for finding in file.refused:
            place = safe_line(str(finding.span.in_file(finding.path)))
            note(f"{place}: {finding.code} is left to you: mending it would change what is sent")
