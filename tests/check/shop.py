"""A shop whose prompts are checked, and the ways in which tests change it."""

from __future__ import annotations

from tests.cli.checking import Basalt, checked
from tests.support import Repo

REPLY = """\
name: Support reply
description: Answers a customer's message.
model: {provider: openai, name: gpt-4.1-mini, parameters: {temperature: 0.2, max_tokens: 600}}
variables:
  message: {type: string, untrusted: true, description: What the customer wrote}
  tone: {type: string, enum: [warm, neutral], default: warm, description: How it should sound}
  limit: {type: integer, minimum: 1, maximum: 9, description: How many sentences at most}
system: |
  {% include "partials/voice.md" %}
  Reply in a {{ tone }} tone, in at most {{ limit }} sentences.
  Answer between <answer> and </answer>.
  ```json
  {"reply": "..."}
  ```
prompt: |
  <message>
  {{ message }}
  </message>
examples:
  - user: Where is my parcel?
    assistant: On its way.
output: {format: json, schema: {type: object, properties: {reply: {type: string}}, required: [reply], additionalProperties: false}}
tools: [{name: find_order, description: Looks an order up, parameters: {type: object, properties: {id: {type: string}}, required: [id]}}]
tests:
  - name: late
    variables: {message: My parcel is late., limit: 3}
    expect: [{contains: late}, {contains: kind, role: system}, {snapshot: true}]
"""
POLICY = """\
trunk: main
callers: [src]
environments:
  staging: {require: [lint, tests]}
  production: {from: staging, require: [lint, from, no-breaking]}
"""
CALLER = """\
from basalt_cli import Basalt

prompts = Basalt().prompts
prompts.get_sync("support/reply", variables={"message": "x", "limit": 3})
prompts.get_sync("support/reply", "1.0.0", variables={"gone": 1})
{}.get("something else", None)
"""


def edit(repo: Repo, old: str, new: str, name: str = "prompts/support/reply.yaml") -> None:
    text = repo.read(name)
    assert old in text, old
    repo.write(name, text.replace(old, new))


def items(basalt: Basalt, *arguments: str, code: int | None = None) -> list[tuple[str, str, str | None]]:
    """Return kind, level and code of what a check says."""
    report = checked(basalt("check", *arguments, "--format", "json", code=code), "check")
    return [(item["kind"], item["level"], item["code"]) for item in report["items"]]
