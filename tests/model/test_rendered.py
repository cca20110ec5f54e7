from __future__ import annotations

import copy
import pickle

from basalt_cli.model.rendered import Origin, RenderedMessage, RenderedPart, system_text, task_text

PARTS = (RenderedPart("text", "a"), RenderedPart("image", "url"), RenderedPart("text", "b"))


def test_the_text_of_a_message_is_that_of_its_parts() -> None:
    assert RenderedMessage("user", "x").text == "x"
    assert RenderedMessage("user", PARTS).text == "a\n\nb"
    assert RenderedMessage("user", ()).text == ""


def test_system_and_task_are_told_apart_by_role() -> None:
    messages = (
        RenderedMessage("system", "s"),
        RenderedMessage("user", "example", Origin.EXAMPLE),
        RenderedMessage("system", "history", Origin.HISTORY),
        RenderedMessage("user", PARTS),
        RenderedMessage("developer", "d"),
        RenderedMessage("assistant", "t"),
    )
    assert system_text(messages) == "s\n\nd"
    assert task_text(messages) == "a\n\nb\n\nt"
    assert system_text(()) == task_text(()) == ""


def test_messages_can_be_copied_and_sent_to_a_process() -> None:
    message = RenderedMessage("user", PARTS)
    assert message.extra == {}
    assert copy.deepcopy(message) == message
    assert pickle.loads(pickle.dumps(message)) == message
