"""What the tests of commands share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from basalt_cli.workspace.project import Project
from jsonschema import Draft202012Validator

from tests.conftest import Outcome

Basalt = Callable[..., Outcome]
OpenAt = Callable[[Path], Project]
SCHEMAS = Path(__file__).parents[2] / "schemas" / "output"
SAMPLES = Path(__file__).parents[2]


def checked(outcome: Outcome, schema: str) -> Any:
    """Return the json of an outcome that fits its schema."""
    body = json.loads((SCHEMAS / f"{schema}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(body).validate(outcome.json)
    return outcome.json
