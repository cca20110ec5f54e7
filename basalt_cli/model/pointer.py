"""Pointers: which version of a prompt an environment runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pointer:
    """What an environment runs: the commit (40 hex) and the digest (``sha256:...``) of the version."""

    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class GateResult:
    """A gate's verdict, and what it was based on."""

    gate: str
    passed: bool
    evidence: str
