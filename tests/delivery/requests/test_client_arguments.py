"""Requests as the clients of the providers take them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from basalt_cli import Basalt, BasaltWarning

from tests.client.shop import GREETING
from tests.delivery.requests.samples import build_requests
from tests.support import Repo

pytestmark = pytest.mark.filterwarnings("ignore:gemini/image. filename is left out")


ROOT = Path(__file__).parents[3]


CLIENTS = ROOT / ".tools" / "clients" / "bin" / "python"


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


def test_keys_without_a_parameter_go_into_the_extra_body(shop: Repo) -> None:
    found = {kind: arguments for provider, kind, arguments in build_requests(shop) if provider == "anthropic"}
    assert all(arguments["extra_body"] == {"temperature": 0.2, "top_p": 0.9} for arguments in found.values())
    others = [arguments for provider, _, arguments in build_requests(shop) if provider == "openai"]
    assert not any("extra_body" in arguments for arguments in others)
    shop.commit("Odd", {"prompts/odd.yaml": GREETING.replace("temperature: 0.2", "min_p: 0.1")})
    prompt = Basalt(shop.path).prompts.get_sync("odd", "latest", variables={"name": "Ada"})
    assert prompt.to_openai()["extra_body"] == {"min_p": 0.1}
    with pytest.warns(BasaltWarning, match="min_p is left out"):
        assert "min_p" not in prompt.to_gemini()["config"]
