"""The functions that generated modules call."""

from __future__ import annotations

import asyncio

import pytest
from basalt_cli import BadRequestError, Basalt
from basalt_cli.client.typed import At, fetch, fetch_async


def test_required_and_optional_variables_are_rendered(client: Basalt) -> None:
    prompt = fetch(client, None, "greeting", {"name": "Ada"}, {"tone": "cool", "history": None})
    assert (prompt.text, prompt.system_text) == ("Hello Ada", "Be kind. Be cool.")
    assert prompt.variables == {"name": "Ada", "tone": "cool"}


def test_an_optional_variable_that_is_none_has_its_default(client: Basalt) -> None:
    assert fetch(client, None, "greeting", {"name": "Ada"}, {"tone": None}).system_text == "Be kind. Be warm."


def test_a_required_variable_that_is_none_is_refused(client: Basalt) -> None:
    with pytest.raises(BadRequestError, match="name must be a string"):
        fetch(client, None, "greeting", {"name": None}, {})


def test_the_version_is_chosen_as_by_get(client: Basalt) -> None:
    assert fetch(client, At(tag="staging"), "greeting", {"name": "Ada"}, {}).text == "Hi Ada"
    assert fetch(client, At("staging", "1.0.0"), "greeting", {"name": "Ada"}, {}).text == "Hello Ada"
    assert fetch(client, At(), "greeting", {"name": "Ada"}, {}).source == "live"
    assert fetch(client, At(), "greeting", {"name": "Ada"}, {}).source == "memory"
    assert fetch(client, At(cache_enabled=False), "greeting", {"name": "Ada"}, {}).source == "live"


def test_a_prompt_can_be_awaited(client: Basalt) -> None:
    found = asyncio.run(fetch_async(client, At(tag="staging"), "greeting", {"name": "Ada"}, {"tone": None}))
    assert found == fetch(client, At(tag="staging"), "greeting", {"name": "Ada"}, {"tone": None})
