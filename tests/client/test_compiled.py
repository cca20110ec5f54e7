"""Versions of prompts, checked and compiled once."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any

import pytest
from basalt_cli import (
    BadRequestError,
    Basalt,
    NetworkError,
)
from basalt_cli.format.template.inlining import _Inliner, write_in_includes
from basalt_cli.model.prompt import Whitespace

from tests.client.shop import GREETING
from tests.support import Repo


def test_a_template_is_compiled_once(make: Callable[..., Basalt], monkeypatch: pytest.MonkeyPatch, shop: Repo) -> None:
    from basalt_cli.format.template.rendering import Renderer

    compiled: list[str] = []
    real = Renderer._compile

    def count(self: Renderer, key: str) -> Any:
        compiled.append(key)
        return real(self, key)

    monkeypatch.setattr(Renderer, "_compile", count)
    shop.commit("New", {"prompts/greeting.yaml": GREETING.replace("Hello", "Good day")})
    prompts = make(cache_ttl_seconds=0).prompts
    for name in ("Ada", "Grace", "Ada"):
        assert prompts.get_sync("greeting", tag="latest", variables={"name": name}).text == f"Good day {name}"
    assert sorted(compiled) == ["messages[0].content", "messages[2].content"]


def test_partials_that_multiply_are_expanded_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    expanded: list[str] = []
    real = _Inliner._expand

    def count(self: _Inliner, name: str, path: tuple[str, ...]) -> str | None:
        expanded.append(name)
        return real(self, name, path)

    monkeypatch.setattr(_Inliner, "_expand", count)
    partials = {f"{n}.md": f"{{% include '{n + 1}.md' %}}{{% include '{n + 1}.md' %}}" for n in range(40)}
    partials["40.md"] = "words " * 10
    written = write_in_includes("{% include '0.md' %}", Whitespace(), partials)
    assert sorted(expanded) == sorted(partials)
    assert len(written) < 1024 * 1024


def test_chat_history_is_checked_when_it_is_given(client: Basalt) -> None:
    history = [{"role": "user", "content": [{"sound": "x"}]}]
    with pytest.raises(BadRequestError, match="neither text nor a list of parts"):
        client.prompts.get_sync("greeting", variables={"name": "Ada", "history": history})


def test_keys_that_are_enumerations_are_their_values(client: Basalt) -> None:
    class Key(str, Enum):  # noqa: UP042 - str() of it is not its value
        ROLE = "role"

    history = [{Key.ROLE: "user", "content": "Hey"}]
    prompt = client.prompts.get_sync("greeting", variables={"name": "Ada", "history": history})
    assert prompt.messages[1] == {"role": "user", "content": "Hey"}


def test_a_partial_that_looks_at_its_loop_is_not_written_in() -> None:
    partials = {"p.md": "{{ loop.index if loop is defined else 'none' }}"}
    text = "{% for i in [1, 2] %}{% include 'p.md' %}{% endfor %}"
    assert write_in_includes(text, Whitespace(), partials) == text


def test_a_default_that_does_not_fit_its_variable_is_refused(client: Basalt, shop: Repo) -> None:
    shop.commit("Default", {"prompts/odd.yaml": "variables: {x: {type: string, default: 3}}\nprompt: '{{ x }}'\n"})
    with pytest.raises(BadRequestError, match="x must be a string"):
        client.prompts.get_sync("odd", "latest", variables={})


HISTORY = [{"role": "user", "content": "Hey"}, {"role": "assistant", "content": "Yes?"}]


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({}, "needs the variable 'name'"),
        ({"name": "Ada", "nmae": "x"}, r"declares no variable 'nmae'.*Did you mean 'name'"),
        ({"name": 3}, "name must be a string"),
        ({"name": "Ada", "tone": "angry"}, "tone must be"),
        ({"name": "Ada", "history": [{"role": "user"}]}, "history"),
        ({"name": object()}, "name contains a value of type object; templates take JSON-like values only"),
        ({"name": "Ada", "history": [{"role": "user", "content": float("nan")}]}, "not finite"),
        ({"name": "Ada", "history": [{1: "user"}]}, "keys that are not strings"),
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


def test_an_error_in_a_template_names_its_place(client: Basalt, shop: Repo) -> None:
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


def test_a_version_that_is_not_a_valid_prompt_is_an_error_of_the_source(client: Basalt, shop: Repo) -> None:
    for text, words in (
        ("prompt: [", r"greeting\.yaml:\d"),
        ("prompt: '{{ x.__class__ }}'\nvariables: {x: any}", "'__class__' is not allowed in a template"),
        (GREETING.replace("partials/voice.md", "partials/circle.md"), "circle"),
    ):
        circle = "{% include 'partials/circle.md' %}"
        shop.commit("Bad", {"prompts/greeting.yaml": text, "prompts/partials/circle.md": circle})
        with pytest.raises(NetworkError, match=f"is not a valid prompt.*{words}"):
            client.prompts.get_sync("greeting", tag="latest", cache_enabled=False)
