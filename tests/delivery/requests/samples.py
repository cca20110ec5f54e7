"""Prompts and messages of each kind, and the requests for them."""

from __future__ import annotations

from typing import Any

from basalt_cli import Basalt
from basalt_cli.format.prompt.file import parse_prompt
from basalt_cli.model.prompt import Prompt
from basalt_cli.model.rendered import Origin, RenderedMessage, RenderedPart

from tests.support import Repo

HISTORY = [
    {"role": "user", "content": "Look"},
    {
        "role": "assistant", "content": None,
        "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "look", "arguments": '{"q": "x"}'}}],
    },
    {"role": "tool", "tool_call_id": "call_1", "content": "found"},
    {"role": "assistant", "content": "There."},
]  # fmt: skip


KINDS = {
    "text": "{head}\nsystem: Be kind.\nprompt: Hello\n",
    "examples": "{head}\nsystem: Be kind.\nprompt: Hello\nexamples: [{{user: Hi, assistant: Hello}}]\n",
    "json": "{head}\nprompt: Hello\noutput: {{format: json, schema: {{type: object, additionalProperties: false, "
    "properties: {{a: {{type: string}}}}, required: [a]}}}}\n",
    "tools": "{head}\nprompt: Hello\ntools: [{{name: look, description: Looks., parameters: {{type: object, "
    "properties: {{q: {{type: string}}}}}}}}]\ntool_choice: look\n",
    "required": "{head}\nprompt: Hello\ntools: [{{name: look, parameters: {{type: object, properties: {{}}}}}}]\n"
    "tool_choice: required\n",
    "image": "{head}\nvariables: {{image: string, file: string}}\nmessages:\n  - role: user\n    content:\n"
    "      - {{text: Look}}\n      - {{image: '{{{{ image }}}}'}}\n"
    "      - {{file: '{{{{ file }}}}', filename: a.pdf, media_type: application/pdf}}\n",
    "history": "{head}\nvariables: {{history: {{type: messages}}}}\nmessages:\n  - {{role: system, content: Be kind.}}\n"
    "  - {{insert: history}}\n  - {{role: user, content: Go on}}\ntools: [{{name: look, parameters: {{type: object, properties: {{}}}}}}]\n",
}


MODELS = {
    "openai": ("openai", "gpt-4.1-mini"), "anthropic": ("anthropic", "claude-sonnet-4-5"),
    "gemini": ("google", "gemini-2.5-flash"), "litellm": ("anthropic", "claude-sonnet-4-5"),
}  # fmt: skip


PARAMETERS = "{temperature: 0.2, top_p: 0.9, max_tokens: 60, stop: [END]}"


PDF = "data:application/pdf;base64,JVBERi0xLjQK"


PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


VALUES: dict[str, dict[str, Any]] = {"image": {"image": PIXEL, "file": PDF}, "history": {"history": HISTORY}}


def build_requests(repo: Repo) -> list[tuple[str, str, dict[str, Any]]]:
    """Return provider, kind and arguments of one request of each kind for each provider."""
    files: dict[str, str] = {}
    for provider, (owner, model) in MODELS.items():
        head = f"model: {{provider: {owner}, name: {model}, parameters: {PARAMETERS}}}"
        files |= {f"prompts/{provider}/{kind}.yaml": text.format(head=head) for kind, text in KINDS.items()}
    repo.commit("Requests", files)
    client = Basalt(repo.path, cache=False)
    found = []
    for provider in MODELS:
        for kind in KINDS:
            prompt = client.prompts.get_sync(f"{provider}/{kind}", "latest", variables=VALUES.get(kind, {}))
            found.append((provider, kind, getattr(prompt, f"to_{provider}")()))
    return found


MESSAGES = (
    RenderedMessage("system", "S1"),
    RenderedMessage("developer", "S2"),
    RenderedMessage("user", "U", Origin.EXAMPLE),
    RenderedMessage("assistant", "A", Origin.EXAMPLE),
    RenderedMessage(
        "assistant",
        "",
        Origin.HISTORY,
        {"tool_calls": [{"id": "c1", "type": "function", "function": {"name": "find", "arguments": '{"q": 1}'}}]},
    ),
    RenderedMessage("tool", "found", Origin.HISTORY, {"tool_call_id": "c1"}),
    RenderedMessage(
        "user",
        (
            RenderedPart("text", "T"),
            RenderedPart("image", "https://x/y.png", detail="low"),
            RenderedPart("image", "data:image/png;base64,AAAA"),
            RenderedPart("file", "data:application/pdf;base64,BBBB", filename="r.pdf"),
        ),
    ),
)


TEXT = """\
model: {provider: p, name: m, version: "1", parameters: {temperature: 0, max_tokens: 9, top_k: 2, seed: 3, stop: END}}
output: {format: json, schema: {type: object}}
tools: [{name: find, description: Find it, parameters: {type: object}}]
tool_choice: find
prompt: x
"""


def prompt(text: str = TEXT) -> Prompt:
    found = parse_prompt("support/reply", text.encode()).prompt
    assert found is not None
    return found
