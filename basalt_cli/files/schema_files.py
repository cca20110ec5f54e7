"""The JSON Schemas that basalt ships: in the package when it is installed, beside the package in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_ENDING = ".schema.json"
EDITOR_SCHEMAS = ("prompt", "config", "deployments")
"""The names of the schemas of the files that users write."""


def list_schemas() -> tuple[str, ...]:
    """Return the names of all schemas, those of files before those of outputs: ``prompt``, ``output/lint``."""
    outputs = sorted(path.name.removesuffix(_ENDING) for path in (_folder() / "output").glob(f"*{_ENDING}"))
    return (*EDITOR_SCHEMAS, *(f"output/{name}" for name in outputs))


def read_schema(name: str) -> str:
    """Return the text of a schema; ``name`` is one of ``list_schemas``."""
    return (_folder() / f"{name}{_ENDING}").read_text(encoding="utf-8")


def _folder() -> Path:
    installed = _PACKAGE / "schemas"
    return installed if installed.is_dir() else _PACKAGE.parent / "schemas"
