"""Print the public surface of an SDK for prompts, as JSON; runs where that SDK is installed.

    python surface.py hosted|ours

Names map to how a caller sees them: parameters with their defaults, attributes, base classes and status codes.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import sys
from importlib import import_module
from typing import Any

METHODS = ("get", "get_sync", "list", "list_sync", "describe", "describe_sync", "publish", "publish_sync")
CLASSES = (
    "Prompt", "PromptModel", "PromptModelParameters", "PromptTools", "DescribePromptResponse", "PromptListResponse",
    "PublishPromptResponse",
)  # fmt: skip
ERRORS = (
    "BasaltError", "BasaltAPIError", "BadRequestError", "UnauthorizedError", "ForbiddenError", "NotFoundError",
    "NetworkError",
)  # fmt: skip
HOMES = {
    "hosted": {"Basalt": "basalt", "client": "basalt.prompts.client", "models": "basalt.prompts.models",
               "errors": "basalt.types.exceptions", "cache": "basalt.types.cache"},
    "ours": {"Basalt": "basalt_cli", "client": "basalt_cli.client.prompts", "models": "basalt_cli",
             "errors": "basalt_cli", "cache": "basalt_cli"},
}  # fmt: skip


def describe(home: dict[str, str]) -> dict[str, Any]:
    """Return the surface: what is found where, by name."""
    models, errors = import_module(home["models"]), import_module(home["errors"])
    basalt, client = import_module(home["Basalt"]).Basalt, import_module(home["client"]).PromptsClient
    found: dict[str, Any] = {"Basalt": parameters(basalt.__init__)}
    found |= {f"Basalt.{name}": "attribute" for name in public(basalt)}
    for name in METHODS:
        method = getattr(client, name)
        found[f"prompts.{name}"] = parameters(method)
        found[f"prompts.{name}()"] = "awaited" if inspect.iscoroutinefunction(method) else "called"
        found[f"prompts.{name}() -> type"] = str(inspect.signature(method).return_annotation).rpartition(".")[2]
    for name in CLASSES:
        kind = getattr(models, name)
        found |= {f"{name}.{field.name}": field_default(field) for field in dataclasses.fields(kind)}
        found |= {f"{name}.{attribute}": "attribute" for attribute in public(kind) - field_names(kind)}
    for name in ERRORS:
        kind = getattr(errors, name)
        found[name] = [base.__name__ for base in kind.__mro__ if base.__name__ in ERRORS or base is Exception]
        found[f"{name}.message"] = kind("words").message
        found[f"{name}.status_code"] = getattr(kind("words"), "status_code", "none")
    protocol = import_module(home["cache"]).CacheProtocol
    found |= {f"CacheProtocol.{name}": parameters(getattr(protocol, name)) for name in ("get", "put")}
    return found


def parameters(function: Any) -> dict[str, str]:
    """Return the parameters with their kinds and defaults."""
    signature = inspect.signature(function)
    return {
        name: f"{'keyword' if p.kind is p.KEYWORD_ONLY else 'positional'} "
        f"{'required' if p.default is p.empty else repr(p.default)}"
        for name, p in signature.parameters.items()
        if name != "self"
    }


def public(kind: Any) -> set[str]:
    """Return the public attributes of a class, the readers of raw answers left out."""
    return {name for name in dir(kind) if not name.startswith("_")} - {"from_dict"}


def field_names(kind: Any) -> set[str]:
    """Return the names of a dataclass's fields."""
    return {field.name for field in dataclasses.fields(kind)}


def field_default(field: dataclasses.Field[Any]) -> str:
    """Return a field's default."""
    return "required" if field.default is dataclasses.MISSING else repr(field.default)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(describe(HOMES[sys.argv[1]])))
