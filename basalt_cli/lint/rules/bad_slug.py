"""The path of a prompt's file is not a slug.

Applications, pointers and releases name a prompt by its slug: segments of lower-case letters, digits, ``-`` and ``_``,
joined by ``/``. The file ends in ``.yaml``; with ``.yml``, one prompt could have two files.

Good::

    prompts/support/reply.yaml

Bad::

    prompts/Support/Reply.yml
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.lint.rule import Mark, Subject
from basalt_cli.model.source import FILE_START
from basalt_cli.text.slug import PROMPT_ENDING, describe_slug_problem, slug_of

ID = "S206"
NAME = "bad-slug"
SEVERITY = "error"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at the start of a file whose path is not a slug with the ending .yaml."""
    if subject.path.endswith(".yml"):
        yield Mark(
            FILE_START,
            "the file of a prompt ends in .yaml",
            f"Rename it with git mv to {subject.path.rpartition('/')[2][:-4]}{PROMPT_ENDING}.",
        )
    elif subject.path.endswith(PROMPT_ENDING):
        problem = describe_slug_problem(slug_of(subject.path))
        if problem is not None:
            yield Mark(
                FILE_START, f"{slug_of(subject.path)!r} is not a slug: {problem}", "Rename the file with git mv."
            )
