"""What doctor finds."""

from __future__ import annotations

from typing import NamedTuple


class Diagnosis(NamedTuple):
    """Something odd about a clone: a ``problem`` can mislead or stop somebody, a ``notice`` is only worth knowing.

    ``command`` mends it; ``fix`` names what ``--fix`` can do itself, because it is safe.
    """

    code: str
    severity: str
    message: str
    command: str | None = None
    fix: str | None = None
    subject: str | None = None
