"""Two files differ only in upper and lower case, or in how their accents are written.

On macOS and Windows the two are one file: whoever clones the repository there gets one of them, and a commit from there
loses the other.

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
    """Yield a mark on each file of a group but the first."""
    from unicodedata import normalize

    first: dict[str, str] = {}
    for path in subject.paths:
        folded = normalize("NFC", path).casefold()
        if first.setdefault(folded, path) != path:
            message = f"{path} and {first[folded]} are one file on macOS and Windows"
            yield Mark(FILE_START, message, "Rename one of the two.", path=path)
