"""The paths of two files differ only in case, or in the Unicode form of accents.

On macOS and Windows they are one file: a clone there has only one of the two, and a commit from there removes the
other.

Good::

    prompts/partials/voice.md
    prompts/partials/tone.md

Bad::

    prompts/partials/voice.md
    prompts/partials/Voice.md
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.lint.rule import Mark, RepositorySubject
from basalt_cli.model.source import FILE_START

ID = "S207"
NAME = "path-collision"
SEVERITY = "error"


def check_repository(subject: RepositorySubject) -> Iterator[Mark]:
    """Yield a mark on each file whose path collides with an earlier one."""
    from unicodedata import normalize

    first: dict[str, str] = {}
    for path in subject.paths:
        folded = normalize("NFC", path).casefold()
        if first.setdefault(folded, path) != path:
            message = f"{path} and {first[folded]} are the same file on macOS and Windows"
            yield Mark(FILE_START, message, "Rename one of the two.", path=path)
