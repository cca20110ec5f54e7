"""The client class: its arguments, and its state after a fork."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from basalt_cli import (
    BadRequestError,
    Basalt,
    BasaltWarning,
    SourceError,
)
from basalt_cli.workspace.project import Project

from tests.client.shop import in_child
from tests.support import Repo


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("held", ["objects", "repository"])
def test_a_child_is_not_caught_in_a_lazy_property(shop: Repo, held: str) -> None:
    # Nobody holds the client itself.
    prompts = Basalt(shop.path, cache=False).prompts
    prompts.get_sync("plain")
    lock = getattr(vars(Project)[held], "lock", threading.RLock())
    is_held, is_done = threading.Event(), threading.Event()

    def hold() -> None:
        with lock:
            is_held.set()
            is_done.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    is_held.wait()
    assert in_child(lambda: prompts.get_sync("greeting", variables={"name": "Ada"}).text == "Hello Ada")
    is_done.set()
    thread.join()


def test_the_repository_around_the_working_directory_is_the_default(
    shop: Repo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(shop.path / "prompts" / "support")
    assert Basalt().prompts.get_sync("plain").text == "No variables at all."
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match=r"basalt\.yaml"):
        Basalt().prompts.get_sync("plain")
    monkeypatch.setenv("BASALT_SOURCE", str(shop.path))
    assert Basalt().prompts.get_sync("plain").text == "No variables at all."


def test_a_source_of_another_kind_is_refused() -> None:
    with pytest.raises(BadRequestError, match="a value of type int is not a source of prompts"):
        Basalt(3)  # type: ignore[arg-type]


def test_arguments_of_the_hosted_service_are_accepted_with_one_warning(
    shop: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("basalt_cli.client.basalt._warned", set())
    with pytest.warns(BasaltWarning, match=r"^api_key, base_url of Basalt\(\.\.\.\) has no effect"):
        Basalt(shop.path, api_key="key", base_url="https://example.com")
    with pytest.warns(BasaltWarning, match="^enable_telemetry"):
        Basalt(shop.path, api_key="key", enable_telemetry=False)
    assert Basalt(shop.path, api_key="other", log_level="WARNING").prompts.get_sync("plain").text
