"""Turn request bodies into the keyword arguments of the providers' own Python clients.

What a client's method has no parameter for, it sends all the same when it stands in ``extra_body``: so a request stays
the same on the wire whichever parameters a release of the client knows. Anthropic's, for one, has dropped
``temperature``, which older models of theirs take.
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
    """Return a body's keys that a client's method has parameters for, and the others under ``extra_body``."""
    known = {name: value for name, value in body.items() if name in parameters}
    rest = {name: value for name, value in body.items() if name not in parameters}
    return {**known, **({"extra_body": rest} if rest else {})}
