"""The prompt that applications hold."""

from __future__ import annotations

import asyncio
import copy
import dataclasses
import pickle
import sys
import types
from enum import Enum
from typing import Any

import pytest
from basalt_cli import BadRequestError, Basalt, NetworkError, Prompt, PromptModel, current_prompt
from basalt_cli.client.responses import PromptModelParameters

from tests.client.shop import GREETING, run
from tests.support import Repo

HISTORY = [{"role": "user", "content": "Hey"}, {"role": "assistant", "content": "Yes?"}]


@pytest.fixture
def prompt(client: Basalt) -> Prompt:
    return client.prompts.get_sync("greeting", variables={"name": "Ada"})


def test_no_variables_give_the_templates_and_none_at_all_are_rendered(client: Basalt) -> None:
    raw = client.prompts.get_sync("greeting")
    assert (raw.text, raw.system_text, raw.variables) == ("Hello {{ name }}", "Be kind. Be {{ tone }}.", None)
    assert [message["content"] for message in raw.messages] == ["Be kind. Be {{ tone }}.", "Hello {{ name }}"]
    with pytest.raises(BadRequestError, match="'name'"):
        client.prompts.get_sync("greeting", variables={})
    assert client.prompts.get_sync("plain", variables={}).text == "No variables at all."


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({}, "needs the variable 'name'"),
        ({"name": "Ada", "nmae": "x"}, r"declares no variable 'nmae'.*Did you mean 'name'"),
        ({"name": 3}, "name must be a string"),
        ({"name": "Ada", "tone": "angry"}, "tone must be"),
        ({"name": "Ada", "history": [{"role": "user"}]}, "history"),
        ({"name": object()}, "name holds a object"),
        ({"name": "Ada", "history": [{"role": "user", "content": float("nan")}]}, "not finite"),
        ({"name": "Ada", "history": [{1: "user"}]}, "keys that are not texts"),
    ],
)
def test_variables_that_do_not_fit_are_named(client: Basalt, variables: dict[str, Any], words: str) -> None:
    with pytest.raises(BadRequestError, match=words) as caught:
        client.prompts.get_sync("greeting", variables=variables)
    assert caught.value.status_code == 400
    assert "--var" not in str(caught.value)


def test_a_circle_of_values_is_refused(client: Basalt) -> None:
    circle: list[Any] = []
    circle.append(circle)
    with pytest.raises(BadRequestError, match="levels deep"):
        client.prompts.get_sync("greeting", variables={"name": "Ada", "history": circle})


def test_what_a_template_fails_at_is_said_with_its_place(client: Basalt, shop: Repo) -> None:
    text = "variables: {order: {type: object, optional: true}}\nprompt: |\n  Order\n  {{ order.id }}\n"
    shop.commit("Guess", {"prompts/order.yaml": text})
    with pytest.raises(BadRequestError, match=r"order\.yaml:4:\d+: 'order' is undefined"):
        client.prompts.get_sync("order", tag="latest", variables={})


def test_values_are_copied_and_of_subclasses_only_the_value_counts(client: Basalt) -> None:
    class Name(str, Enum):  # noqa: UP042 - str() of it is not its value
        ADA = "Ada"

    history = [dict(message) for message in HISTORY]
    prompt = client.prompts.get_sync("greeting", variables={"name": Name.ADA, "history": history})
    history[0]["content"] = "changed"
    assert prompt.text == "Hello Ada"
    assert [message["content"] for message in prompt.messages] == ["Be kind. Be warm.", "Hey", "Yes?", "Hello Ada"]
    assert prompt.variables == {"name": "Ada", "history": HISTORY}


def test_it_is_immutable_but_for_compiling(prompt: Prompt) -> None:
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


def test_nobody_else_sees_what_one_compiles(client: Basalt) -> None:
    first, second = client.prompts.get_sync("greeting"), client.prompts.get_sync("greeting")
    first.compile_variables({"name": "Ada"})
    assert second.text == client.prompts.get_sync("greeting").text == "Hello {{ name }}"


@pytest.mark.parametrize("clone", [copy.copy, copy.deepcopy, lambda found: pickle.loads(pickle.dumps(found))])
def test_it_can_be_copied_and_pickled(prompt: Prompt, clone: Any) -> None:
    twin = clone(prompt)
    assert twin == prompt
    assert twin is not prompt
    assert twin.messages == prompt.messages
    assert abs(twin.age_seconds - prompt.age_seconds) < 0.5
    twin.compile_variables({"name": "Grace"})
    assert (twin.text, prompt.text) == ("Hello Grace", "Hello Ada")


def test_an_error_survives_a_pickle_in_its_words(prompt: Prompt) -> None:
    class StrangeError(Exception):
        def __init__(self, one: str, two: str) -> None:
            super().__init__(one + two)

    for error, kind in ((NetworkError("gone"), NetworkError), (StrangeError("go", "ne"), RuntimeError)):
        failed = dataclasses.replace(prompt, error=error)
        found = pickle.loads(pickle.dumps(failed)).error
        assert type(found) is kind
        assert str(found) == "gone"


def test_it_is_a_dataclass(prompt: Prompt) -> None:
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


