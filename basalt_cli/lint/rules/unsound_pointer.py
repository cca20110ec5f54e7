"""A pointer in deployments.yaml does not name a version that was promoted.

Its commit is not in this clone, does not contain the prompt, is not on the trunk, or has another digest: the file was
edited by hand or by a merge, or the history was rewritten. ``basalt doctor`` shows how to fix it. Reported only when
the whole project is linted, in a repository with full history.

Good::

    environments:
      production:
        support/reply: {version: 3f2a..., digest: sha256:9c1b...}

Bad (no clone has this commit)::

    environments:
      production:
        support/reply: {version: 0000..., digest: sha256:9c1b...}
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.lint.rule import Mark, RepositorySubject

ID = "R704"
NAME = "unsound-pointer"
SEVERITY = "warning"


def check_repository(subject: RepositorySubject) -> Iterator[Mark]:
    """Yield a mark at the slug of each pointer with a flaw."""
    flaws = {(flaw.environment, flaw.slug): flaw for flaw in subject.flaws}
    for name, pointers in subject.pointers:
        for slug in pointers:
            flaw = flaws.get((name.text, slug.text))
            if flaw is not None:
                yield Mark(slug.span, flaw.message, "Run basalt doctor: it shows how to fix this.")
