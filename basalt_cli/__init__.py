"""Prompts as code on plain git."""

from __future__ import annotations

from basalt_cli._version import __version__

# The name is what type checkers go by; importing it would cost as much as Python itself.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from basalt_cli.client.basalt import Basalt
    from basalt_cli.client.binding import BoundPrompt, current_prompt
    from basalt_cli.client.copies import CacheProtocol
    from basalt_cli.client.errors import (
        BadRequestError,
        BasaltAPIError,
        BasaltWarning,
        ConflictError,
        ForbiddenError,
        NetworkError,
        NotFoundError,
        SourceError,
        UnauthorizedError,
    )
    from basalt_cli.client.prompt import Prompt
    from basalt_cli.client.responses import (
        DescribePromptResponse,
        PromptListResponse,
        PromptModel,
        PromptModelParameters,
        PromptTools,
        PublishPromptResponse,
    )
    from basalt_cli.errors import BasaltError

__all__ = [
    "BadRequestError",
    "Basalt",
    "BasaltAPIError",
    "BasaltError",
    "BasaltWarning",
    "BoundPrompt",
    "CacheProtocol",
    "ConflictError",
    "DescribePromptResponse",
    "ForbiddenError",
    "NetworkError",
    "NotFoundError",
    "Prompt",
    "PromptListResponse",
    "PromptModel",
    "PromptModelParameters",
    "PromptTools",
    "PublishPromptResponse",
    "SourceError",
    "UnauthorizedError",
    "__version__",
    "current_prompt",
]

# The command line starts a hundred times for each application that does: it must not load the SDK.
_HOMES = {
    "Basalt": "client.basalt",
    "BasaltError": "errors",
    "BoundPrompt": "client.binding",
    "CacheProtocol": "client.copies",
    "Prompt": "client.prompt",
    "current_prompt": "client.binding",
    **dict.fromkeys(
        (
            "BadRequestError",
            "BasaltAPIError",
            "BasaltWarning",
            "ConflictError",
            "ForbiddenError",
            "NetworkError",
            "NotFoundError",
            "SourceError",
            "UnauthorizedError",
        ),
        "client.errors",
    ),
    **dict.fromkeys(
        (
            "DescribePromptResponse",
            "PromptListResponse",
            "PromptModel",
            "PromptModelParameters",
            "PromptTools",
            "PublishPromptResponse",
        ),
        "client.responses",
    ),
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