def test_one_made_by_hand_renders_whatever_its_texts_need() -> None:
    model = PromptModel("", "", "", PromptModelParameters())
    made = Prompt("mine", "Hi {{ x }}", "Hi {{ x }}", model, "1", raw_system_text="Be {{ y }}")
    made.compile_variables({"x": "Ada", "y": "kind"})
    assert (made.text, made.system_text) == ("Hi Ada", "Be kind")
    assert made.messages == [{"role": "system", "content": "Be kind"}, {"role": "user", "content": "Hi Ada"}]


def test_the_model_is_as_the_file_says(prompt: Prompt, client: Basalt, shop: Repo) -> None:
    model = prompt.model
    assert (model.provider, model.model, model.version) == ("openai", "gpt-4.1-mini", "")
    assert (model.parameters.temperature, model.parameters.max_length, model.parameters.max_tokens) == (0.2, 60, 60)
    assert (model.parameters.top_p, model.parameters.response_format, prompt.tools) == (None, "text", None)
    file = (
        "model: {name: m, parameters: {logit_bias: {a: 1}, seed: 3}}\n"
        "tools: [{name: look, description: Looks., parameters: {type: object}}]\ntool_choice: look\n"
        "output: {format: json, schema: {type: object}}\nprompt: x\n"
    )
    shop.commit("Tools", {"prompts/tools.yaml": file})
    found = client.prompts.get_sync("tools", tag="latest")
    assert found.tools is not None
    assert found.tools.tools == [{"name": "look", "description": "Looks.", "parameters": {"type": "object"}}]
    assert found.tools.tool_choice == "look"
    parameters = found.model.parameters
    assert (parameters.response_format, parameters.json_object) == ("json_schema", {"type": "object"})
    assert (parameters.extra, parameters.seed) == ({"logit_bias": {"a": 1}}, 3)


def test_it_binds_itself_in_threads_and_tasks(prompt: Prompt, client: Basalt) -> None:
    plain = client.prompts.get_sync("plain")
    assert current_prompt() is None
    with prompt as bound:
        assert bound is prompt
        found = current_prompt()
        assert found is not None
        assert (found.slug, found.version, found.tag) == ("greeting", prompt.version, "production")
        with plain, prompt:
            inner = current_prompt()
            assert inner is not None
            assert inner.outer is not None
            assert (inner.slug, inner.outer.slug) == ("greeting", "plain")
        assert current_prompt() == found
    assert current_prompt() is None

    async def work(one: Prompt) -> str:
        async with one:
            await asyncio.sleep(0.01)
            bound = current_prompt()
            assert bound is not None
            return bound.slug

    async def both() -> tuple[str, ...]:
        return tuple(await asyncio.gather(work(prompt), work(plain), work(prompt)))

    assert asyncio.run(both()) == ("greeting", "plain", "greeting")


def test_it_names_itself_on_the_span_of_who_traces(prompt: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    attributes: dict[str, str] = {}
    trace = types.ModuleType("opentelemetry.trace")
    span = types.SimpleNamespace(set_attribute=attributes.__setitem__)
    trace.get_current_span = lambda: span  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "opentelemetry.trace", trace)
    with prompt:
        pass
    assert attributes == {"gen_ai.prompt.name": "greeting", "gen_ai.prompt.version": prompt.version}


def test_a_key_picks_a_side_of_a_roll_out(client: Basalt, shop: Repo) -> None:
    run(shop, "promote", "greeting", "--to", "production", "--from", "staging", "--percent", "30", "--yes")
    client.prompts.invalidate()
    found = [client.prompts.get_sync("greeting", key=f"user{n}") for n in range(1000)]
    sides = [prompt.variant for prompt in found]
    assert {prompt.variant: prompt.raw_text for prompt in found} == {
        "current": "Hello {{ name }}",
        "rollout": "Hi {{ name }}",
    }
    assert 240 < sides.count("rollout") < 360
    assert sides == [client.prompts.get_sync("greeting", key=f"user{n}").variant for n in range(1000)]
    assert client.prompts.get_sync("greeting").variant == "current"
    assert client.prompts.get_sync("plain", key="user1").variant is None
    before = {n for n, side in enumerate(sides) if side == "rollout"}
    run(shop, "promote", "greeting", "--to", "production", "--percent", "60", "--yes")
    client.prompts.invalidate("greeting")
    after = {n for n in range(1000) if client.prompts.get_sync("greeting", key=f"user{n}").variant == "rollout"}
    assert before < after


def test_a_version_that_is_no_sound_prompt_is_the_sources_fault(client: Basalt, shop: Repo) -> None:
    for text, words in (
        ("prompt: [", r"greeting\.yaml:\d"),
        ("prompt: '{{ x.__class__ }}'\nvariables: {x: any}", "is not allowed in a template"),
        (GREETING.replace("partials/voice.md", "partials/circle.md"), "circle"),
    ):
        circle = "{% include 'partials/circle.md' %}"
        shop.commit("Bad", {"prompts/greeting.yaml": text, "prompts/partials/circle.md": circle})
        with pytest.raises(NetworkError, match=f"no sound prompt.*{words}"):
            client.prompts.get_sync("greeting", tag="latest", cache_enabled=False)
