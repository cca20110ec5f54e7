"""Which trailers of commit messages say that a breaking change is meant."""

from __future__ import annotations

import pytest
from basalt_cli.pointers.allowed_changes import find_allowed

TRAILER = "Basalt-Allow-Breaking: support/reply callers are told"
FOUND = {"support/reply": "callers are told"}


@pytest.mark.parametrize(
    "message",
    [
        f"Subject\n\n{TRAILER}\n",
        f"Subject\r\n\r\nWords.\r\n\r\n{TRAILER}\r\n",
        f"Subject\n\nSigned-off-by: Ada <a@example.com>\n{TRAILER}",
        f"Subject\n\n{TRAILER.replace('Allow-Breaking', 'allow-breaking')}\n",
        # What a host puts behind a message that it squashes.
        f"Subject (#7)\n\n* one\n\n{TRAILER}\n\n---------\n\nCo-authored-by: Bob <b@example.com>\n",
        f"Subject\n\n{TRAILER}\n\n\nCo-authored-by: Bob <b@example.com>",
        "Subject\n\nBasalt-Allow-Breaking : support/reply callers\n  are told",
    ],
)
def test_a_trailer_is_found(message: str) -> None:
    assert find_allowed([message]) == FOUND


@pytest.mark.parametrize(
    "message",
    [
        "",
        "Subject",
        f"Subject\n\n{TRAILER}\n\nWords behind it.\n",
        f"Subject\n\nOne writes\n{TRAILER}\n\nSigned-off-by: Ada <a@example.com>\n",
        "Subject\n\nBasalt-Allow-Breaking: support/reply\n",
        "Subject\n\nBasalt-Allow-Breaking: support/reply REASON\n",
        f"Subject\n\nNot-{TRAILER}\n",
        f"Subject\n\nWords, and then\n{TRAILER}",
        f"Subject\n\nWe cannot use this:\n{TRAILER}\nSo keep callers working.",
        TRAILER,
        f"{TRAILER}\n\nSigned-off-by: Ada <a@example.com>",
        "Subject\n\nBasalt-Allow-Breaking: support/reply REASON.\n",
        "Subject\n\nBasalt-Allow-Breaking: support/reply \u200b\n",
        f"Subject\n\n  > {TRAILER}\n",
    ],
)
def test_what_only_speaks_of_one_is_none(message: str) -> None:
    assert find_allowed([message]) == {}


def test_the_last_message_with_a_reason_counts() -> None:
    one, other = f"One\n\n{TRAILER}", f"Other\n\n{TRAILER.replace('callers are told', 'nobody calls it')}"
    assert find_allowed([one, "Subject", other]) == {"support/reply": "nobody calls it"}
