"""The parameters of models that have a canonical name, and the values that some provider takes."""

from __future__ import annotations

from basalt_cli.model.json_value import Json

_ENOUGH: dict[str, Json] = {"type": "integer", "minimum": 1}
_PENALTY: dict[str, Json] = {"type": "number", "minimum": -2, "maximum": 2}

PARAMETERS: dict[str, dict[str, Json]] = {
    "temperature": {"type": "number", "minimum": 0, "maximum": 2},
    "top_p": {"type": "number", "minimum": 0, "maximum": 1},
    "top_k": _ENOUGH,
    "max_tokens": _ENOUGH,
    "frequency_penalty": _PENALTY,
    "presence_penalty": _PENALTY,
    "stop": {"type": ["string", "array"], "items": {"type": "string"}},
    "seed": {"type": "integer"},
    "reasoning_effort": {"type": "string"},
    "verbosity": {"type": "string"},
}

EXCLUSIVE: frozenset[tuple[str, str]] = frozenset(
    (
        ("temperature", "top_p"),
        ("max_tokens", "max_completion_tokens"),
        ("max_tokens", "max_output_tokens"),
        ("stop", "stop_sequences"),
        ("reasoning_effort", "temperature"),
        ("reasoning_effort", "top_p"),
    )
)
"""Pairs of which a provider takes one."""
