"""A program written for the hosted SDK; only where it imports from differs.

python caller.py MODULE MODULE_OF_ERRORS
"""

from __future__ import annotations

import asyncio
import json
import sys
from importlib import import_module
from typing import Any


async def fetch(basalt: Any) -> list[str]:
    async with await basalt.prompts.get("greeting", variables={"name": "Grace", "tone": "warm"}) as prompt:
        return [prompt.text, (await basalt.prompts.describe("greeting")).name, str(len(await basalt.prompts.list("x")))]


def main() -> None:
    basalt = import_module(sys.argv[1]).Basalt(api_key="key", enable_telemetry=False)
    errors = import_module(sys.argv[2])
    with basalt.prompts.get_sync(
        slug="greeting", tag="production", variables={"name": "Ada", "tone": "cool"}
    ) as prompt:
        texts = [prompt.text, prompt.system_text, prompt.raw_text, prompt.raw_system_text]
    raw = basalt.prompts.get_sync("greeting", "1.0.0", None, None, True)
    later = [raw.text, raw.compile_variables({"name": "Grace", "tone": "warm"}).text]
    model = prompt.model
    try:
        basalt.prompts.get_sync("absent")
    except errors.BasaltAPIError as error:
        failure = [type(error).__name__, error.status_code, isinstance(error, errors.BasaltError)]
    described = basalt.prompts.describe_sync(slug="greeting", tag="production")
    found = {
        "texts": texts,
        "later": later,
        "variables": prompt.variables,
        "slug": prompt.slug,
        "tag": prompt.tag,
        "tools": prompt.tools,
        "model": [model.provider, model.model, model.version, model.parameters.temperature, model.parameters.top_p],
        "failure": failure,
        "described": [described.slug, described.status, described.name, described.description],
        "listed": basalt.prompts.list_sync()[0].name,
        "awaited": asyncio.run(fetch(basalt))[:2],
    }
    basalt.shutdown()
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
