"""Time fetching prompts by our SDK, beside the hosted SDK and Langfuse's against a local stub, and beside Jinja2.

    python benchmarks/sdk.py PYTHON [RUNS]

PYTHON is an interpreter in whose environment basalt-sdk and langfuse are installed. Every figure is the median of some
runs, in turn, each the best of five loops in a process of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

from measuring import set_identity

PROMPT = """\
variables: {name: string, tone: {type: string, enum: [warm, cool], default: warm}}
system: |
  You write for a shop. Be {{ tone }}, and never promise anything that the shop has not.
  {% if name %}Call the customer {{ name }}.{% endif %}
prompt: |
  Answer {{ name }}, who asks where the parcel is.
"""
SYSTEM = """\
You write for a shop. Be {{ tone }}, and never promise anything that the shop has not.
{% if name %}Call the customer {{ name }}.{% endif %}
"""
TEXTS = (
    SYSTEM,
    "Answer {{ name }}, who asks where the parcel is.\n",
)
POLICY = "trunk: main\nenvironments:\n  production: {}\n"
LOOP = """
import json, timeit
def best(call, number):
    return min(timeit.repeat(call, number=number, repeat=5)) / number * 1e6
"""
OURS = (
    LOOP
    + """
import os, sys
from basalt_cli import Basalt
prompts = Basalt(sys.argv[1], cache=False).prompts
get, variables = prompts.get_sync, {"name": "Ada", "tone": "cool"}
assert get("reply", variables=variables).text == "Answer Ada, who asks where the parcel is."
found = {"ours, cached": best(lambda: get("reply"), 100_000)}
found["ours, with variables"] = best(lambda: get("reply", variables=variables), 10_000)
from jinja2 import Environment
texts = json.loads(sys.argv[2])
templates = [Environment().from_string(text) for text in texts]
found["jinja2, both templates"] = best(lambda: [template.render(variables) for template in templates], 10_000)
print(json.dumps(found))
"""
)
HOSTED = (
    LOOP
    + """
import sys
from basalt import Basalt
prompts = Basalt(api_key="key", base_url=sys.argv[1], enable_telemetry=False).prompts
get, variables = prompts.get_sync, {"name": "Ada", "tone": "cool"}
assert get("reply", variables=variables).text == "Answer Ada, who asks where the parcel is."
found = {"basalt-sdk, cached": best(lambda: get("reply"), 50_000)}
found["basalt-sdk, with variables"] = best(lambda: get("reply", variables=variables), 300)
print(json.dumps(found))
"""
)
LANGFUSE = (
    LOOP
    + """
import sys
from langfuse import Langfuse
client = Langfuse(public_key="pk", secret_key="sk", host=sys.argv[1], tracing_enabled=False)
get = client.get_prompt
assert get("reply").compile(name="Ada") == "Answer Ada, who asks where the parcel is."
found = {"langfuse, cached": best(lambda: get("reply"), 20_000)}
found["langfuse, with variables"] = best(lambda: get("reply").compile(name="Ada", tone="cool"), 10_000)
print(json.dumps(found))
"""
)
COLD = """
import sys
from basalt_cli import Basalt
assert Basalt(sys.argv[1], cache=False).prompts.get_sync("reply").source == "live"
"""


class Stub(BaseHTTPRequestHandler):
    """As much of both services as their SDKs ask for."""

    HOSTED: ClassVar[dict[str, Any]] = {
        "slug": "reply", "text": TEXTS[1], "systemText": TEXTS[0], "version": "1.0.0", "tag": "production", "model": {},
    }  # fmt: skip
    LANGFUSE: ClassVar[dict[str, Any]] = {
        "name": "reply", "version": 1, "type": "text", "prompt": TEXTS[1].replace("\n", ""), "config": {},
        "labels": ["production"], "tags": [],
    }  # fmt: skip

    def do_GET(self) -> None:
        body = self.LANGFUSE if "/api/public/" in self.path else {"prompt": self.HOSTED}
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    set_identity()
    python, runs = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory() as temporary, ThreadingHTTPServer(("127.0.0.1", 0), Stub) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        shop = _make_shop(Path(temporary) / "shop")
        microseconds: dict[str, list[float]] = {}
        for _ in range(runs):
            for command in (
                [sys.executable, "-c", OURS, str(shop), json.dumps(TEXTS)],
                [python, "-c", HOSTED, url],
                [python, "-c", LANGFUSE, url],
            ):
                for name, value in _run(command).items():
                    microseconds.setdefault(name, []).append(value)
        processes = _count_processes(Path(temporary), shop)
        server.shutdown()
    medians = {name: statistics.median(found) for name, found in microseconds.items()}
    for name, median in medians.items():
        print(f"{name.ljust(28)} {median:9.2f} us")
    print(f"cached, ours / basalt-sdk: {medians['ours, cached'] / medians['basalt-sdk, cached']:.2f}")
    print(f"with variables, ours / jinja2: {medians['ours, with variables'] / medians['jinja2, both templates']:.2f}")
    print(f"git processes of a cold get: {processes}")


def _run(command: list[str]) -> dict[str, float]:
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(result.stdout.strip().rpartition("\n")[2])
    return found


def _make_shop(folder: Path) -> Path:
    (folder / "prompts").mkdir(parents=True)
    (folder / "basalt.yaml").write_text(POLICY)
    (folder / "prompts" / "reply.yaml").write_text(PROMPT)
    for arguments in (
        ["init", "--quiet", "--initial-branch=main"],
        ["add", "--all"],
        ["commit", "--quiet", "-m", "Start"],
    ):
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    command = [sys.executable, "-m", "basalt_cli", "promote", "reply", "--to", "production"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return folder


def _count_processes(folder: Path, shop: Path) -> int:
    """Count the git processes that a first get in a new process starts, by a git in front of git on the PATH."""
    log = folder / "log"
    (folder / "bin").mkdir()
    shim = folder / "bin" / "git"
    shim.write_text(f'#!/bin/sh\necho "$*" >> {log}\nexec {shutil.which("git")} "$@"\n')
    shim.chmod(0o755)
    environment = {**os.environ, "PATH": f"{shim.parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run([sys.executable, "-c", COLD, str(shop)], env=environment, check=True)
    return len(log.read_text().splitlines())


if __name__ == "__main__":
    main()
