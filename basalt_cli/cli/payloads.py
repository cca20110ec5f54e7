"""Pieces of json outputs that several commands share."""

from __future__ import annotations

from typing import Any

from basalt_cli.model.prompt import ModelSettings


def model_to_json(model: ModelSettings) -> dict[str, Any]:
    """Return the model and its settings."""
    return {
        "provider": model.provider,
        "name": model.name,
        "version": model.version,
        "parameters": dict(model.parameters),
    }
