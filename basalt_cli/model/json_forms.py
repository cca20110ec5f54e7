"""The JSON form of values that several outputs contain, so that a program reads them in the same way everywhere."""

from __future__ import annotations

from collections.abc import Iterable

from basalt_cli.model.change import Change
from basalt_cli.model.json_value import Json
from basalt_cli.model.pointer import GateResult, Pointer
from basalt_cli.model.prompt import ModelSettings


def changes_to_json(changes: Iterable[Change], *, with_sides: bool) -> list[Json]:
    """Return the changes of a prompt; ``with_sides`` includes the old and the new value."""
    return [_change_to_json(change, with_sides=with_sides) for change in changes]


def _change_to_json(change: Change, *, with_sides: bool) -> Json:
    sides: dict[str, Json] = {"old": change.old, "new": change.new} if with_sides else {}
    return {"code": change.code, "path": change.path, **sides, "risk": change.risk.label, "message": change.message}


def gates_to_json(gates: Iterable[GateResult]) -> list[Json]:
    """Return the results of gates."""
    return [{"gate": gate.gate, "passed": gate.passed, "evidence": gate.evidence} for gate in gates]


def rollout_to_json(pointer: Pointer | None) -> list[Json]:
    """Return the shares of a pointer's gradual roll-out; empty without a pointer or a roll-out."""
    shares = pointer.rollout if pointer is not None else ()
    return [{"version": share.version, "digest": share.digest, "percent": share.percent} for share in shares]


def model_to_json(model: ModelSettings) -> dict[str, Json]:
    """Return the model and its settings."""
    parameters = dict(model.parameters)
    return {"provider": model.provider, "name": model.name, "version": model.version, "parameters": parameters}
