"""What a caller asks a promotion to do."""

from __future__ import annotations

from typing import NamedTuple

from basalt_cli.errors import UsageError

WHOLE_PERCENT = 100


class Request(NamedTuple):
    """A promotion as asked for: prompts by slug or pattern (or ``everything``), and the environment to move.

    The versions are those that ``source`` (an environment) runs, or those that ``selector`` names; without either the
    environment's policy decides. ``percent`` asks for a gradual roll-out. ``allowed_breaking`` is the reason to let
    breaking changes pass.
    """

    patterns: tuple[str, ...]
    environment: str
    everything: bool = False
    source: str | None = None
    selector: str | None = None
    percent: int | None = None
    reason: str | None = None
    is_forced: bool = False
    allowed_breaking: str | None = None
    allows_unmerged: bool = False

    @property
    def is_partial(self) -> bool:
        """Say whether only a part of the callers gets the new version."""
        return self.percent is not None and self.percent < WHOLE_PERCENT


def require_sensible(request: Request) -> None:
    """Raise UsageError for a request whose parts contradict each other, or lack a reason that must be recorded."""
    for pattern in request.patterns:
        if "@" in pattern:
            slug, _, selector = pattern.partition("@")
            hint = f"Write basalt promote {slug} --to {request.environment} --version '{selector or 'latest'}'."
            raise UsageError(f"{pattern!r} names a version behind the slug", hint=hint)
    if bool(request.patterns) is request.everything:
        raise UsageError("name prompts, or give --all", hint="As in basalt promote support/reply --to staging.")
    if request.source == "":
        raise UsageError("--from names no environment", hint="Leave it out, or name one.")
    if request.source is not None and request.selector is not None:
        raise UsageError("--from and --version exclude each other", hint="Give one of them.")
    if request.is_forced and not (request.reason or "").strip():
        raise UsageError("--force needs a reason, which is recorded", hint="Add --reason TEXT.")
    if request.allowed_breaking is not None and not request.allowed_breaking.strip():
        raise UsageError("--allow-breaking needs a reason, which is recorded", hint="As in --allow-breaking 'agreed'.")
    if request.percent is not None and not 1 <= request.percent <= WHOLE_PERCENT:
        raise UsageError("--percent goes from 1 to 100", hint="100 completes a roll-out; basalt rollback ends it.")
