"""The schemas in the YAML language server that editors run: the real one, spoken to over its own protocol."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from basalt_cli.format.prompt.file import KEYS

ROOT = Path(__file__).parents[1]
SERVER = shutil.which("yaml-language-server") or shutil.which(
    "yaml-language-server", path=str(ROOT / ".tools" / "node_modules" / ".bin")
)
pytestmark = pytest.mark.skipif(
    SERVER is None, reason="yaml-language-server is not installed: npm install --prefix .tools yaml-language-server"
)


class Client:
    """Just enough of the language server protocol: requests, and the notifications that come in between."""

    def __init__(self, folder: Path) -> None:
        assert SERVER is not None
        self.process = subprocess.Popen(
            [SERVER, "--stdio"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.folder = folder
        self.count = 0
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}
        capabilities = {"workspace": {"configuration": False}, "textDocument": {"completion": {}, "hover": {}}}
        root = folder.as_uri()
        self.ask("initialize", {"processId": os.getpid(), "rootUri": root, "capabilities": capabilities})
        self.tell("initialized", {})
        settings = {"yaml": {"validate": True, "completion": True, "hover": True, "schemaStore": {"enable": False}}}
        self.tell("workspace/didChangeConfiguration", {"settings": settings})

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def tell(self, method: str, parameters: Any) -> None:
        self.send({"method": method, "params": parameters})

    def ask(self, method: str, parameters: Any) -> Any:
        self.count += 1
        self.send({"id": self.count, "method": method, "params": parameters})
        while True:
            message = self.receive()
            if message.get("id") == self.count and "method" not in message:
                return message.get("result")

    def receive(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        length = 0
        while (line := self.process.stdout.readline().strip()) != b"":
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        if message.get("method") == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "method" in message and "id" in message:
            self.send({"id": message["id"], "result": None})
        return message

    def open(self, name: str, text: str) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        uri = path.as_uri()
        self.tell(
            "textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text}}
        )
        return uri

    def diagnose(self, name: str, text: str) -> list[tuple[int, str]]:
        uri = self.open(name, text)
        while uri not in self.diagnostics:
            self.receive()
        return [(found["range"]["start"]["line"] + 1, found["message"]) for found in self.diagnostics[uri]]

    def complete(self, uri: str, line: int, column: int) -> dict[str, Any]:
        where = {"textDocument": {"uri": uri}, "position": {"line": line - 1, "character": column - 1}}
        answer = self.ask("textDocument/completion", where)
        return {item["label"]: item for item in (answer["items"] if isinstance(answer, dict) else answer)}

    def hover(self, uri: str, line: int, column: int) -> str:
        where = {"textDocument": {"uri": uri}, "position": {"line": line - 1, "character": column - 1}}
        return json.dumps(self.ask("textDocument/hover", where))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("editor")
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    client = Client(folder)
    yield client
    client.process.kill()
    client.process.communicate()


MODELINE = "# yaml-language-server: $schema=../schemas/prompt.schema.json\n"


def test_good_prompts_have_no_diagnostics(client: Client) -> None:
    for path in sorted((ROOT / "prompts").rglob("*.yaml")):
        text = MODELINE + "\n".join(path.read_text().split("\n")[1:])
        assert client.diagnose(f"prompts/{path.stem}.yaml", text) == []


def test_mistakes_are_diagnosed_where_they_stand(client: Client) -> None:
    text = MODELINE + "prompt: Hello\nmodle: {name: x}\nvariables:\n  a: {type: strin}\nmessages: 3\n"
    lines = {line for line, _ in client.diagnose("prompts/bad.yaml", text)}
    assert {3, 5, 6} <= lines


def test_keys_are_completed_with_their_descriptions(client: Client) -> None:
    top = client.complete(client.open("prompts/new.yaml", MODELINE + "prompt: Hello\n\n"), 3, 1)
    assert set(KEYS) - {"prompt", "messages"} <= set(top)
    assert top["tools"]["documentation"]
    uri = client.open("prompts/inner.yaml", MODELINE + "prompt: Hello\nvariables:\n  tone:\n    \n")
    inner = client.complete(uri, 5, 5)
    assert {"type", "default", "optional", "untrusted", "enum"} <= set(inner)


def test_values_are_completed(client: Client) -> None:
    uri = client.open("prompts/values.yaml", MODELINE + "prompt: Hello\noutput:\n  format: \n")
    assert {"text", "json"} <= set(client.complete(uri, 4, 11))


def test_keys_explain_themselves(client: Client) -> None:
    uri = client.open("prompts/hover.yaml", MODELINE + "prompt: Hello\nmodel: {name: gpt-4.1}\n")
    assert "The model that the prompt is written for" in client.hover(uri, 3, 2)
    assert "as in the provider's API" in client.hover(uri, 3, 10)
