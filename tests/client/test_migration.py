"""Our surface against that of the installed hosted SDK: the table of docs/guides/from-hosted.md lists the differences, and no other."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.support import Repo

ROOT = Path(__file__).parents[2]
SURFACE = Path(__file__).parent / "surface.py"
HOSTED = ROOT / ".tools" / "hosted" / "bin" / "python"
needs_hosted = pytest.mark.skipif(
    not HOSTED.exists(),
    reason="basalt-sdk is not installed: python3 -m venv .tools/hosted && .tools/hosted/bin/pip install basalt-sdk",
)


def read_surface(python: str, which: str) -> dict[str, Any]:
    result = subprocess.run([python, str(SURFACE), which], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def find_differences(hosted: dict[str, Any], ours: dict[str, Any]) -> Iterator[str]:
    """Yield the names of all that a caller of the hosted SDK finds otherwise here; what we have beyond it is none."""
    for name, found in hosted.items():
        if isinstance(found, dict):
            mine = ours[name]
            yield from (f"{name}({parameter})" for parameter, how in found.items() if mine.get(parameter) != how)
            positional = [parameter for parameter, how in found.items() if how.startswith("positional")]
            if [parameter for parameter, how in mine.items() if how.startswith("positional")] != positional:
                yield f"{name}(order)"
        elif ours.get(name) != found:
            yield name


def read_table() -> list[str]:
    """Return the names in the first column of the guide's table."""
    text = (ROOT / "docs" / "guides" / "from-hosted.md").read_text(encoding="utf-8")
    table = text.partition("| hosted SDK | here |")[2].partition("\n#")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row.split(" | ")[0])]


@needs_hosted
def test_the_table_of_the_guide_lists_all_differences_and_no_other() -> None:
    differences = list(find_differences(read_surface(str(HOSTED), "hosted"), read_surface(sys.executable, "ours")))
    assert sorted(read_table()) == sorted(differences)


def test_our_surface_can_be_read() -> None:
    ours = read_surface(sys.executable, "ours")
    assert ours["prompts.get_sync"]["cache_enabled"] == "positional True"
    assert ours["NotFoundError"] == ["NotFoundError", "BasaltAPIError", "BasaltError", "Exception"]


class Service(BaseHTTPRequestHandler):
    """As much of the hosted service as its SDK asks for: one prompt, which says what the shop's does."""

    PROMPT: ClassVar[dict[str, Any]] = {
        "slug": "greeting", "text": "Hello {{ name }}", "systemText": "Be kind. Be {{ tone }}.", "version": "1.0.0",
        "tag": "production", "status": "live", "name": "Greeting", "description": "Greets somebody.",
        "availableVersions": ["1.0.0"], "availableTags": ["production"], "variables": [],
        "model": {"provider": "openai", "model": "gpt-4.1-mini", "version": "", "parameters": {"temperature": 0.2}},
    }  # fmt: skip

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path in ("/prompts/greeting", "/prompts/greeting/describe"):
            self.answer(200, {"prompt": self.PROMPT})
        elif path == "/prompts":
            self.answer(200, {"prompts": [self.PROMPT]})
        else:
            self.answer(404, {"error": "not found"})

    def answer(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def call(python: str, module: str, errors: str, where: str) -> dict[str, Any]:
    caller = Path(__file__).parent / "caller.py"
    environment = {**os.environ, "BASALT_SOURCE": where, "BASALT_API_URL": where}
    result = subprocess.run(
        [python, str(caller), module, errors], capture_output=True, text=True, check=False, env=environment
    )
    assert result.returncode == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@needs_hosted
def test_one_program_gets_the_same_from_both(shop: Repo, service: str) -> None:
    hosted = call(str(HOSTED), "basalt", "basalt.types.exceptions", service)
    ours = call(sys.executable, "basalt_cli", "basalt_cli", str(shop.path))
    assert ours == hosted
    assert ours["texts"] == ["Hello Ada", "Be kind. Be cool.", "Hello {{ name }}", "Be kind. Be {{ tone }}."]
