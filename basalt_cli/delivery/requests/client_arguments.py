"""The arguments of the providers' Python clients for request bodies.

Keys that a client's method has no parameter for go into ``extra_body``, which the client merges into the body. So the
request is the same whichever parameters a release of the client has: Anthropic's client, for one, has dropped
``temperature``, which older models still take.
"""

from __future__ import annotations

from typing import Any

from basalt_cli.model.json_value import Json

OPENAI = frozenset(
    ("audio", "frequency_penalty", "logit_bias", "logprobs", "max_completion_tokens", "max_tokens", "messages",
     "metadata", "modalities", "model", "n", "parallel_tool_calls", "prediction", "presence_penalty",
     "prompt_cache_key", "reasoning_effort", "response_format", "safety_identifier", "seed", "service_tier", "stop",
     "store", "stream", "stream_options", "temperature", "tool_choice", "tools", "top_logprobs", "top_p", "user",
     "verbosity", "web_search_options")
)  # fmt: skip
ANTHROPIC = frozenset(
    ("max_tokens", "messages", "metadata", "model", "output_config", "service_tier", "stop_sequences", "stream",
     "system", "thinking", "tool_choice", "tools")
)  # fmt: skip


def to_arguments(body: dict[str, Json], parameters: frozenset[str]) -> dict[str, Any]:
    """Return the keys of a body that are parameters of a client's method, and the others under ``extra_body``."""
    known = {name: value for name, value in body.items() if name in parameters}
    rest = {name: value for name, value in body.items() if name not in parameters}
    return {**known, **({"extra_body": rest} if rest else {})}
