"""The answers that a process remembers."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from basalt_cli import Basalt
from basalt_cli.client.compiled import COMPILER
from basalt_cli.client.memory import Memory, Question, RememberedAnswer
from basalt_cli.delivery.answer import Answer, Content
from basalt_cli.format.prompt.closure import Closure

from tests.client.shop import CountingSource


def test_the_least_recently_used_is_forgotten(make: Callable[..., Basalt], source: CountingSource) -> None:
    prompts = make(cache_size=2).prompts
    for slug in ("greeting", "plain", "greeting", "support/reply", "greeting"):
        prompts.get_sync(slug)
    assert [slug for slug, _ in source.asked] == ["greeting", "plain", "support/reply"]
    prompts.get_sync("plain")
    assert len(source.asked) == 4


def remember(slug: str, *texts: str, origin: str = "live", **settings: Any) -> RememberedAnswer:
    """Return an answer with a version for each text; the first is the current one, the others have 10 % each."""
    contents = tuple(
        Content(slug, str(number) * 40, Closure(f"{slug}.yaml", ((f"{slug}.yaml", f"prompt: {text}\n".encode()),)))
        for number, text in enumerate(texts)
    )
    answer = Answer(contents, (10,) * (len(texts) - 1), **settings)
    versions = tuple(COMPILER.compile(content) for content in contents)
    return RememberedAnswer((slug, None, None), answer, versions, origin)


def test_an_answer_of_the_source_is_from_memory_for_later_callers() -> None:
    answer = remember("a", "one", environment="production")
    assert (answer.origin, answer.first_origin) == ("memory", "live")
    assert answer.choose(None)["source"] == "memory"
    assert answer.choose(None)["tag"] == "production"
    assert answer.choose("user")["variant"] is None


def test_an_answer_of_a_copy_is_from_the_copy_for_all_callers() -> None:
    assert remember("a", "one", origin="disk", is_copy=True).origin == "disk"
    error = OSError("gone")
    answer = remember("a", "one", origin="disk", error=error)
    assert (answer.origin, answer.choose(None)["error"]) == ("disk", error)


def test_a_roll_out_has_attributes_for_each_version() -> None:
    answer = remember("a", "one", "two", "three", environment="production")
    assert [found["text"] for found in answer.attributes] == ["one", "two", "three"]
    assert [found["variant"] for found in answer.attributes] == ["current", "rollout", "rollout"]
    chosen = {answer.choose(f"user-{number}")["text"] for number in range(100)}
    assert chosen == {"one", "two", "three"}
    assert answer.choose(None)["text"] == "one"


def test_an_answer_can_be_shown_as_stale() -> None:
    answer = remember("a", "one", "two")
    error = OSError("gone")
    answer.show_as("stale", error)
    assert (answer.origin, answer.first_origin) == ("stale", "stale")
    assert [(found["source"], found["error"]) for found in answer.attributes] == [("stale", error)] * 2


def test_a_version_that_was_asked_for_has_no_tag() -> None:
    content = Content("a", "0" * 40, Closure("a.yaml", (("a.yaml", b"prompt: x\n"),)))
    versions = (COMPILER.compile(content),)
    asked = RememberedAnswer(("a", "1.0.0", "staging"), Answer((content,)), versions, "live")
    assert asked.choose(None)["tag"] is None
    tagged = RememberedAnswer(("a", None, "staging"), Answer((content,)), versions, "live")
    assert tagged.choose(None)["tag"] == "staging"


def test_the_age_of_an_answer_counts_from_the_source() -> None:
    confirmed = remember("a", "one", age_seconds=100).choose(None)["_confirmed"]
    assert 99.9 < monotonic() - confirmed < 110


def test_answers_are_forgotten_by_prompt_by_question_or_all() -> None:
    memory = Memory(10)
    answer = remember("a", "one")
    questions: list[Question] = [("a", None, None), ("a", None, "staging"), ("ab", None, None)]
    for question in questions:
        memory.keep(question, answer)
    memory.drop(("a", None, None))
    memory.drop(("absent", None, None))
    assert list(memory.answers) == questions[1:]
    memory.forget("a")
    assert list(memory.answers) == [("ab", None, None)]
    memory.forget(None)
    assert memory.answers == {}


def test_memory_keeps_the_most_recently_used() -> None:
    memory = Memory(2)
    answers = {slug: remember(slug, "one") for slug in "abc"}
    for used, slug in ((1, "a"), (3, "b"), (2, "c")):
        answers[slug].used = used
        memory.keep((slug, None, None), answers[slug])
    assert [slug for slug, _, _ in memory.answers] == ["b", "c"]
