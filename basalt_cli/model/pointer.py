"""Pointers: which version of a prompt an environment runs."""

from __future__ import annotations

from typing import NamedTuple


class Pointer(NamedTuple):
    """What an environment runs: the commit (40 hex) and the digest (``sha256:...``) of the version."""

    version: str
    digest: str


class GateResult(NamedTuple):
    """A gate's verdict, and what it was based on."""

    gate: str
    passed: bool
    evidence: str
