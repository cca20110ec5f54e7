"""Models and parameters, and the responses of list and describe."""

from __future__ import annotations

from basalt_cli import Basalt, Prompt

from tests.support import Repo


def test_the_model_and_its_parameters_are_those_of_the_file(prompt: Prompt, client: Basalt, shop: Repo) -> None:
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
