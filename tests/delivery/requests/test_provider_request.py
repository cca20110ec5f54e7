"""The parts that the requests to all providers share."""

from __future__ import annotations

import pytest
from basalt_cli import BadRequestError, Basalt, BasaltWarning
from basalt_cli.delivery.requests.anthropic_request import to_anthropic
from basalt_cli.delivery.requests.openai_request import to_openai
from basalt_cli.errors import BasaltError
from basalt_cli.model.rendered import system_text, task_text

from tests.client.shop import GREETING
from tests.delivery.requests.samples import MESSAGES, prompt
from tests.support import Repo

pytestmark = pytest.mark.filterwarnings("ignore:gemini/image. filename is left out")


def test_each_part_that_is_left_out_is_a_warning(shop: Repo) -> None:
    text = GREETING.replace("temperature: 0.2", "top_k: 3, verbosity: low, seed: 1")
    shop.commit("Odd", {"prompts/odd.yaml": text})
    prompt = Basalt(shop.path).prompts.get_sync("odd", "latest", variables={"name": "Ada"})
    with pytest.warns(BasaltWarning, match="odd: top_k is left out"):
        assert "top_k" not in prompt.to_openai()
    with pytest.warns(BasaltWarning, match="odd: verbosity is left out"):
        assert prompt.to_gemini()["config"]["top_k"] == 3
    assert prompt.to_litellm()["top_k"] == 3


def test_a_request_needs_the_variables_of_a_rendering(client: Basalt, shop: Repo) -> None:
    with pytest.raises(BadRequestError, match="'name'"):
        client.prompts.get_sync("greeting").to_openai()
    with pytest.raises(BadRequestError, match="needs a model"):
        client.prompts.get_sync("plain").to_openai()


def test_a_setting_that_a_provider_requires_is_asked_for() -> None:
    with pytest.raises(BasaltError, match="needs a model"):
        to_openai(prompt("prompt: x\n"), ())
    with pytest.raises(BasaltError, match="a request to Anthropic needs max_tokens"):
        to_anthropic(prompt("prompt: x\nmodel: {name: m}\n"), ())


def test_texts_leave_examples_and_history_out() -> None:
    assert system_text(MESSAGES) == "S1\n\nS2"
    assert task_text(MESSAGES) == "T"


def test_a_parameter_cannot_replace_the_prompt() -> None:
    with pytest.raises(BasaltError, match="'messages' would replace"):
        to_openai(prompt("model: {name: m, parameters: {messages: gone}}\nprompt: x\n"), ())
