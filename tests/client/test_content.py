"""Contents that come from no file."""

from __future__ import annotations

from basalt_cli import (
    Basalt,
    Prompt,
    PromptModel,
)
from basalt_cli.client.responses import PromptModelParameters

from tests.client.shop import gone
from tests.support import Repo


def test_a_fallback_made_by_hand_keeps_its_model(shop: Repo) -> None:
    model = PromptModel("openai", "gpt-4.1", "", PromptModelParameters(temperature=0.5, max_length=7, extra={"x": 1}))
    made = Prompt("greeting", "Hi\n", "Hi\n", model, "mine", system_text="Be kind.")
    with gone(shop.path):
        found = Basalt(shop.path, fallback=lambda *_: made, cache=False).prompts.get_sync("greeting")
    assert (found.model, found.system_text, found.text) == (model, "Be kind.", "Hi\n")
    assert found.to_openai()["max_completion_tokens"] == 7


def test_a_prompt_made_by_hand_renders_with_the_names_in_its_texts() -> None:
    model = PromptModel("", "", "", PromptModelParameters())
    made = Prompt("mine", "Hi {{ x }}", "Hi {{ x }}", model, "1", raw_system_text="Be {{ y }}")
    made.compile_variables({"x": "Ada", "y": "kind"})
    assert (made.text, made.system_text) == ("Hi Ada", "Be kind")
    assert made.messages == [{"role": "system", "content": "Be kind"}, {"role": "user", "content": "Hi Ada"}]
