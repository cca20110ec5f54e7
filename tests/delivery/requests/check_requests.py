"""Hold requests against the request models of the real clients; runs where these are installed.

    python check_requests.py < requests.json

Reads ``[[provider, arguments], ...]`` and prints what is wrong with each, or null.
"""

from __future__ import annotations

import inspect
import json
import sys
from typing import Any


def check_openai(arguments: dict[str, Any]) -> None:
    from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming
    from pydantic import TypeAdapter

    arguments = unwrap(arguments)
    check_names(CompletionCreateParamsNonStreaming, arguments)
    TypeAdapter(CompletionCreateParamsNonStreaming).validate_python(arguments)


def check_anthropic(arguments: dict[str, Any]) -> None:
    from anthropic.types.message_create_params import MessageCreateParamsNonStreaming
    from pydantic import TypeAdapter

    arguments = unwrap(arguments)
    check_names(MessageCreateParamsNonStreaming, arguments)
    TypeAdapter(MessageCreateParamsNonStreaming).validate_python(arguments)


def check_gemini(arguments: dict[str, Any]) -> None:
    from google.genai import types
    from google.genai.models import Models

    inspect.signature(Models.generate_content).bind(None, **arguments)
    types.GenerateContentConfig.model_validate(arguments.get("config", {}))
    for content in arguments["contents"]:
        types.Content.model_validate(content)


def check_litellm(arguments: dict[str, Any]) -> None:
    import litellm

    litellm.suppress_debug_info = True
    parameters = inspect.signature(litellm.completion).parameters
    unknown = [name for name in arguments if name not in parameters]
    if unknown:
        raise TypeError(f"litellm.completion has no parameters {unknown}")
    # Answers without asking anybody, after all that it does to a request.
    answer = litellm.completion(**arguments, mock_response="ok", api_key="key")
    if answer.choices[0].message.content != "ok":
        raise ValueError("no answer")


def unwrap(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments without what a client hands on unseen."""
    return {name: value for name, value in arguments.items() if name != "extra_body"}


def check_names(kind: Any, arguments: dict[str, Any]) -> None:
    unknown = [name for name in arguments if name not in kind.__annotations__ and not inherited(kind, name)]
    if unknown:
        raise TypeError(f"{kind.__name__} has no {unknown}")


def inherited(kind: Any, name: str) -> bool:
    return any(name in getattr(base, "__annotations__", {}) for base in getattr(kind, "__orig_bases__", ()))


CHECKS = {"openai": check_openai, "anthropic": check_anthropic, "gemini": check_gemini, "litellm": check_litellm}


def main() -> None:
    found: list[str | None] = []
    for provider, arguments in json.load(sys.stdin):
        try:
            CHECKS[provider](arguments)
        except Exception as error:
            found.append(f"{provider}: {type(error).__name__}: {error}")
        else:
            found.append(None)
    sys.stdout.write("\n" + json.dumps(found))


if __name__ == "__main__":
    main()
