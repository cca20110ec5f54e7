"""deployments.yaml points to a prompt or an environment that does not exist.

After a prompt is deleted or renamed, a pointer to it keeps the old version deployed under the old slug. Pointers of an
environment that basalt.yaml does not declare are not read. Reported only when the whole project is linted.

Good::

    environments:
      production:
        support/reply: {version: ..., digest: ...}

Bad (there is no such prompt)::

    environments:
      production:
        support/repyl: {version: ..., digest: ...}
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.lint.rule import Mark, RepositorySubject
from basalt_cli.text.slug import is_prompt_path, slug_of
from basalt_cli.text.words import did_you_mean, list_names

ID = "R703"
NAME = "unknown-pointer"
SEVERITY = "warning"


def check_repository(subject: RepositorySubject) -> Iterator[Mark]:
    """Yield a mark at each environment that is not declared, and at each slug without a prompt."""
    slugs = [slug_of(path) for path in subject.paths if is_prompt_path(path)]
    for name, pointers in subject.pointers:
        if name.text not in subject.environments:
            known = list_names(subject.environments)
            help_text = f"{did_you_mean(name.text, subject.environments)}Environments in basalt.yaml: {known}."
            message = f"basalt.yaml declares no environment {name.text!r}"
            yield Mark(name.span, message, help_text)
        for slug in pointers:
            if slug.text not in slugs:
                help_text = f"{did_you_mean(slug.text, slugs)}Restore the prompt, or remove the pointer."
                yield Mark(slug.span, f"there is no prompt {slug.text!r}", help_text)
