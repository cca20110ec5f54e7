"""Requests as the real clients of the providers take them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from basalt_cli import BadRequestError, Basalt, BasaltWarning

from tests.client.shop import GREETING
from tests.support import Repo

pytestmark = pytest.mark.filterwarnings("ignore:gemini/image. filename is left out")
ROOT = Path(__file__).parents[2]
CLIENTS = ROOT / ".tools" / "clients" / "bin" / "python"
PROVIDERS = ("openai", "anthropic", "gemini", "litellm")
MODELS = {
    "openai": ("openai", "gpt-4.1-mini"), "anthropic": ("anthropic", "claude-sonnet-4-5"),
    "gemini": ("google", "gemini-2.5-flash"), "litellm": ("anthropic", "claude-sonnet-4-5"),
}  # fmt: skip
PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PDF = "data:application/pdf;base64,JVBERi0xLjQK"

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
HISTORY = [
    {"role": "user", "content": "Look"},
    {
        "role": "assistant", "content": None,
        "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "look", "arguments": '{"q": "x"}'}}],
    },
    {"role": "tool", "tool_call_id": "call_1", "content": "found"},
    {"role": "assistant", "content": "There."},
]  # fmt: skip
VALUES: dict[str, dict[str, Any]] = {"image": {"image": PIXEL, "file": PDF}, "history": {"history": HISTORY}}
PARAMETERS = "{temperature: 0.2, top_p: 0.9, max_tokens: 60, stop: [END]}"


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


@pytest.mark.skipif(
    not CLIENTS.exists(),
    reason="the clients are not installed: python3 -m venv .tools/clients && "
    ".tools/clients/bin/pip install openai anthropic google-genai litellm",
)
def test_the_real_clients_take_the_requests(shop: Repo) -> None:
    requests = build_requests(shop)
    result = subprocess.run(
        [str(CLIENTS), str(Path(__file__).parent / "check_requests.py")],
        input=json.dumps([(provider, arguments) for provider, _, arguments in requests]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout.rpartition("\n")[2])
    wrong = [(kind, said) for (_, kind, _), said in zip(requests, found, strict=True) if said is not None]
    assert wrong == []


def test_a_request_for_gemini(shop: Repo) -> None:
    found = {kind: arguments for provider, kind, arguments in build_requests(shop) if provider == "gemini"}
    assert found["text"] == {
        "model": "gemini-2.5-flash",
        "contents": [{"role": "user", "parts": [{"text": "Hello"}]}],
        "config": {
            "temperature": 0.2, "top_p": 0.9, "max_output_tokens": 60, "stop_sequences": ["END"],
            "system_instruction": "Be kind.",
        },
    }  # fmt: skip
    assert found["json"]["config"]["response_mime_type"] == "application/json"
    assert found["tools"]["config"]["tool_config"] == {
        "function_calling_config": {"mode": "ANY", "allowed_function_names": ["look"]}
    }
    assert [content["role"] for content in found["history"]["contents"]] == ["user", "model", "user", "model", "user"]
    assert found["history"]["contents"][1]["parts"] == [
        {"function_call": {"id": "call_1", "name": "look", "args": {"q": "x"}}}
    ]
    assert found["history"]["contents"][2]["parts"] == [
        {"function_response": {"id": "call_1", "name": "look", "response": {"result": "found"}}}
    ]
    assert found["image"]["contents"][0]["parts"][1]["inline_data"]["mime_type"] == "image/png"


def test_litellm_is_told_the_provider(shop: Repo) -> None:
    found = {kind: arguments for provider, kind, arguments in build_requests(shop) if provider == "litellm"}
    assert found["text"]["model"] == "anthropic/claude-sonnet-4-5"
    assert found["text"]["max_tokens"] == 60
    assert "max_completion_tokens" not in found["text"]


def test_what_is_left_out_is_said(shop: Repo) -> None:
    text = GREETING.replace("temperature: 0.2", "top_k: 3, verbosity: low, seed: 1")
    shop.commit("Odd", {"prompts/odd.yaml": text})
    prompt = Basalt(shop.path).prompts.get_sync("odd", "latest", variables={"name": "Ada"})
    with pytest.warns(BasaltWarning, match="odd: top_k is left out"):
        assert "top_k" not in prompt.to_openai()
    with pytest.warns(BasaltWarning, match="odd: verbosity is left out"):
        assert prompt.to_gemini()["config"]["top_k"] == 3
    assert prompt.to_litellm()["top_k"] == 3


def test_a_request_needs_what_a_rendering_needs(client: Basalt, shop: Repo) -> None:
    with pytest.raises(BadRequestError, match="'name'"):
        client.prompts.get_sync("greeting").to_openai()
    with pytest.raises(BadRequestError, match="needs a model"):
        client.prompts.get_sync("plain").to_openai()


def test_a_client_hands_on_what_it_has_no_parameter_for(shop: Repo) -> None:
    found = {kind: arguments for provider, kind, arguments in build_requests(shop) if provider == "anthropic"}
    assert all(arguments["extra_body"] == {"temperature": 0.2, "top_p": 0.9} for arguments in found.values())
    others = [arguments for provider, _, arguments in build_requests(shop) if provider == "openai"]
    assert not any("extra_body" in arguments for arguments in others)
    shop.commit("Odd", {"prompts/odd.yaml": GREETING.replace("temperature: 0.2", "min_p: 0.1")})
    prompt = Basalt(shop.path).prompts.get_sync("odd", "latest", variables={"name": "Ada"})
    assert prompt.to_openai()["extra_body"] == {"min_p": 0.1}
    with pytest.warns(BasaltWarning, match="min_p is left out"):
        assert "min_p" not in prompt.to_gemini()["config"]
