"""Times as commands read and show them."""

from __future__ import annotations

import time

import pytest
from basalt_cli.cli.times import format_age, format_iso, parse_time
from basalt_cli.errors import UsageError

NOW = 1_800_000_000
DAY = 86_400


def test_a_time_is_shown_in_utc() -> None:
    assert format_iso(0) == "1970-01-01T00:00:00Z"
    assert format_iso(NOW) == "2027-01-15T08:00:00Z"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "just now"), (59, "just now"), (60, "1 minute ago"), (119, "1 minute ago"), (120, "2 minutes ago"), (3_599, "59 minutes ago"),
        (3_600, "1 hour ago"), (DAY - 1, "23 hours ago"), (DAY, "1 day ago"), (6 * DAY, "6 days ago"), (7 * DAY, "1 week ago"),
        (30 * DAY, "4 weeks ago"), (31 * DAY, "1 month ago"), (364 * DAY, "11 months ago"), (366 * DAY, "1 year ago"), (-100, "just now"),
    ],
)  # fmt: skip
def test_an_age_is_shown_in_its_largest_unit(seconds: int, text: str) -> None:
    assert format_age(NOW - seconds, NOW) == text


def test_an_age_is_counted_from_now() -> None:
    assert format_age(int(time.time()) - 7_230) == "2 hours ago"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("now", NOW), ("yesterday", NOW - DAY), (" Yesterday ", NOW - DAY), ("1 second ago", NOW - 1), ("90 seconds ago", NOW - 90),
        ("2 minutes ago", NOW - 120), ("1 hour ago", NOW - 3_600), ("2 days ago", NOW - 2 * DAY), ("1 week ago", NOW - 7 * DAY),
        ("1 month ago", NOW - 2_629_746), ("2 Years Ago", NOW - 2 * 31_556_952), ("2027-01-15T08:00:00Z", NOW),
        ("2027-01-15T09:00:00+01:00", NOW),
    ],
)  # fmt: skip
def test_a_time_is_read(text: str, seconds: int) -> None:
    assert parse_time(text, NOW) == seconds


def test_a_time_without_a_zone_is_local(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert parse_time("2027-01-15T17:00:00") == NOW
        assert parse_time("2027-01-15") == NOW - 17 * 3_600
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()
    assert abs(parse_time("now") - time.time()) < 5


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2 days",
        "days ago",
        "2 fortnights ago",
        "2026-13-01",
        "1000000000000 days ago",
        "0001-01-01T00:00:00-23:59x",
    ],
)
def test_a_text_that_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_time(text, NOW)
    assert caught.value.message == f"{text!r} is not a time"
    assert caught.value.hint == "Write 2026-11-24, 2026-11-24T12:30:00Z, or '2 days ago'."
