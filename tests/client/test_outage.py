"""Outages: logged once, with growing waits, and reported to the listener."""

from __future__ import annotations

import logging

import pytest
from basalt_cli import (
    Basalt,
    NetworkError,
    SourceError,
)
from basalt_cli.client.outage import Outages

from tests.client.shop import gone
from tests.support import Repo


def test_a_listener_may_fail(shop: Repo, caplog: pytest.LogCaptureFixture) -> None:
    Basalt(shop.path).prompts.get_sync("greeting")

    def fail(*_: object) -> None:
        raise ValueError

    with gone(shop.path):
        client = Basalt(shop.path, on_fallback=fail)
        assert client.prompts.get_sync("greeting").source == "disk"
    assert "on_fallback failed" in caplog.text
    client.shutdown()


def test_a_listener_may_ask_for_the_same_prompt(shop: Repo) -> None:
    Basalt(shop.path).prompts.get_sync("greeting")
    heard: list[str] = []

    def listen(slug: str, origin: str, error: Exception) -> None:
        heard.append(client.prompts.get_sync(slug).source)

    client = Basalt(shop.path, on_fallback=listen)
    with gone(shop.path):
        assert client.prompts.get_sync("greeting").source == "disk"
    assert heard == ["disk"]
    client.shutdown()


def test_many_prompts_that_fail_at_once_are_one_failure(shop: Repo, caplog: pytest.LogCaptureFixture) -> None:
    outages = Outages("source", None)
    waits = [outages.note_failure(NetworkError("gone")) for _ in range(50)]
    assert max(waits) <= 1
    shop.git("gc", "--quiet")
    (pack,) = (shop.path / ".git/objects/pack").glob("*.pack")
    pack.chmod(0o644)
    pack.write_bytes(pack.read_bytes()[:50])
    caplog.clear()
    with caplog.at_level(logging.WARNING, "basalt_cli"):
        client = Basalt(shop.path, cache=False)
        for slug in ("greeting", "plain", "support/reply"):
            with pytest.raises(NetworkError):
                client.prompts.get_sync(slug)
    assert len(caplog.records) == 1


def test_waits_double_up_to_a_minute_less_a_random_part(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("basalt_cli.client.outage.monotonic", lambda: now[0])
    outages = Outages("source", None)
    for longest in (1, 2, 4, 8, 16, 32, 60, 60):
        wait_seconds = outages.note_failure(OSError("gone"))
        assert longest / 2 <= wait_seconds <= longest
        # Failures before the wait has ended are the same failure.
        now[0] += wait_seconds / 2
        assert outages.note_failure(OSError("gone")) == pytest.approx(wait_seconds / 2)
        now[0] += wait_seconds / 2 + 0.001


def test_an_outage_is_logged_at_its_beginning_and_its_end(caplog: pytest.LogCaptureFixture) -> None:
    outages = Outages("the shop", None)
    with caplog.at_level(logging.WARNING, "basalt_cli"):
        outages.note_success("greeting")
        outages.note_failure(OSError("gone"))
        outages.note_failure(OSError("gone"))
        outages.note_failure(SourceError("damaged", slug="greeting"))
        outages.note_success("plain")
        outages.note_success("greeting")
        outages.note_success("greeting")
    assert caplog.messages == [
        "prompts cannot be fetched; copies are used if there are any: gone",
        "greeting cannot be fetched; copies are used if there are any: damaged",
        "prompts can be fetched again from the shop, after 1 failure",
        "greeting can be fetched again from the shop, after 1 failure",
    ]


def test_a_new_outage_begins_with_a_short_wait() -> None:
    outages = Outages("source", None)
    for _ in range(3):
        outages._failures = {slug: (count, 0.0) for slug, (count, _) in outages._failures.items()}
        outages.note_failure(OSError("gone"))
    outages.note_success("greeting")
    assert outages.note_failure(OSError("gone")) <= 1
