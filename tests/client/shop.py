"""A shop whose prompts run somewhere, and clients of it that forget nothing between tests but what they should."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from basalt_cli.cli.main import main
from basalt_cli.client.sources.repository import RepositorySource
from basalt_cli.delivery.answer import Answer

from tests.support import Repo, make_repo

GREETING = """\
name: Greeting
description: Greets somebody.
feature: welcome
model: {provider: openai, name: gpt-4.1-mini, parameters: {temperature: 0.2, max_tokens: 60}}
variables:
  name: {type: string, description: Who is greeted}
  tone: {type: string, enum: [warm, cool], default: warm}
  history: {type: messages, optional: true}
messages:
  - {role: system, content: '{% include "partials/voice.md" %} Be {{ tone }}.'}
  - {insert: history}
  - {role: user, content: 'Hello {{ name }}'}
"""
PLAIN = "prompt: No variables at all.\n"
POLICY = "trunk: main\nenvironments:\n  staging: {}\n  production: {from: staging, require: [lint]}\n"


def make_shop(path: Path) -> Repo:
    """Make a repository whose three prompts run everywhere, and whose greeting has a newer version in staging."""
    files = {"basalt.yaml": POLICY, "prompts/partials/voice.md": "Be kind.\n"}
    files |= {"prompts/greeting.yaml": GREETING, "prompts/plain.yaml": PLAIN, "prompts/support/reply.yaml": PLAIN}
    repo = make_repo(path, files)
    run(repo, "release", "greeting")
    run(repo, "promote", "--all", "--to", "staging")
    run(repo, "promote", "--all", "--to", "production", "--yes")
    repo.commit("Say hi", {"prompts/greeting.yaml": GREETING.replace("Hello", "Hi")})
    run(repo, "promote", "greeting", "--to", "staging")
    return repo


def run(repo: Repo, *arguments: str) -> None:
    """Run the command line in a repository; it must succeed."""
    assert main(["-C", str(repo.path), *arguments]) == 0, arguments


@contextmanager
def gone(path: Path) -> Iterator[None]:
    """Take something away for a while."""
    hidden = path.with_name(path.name + ".gone")
    path.rename(hidden)
    try:
        yield
    finally:
        hidden.rename(path)


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for something that another thread does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def in_child(work: Callable[[], bool]) -> bool:
    """Run work in a forked child, and say whether it ended well within some seconds."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = 0 if work() else 1
        finally:
            os._exit(code)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.02)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return False


class CountingSource(RepositorySource):
    """A repository that counts how often it is asked, and answers slowly when told to."""

    def __init__(self, repo: Repo) -> None:
        super().__init__(repo.path)
        self.asked: list[tuple[str, str]] = []
        self.seconds = 0.0
        self.gate = threading.Event()
        self.gate.set()
        self.threads: set[int] = set()

    def ask(self, slug: str, selector: str) -> Answer:
        self.asked.append((slug, selector))
        self.threads.add(threading.get_ident())
        time.sleep(self.seconds)
        assert self.gate.wait(10), "the event loop is blocked"
        return super().ask(slug, selector)


class Heard(list[tuple[str, str, str]]):
    """A listener for fallbacks."""

    def __call__(self, slug: str, origin: str, error: Exception) -> None:
        self.append((slug, origin, type(error).__name__))
