"""The message of a commit in progress, as git will store it."""

from __future__ import annotations

import pytest
from basalt_cli.git.message import clean_message

from tests.git.repositories import found
from tests.support import Repo

SCISSORS = b"# ------------------------ >8 ------------------------\n"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"Subject\n\nBody  \n\n\n# comment\nend\n\n", "Subject\n\nBody\n\nend\n"),
        (b"Subject\n" + SCISSORS + b"diff --git\n+text\n", "Subject\n"),
        (b"Subject\nx ------------------------ >8 ------------------------ y\n", None),
        (b"# only\n", ""),
        (b"caf\xe9\n", "caf\ufffd\n"),
    ],
)
def test_comments_and_what_follows_the_scissors_are_dropped(repo: Repo, data: bytes, message: str | None) -> None:
    assert clean_message(found(repo.path), data) == (data.decode() if message is None else message)


def test_the_comment_character_is_that_of_the_repository(repo: Repo) -> None:
    repo.git("config", "core.commentChar", ";")
    data = b"# kept\n; dropped\n" + SCISSORS.replace(b"#", b";") + b"diff\n"
    assert clean_message(found(repo.path), data) == "# kept\n"
