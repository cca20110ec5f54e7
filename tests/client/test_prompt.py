"""The prompt that applications hold."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any

import pytest
from basalt_cli import (
    BadRequestError,
    Basalt,
    NetworkError,
    Prompt,
)

from tests.support import Repo


def test_without_variables_texts_are_templates_and_with_none_they_are_rendered(client: Basalt) -> None:
    raw = client.prompts.get_sync("greeting")
    assert (raw.text, raw.system_text, raw.variables) == ("Hello {{ name }}", "Be kind. Be {{ tone }}.", None)
    assert [message["content"] for message in raw.messages] == ["Be kind. Be {{ tone }}.", "Hello {{ name }}"]
    with pytest.raises(BadRequestError, match="'name'"):
        client.prompts.get_sync("greeting", variables={})
    assert client.prompts.get_sync("plain", variables={}).text == "No variables at all."


def test_a_prompt_is_immutable_except_by_compiling(prompt: Prompt) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        prompt.text = "x"  # type: ignore[misc]
    same = prompt.compile_variables({"name": "Grace", "tone": "cool"})
    assert same is prompt
    assert (prompt.text, prompt.system_text) == ("Hello Grace", "Be kind. Be cool.")
    assert prompt.raw_text == "Hello {{ name }}"
    assert prompt.variables == {"name": "Grace", "tone": "cool"}
    with pytest.raises(BadRequestError):
        prompt.compile_variables({})
    assert prompt.text == "Hello Grace"


def test_compiling_one_prompt_changes_no_other(client: Basalt) -> None:
    first, second = client.prompts.get_sync("greeting"), client.prompts.get_sync("greeting")
    first.compile_variables({"name": "Ada"})
    assert second.text == client.prompts.get_sync("greeting").text == "Hello {{ name }}"


@pytest.mark.parametrize("clone", [copy.copy, copy.deepcopy, lambda found: pickle.loads(pickle.dumps(found))])
def test_a_prompt_can_be_copied_and_pickled(prompt: Prompt, clone: Any) -> None:
    twin = clone(prompt)
    assert twin == prompt
    assert twin is not prompt
    assert twin.messages == prompt.messages
    assert abs(twin.age_seconds - prompt.age_seconds) < 0.5
    twin.compile_variables({"name": "Grace"})
    assert (twin.text, prompt.text) == ("Hello Grace", "Hello Ada")


def test_a_pickle_keeps_the_text_of_an_error(prompt: Prompt) -> None:
    class StrangeError(Exception):
        def __init__(self, one: str, two: str) -> None:
            super().__init__(one + two)

    for error, kind in ((NetworkError("gone"), NetworkError), (StrangeError("go", "ne"), RuntimeError)):
        failed = dataclasses.replace(prompt, error=error)
        found = pickle.loads(pickle.dumps(failed)).error
        assert type(found) is kind
        assert str(found) == "gone"


def test_a_prompt_is_a_dataclass(prompt: Prompt) -> None:
    assert dataclasses.is_dataclass(prompt)
    names = [field.name for field in dataclasses.fields(prompt)]
    assert names[:9] == [
        "slug", "text", "raw_text", "model", "version", "system_text", "raw_system_text", "variables", "tag",
    ]  # fmt: skip
    assert dataclasses.replace(prompt, text="x").text == "x"
    assert dataclasses.asdict(prompt)["model"]["parameters"]["temperature"] == 0.2
    with pytest.raises(TypeError):
        hash(prompt)
    assert "Hello Ada" in repr(prompt)


def test_a_caller_cannot_change_the_next_callers_prompt(shop: Repo) -> None:
    text = "model: {name: m}\ntools: [{name: look, parameters: {type: object, properties: {}}}]\nprompt: x\n"
    shop.commit("Tools", {"prompts/tools.yaml": text})
    client = Basalt(shop.path)
    first = client.prompts.get_sync("tools", "latest", variables={})
    first.to_openai()["tools"][0]["function"]["parameters"]["type"] = "changed"
    assert first.tools is not None
    first.tools.tools[0]["parameters"]["properties"]["x"] = 1  # type: ignore[index, call-overload]
    assert client.prompts.get_sync("tools", "latest").to_openai()["tools"][0]["function"]["parameters"] == {
        "type": "object", "properties": {},
    }  # fmt: skip
