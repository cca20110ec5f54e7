"""The parameters of models with a canonical name, and the values that at least one provider accepts."""

from __future__ import annotations

from basalt_cli.model.json_value import Json

# For some providers, -1 means no limit; for top_k, so does 0.
_COUNT: dict[str, Json] = {"type": "integer", "minimum": -1}
_PENALTY: dict[str, Json] = {"type": "number", "minimum": -2, "maximum": 2}

PARAMETERS: dict[str, dict[str, Json]] = {
    "temperature": {"type": "number", "minimum": 0, "maximum": 2},
    "top_p": {"type": "number", "minimum": 0, "maximum": 1},
    "top_k": _COUNT,
    "max_tokens": _COUNT,
    "frequency_penalty": _PENALTY,
    "presence_penalty": _PENALTY,
    "stop": {"type": ["string", "array", "null"], "items": {"type": "string"}},
    "seed": {"type": "integer"},
    "reasoning_effort": {"type": "string"},
    "verbosity": {"type": "string"},
}

EXCLUSIVE: frozenset[tuple[str, str, str | None]] = frozenset(
    (
        ("max_tokens", "max_completion_tokens", None),
        ("max_tokens", "max_output_tokens", None),
        ("stop", "stop_sequences", None),
        ("temperature", "top_p", "anthropic"),
        ("reasoning_effort", "temperature", "openai"),
        ("reasoning_effort", "top_p", "openai"),
    )
)
"""Pairs of parameters that exclude each other, and the provider; None for all providers."""

OTHERS: frozenset[str] = frozenset(("max_new_tokens", "min_tokens", "seeds", "top_a", "top_n"))
"""Parameters of single providers whose names are similar to a canonical one, and not misspelt."""
