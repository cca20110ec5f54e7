"""Diagnoses of ``basalt doctor``."""

from __future__ import annotations

from typing import NamedTuple


class Diagnosis(NamedTuple):
    """One diagnosis of a clone; ``severity`` is ``problem`` (results can be wrong or fail) or ``notice``.

    ``command`` fixes it; ``fix`` is the name of a safe fix that ``--fix`` applies.
    """

    code: str
    severity: str
    message: str
    command: str | None = None
    fix: str | None = None
    subject: str | None = None
