from __future__ import annotations

import pytest
from basalt_cli.format.yaml.reader import resolve_plain
from basalt_cli.format.yaml.yaml11 import find_other_reading


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y", None),
        ("Y", None),
        ("yes", "a boolean"),
        ("No", "a boolean"),
        ("on", "a boolean"),
        ("OFF", "a boolean"),
        ("true", None),
        ("null", None),
        ("~", None),
        ("", None),
        ("010", "8"),
        ("0o10", "text"),
        ("0x1F", None),
        ("1_000", "the number 1000"),
        ("0x1_F", "the number 31"),
        ("-0x1F", "the number -31"),
        ("+0b1_0", "the number 2"),
        ("1:30", "the number 90"),
        ("-1:30:15", "the number -5415"),
        ("12:30:45", "the number 45045"),
        ("190:20:30.15", "the number 685230.15"),
        ("0b101", "the number 5"),
        ("+0b11", "the number 3"),
        ("-0b11", "the number -3"),
        ("1e3", "text"),
        ("1.5e+3", None),
        ("1.5", None),
        ("-.5", "text"),
        (".5", None),
        ("+.inf", None),
        ("2026-01-01", "a date"),
        ("2026-01-01T10:00:00Z", "a date"),
        ("<<", "a merge key"),
        ("=", "a default value"),
        ("key", None),
        ("1", None),
        ("-7", None),
        ("+7", None),
        ("0", None),
        ("00", None),
        ("08", "text"),
        ("09.5", None),
        ("1.", None),
        ("text with y", None),
        ("-", None),
        ("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", None),
        ("11111111111111111111111111111111111111111111111111", None),
        ("00000000000000000000000000000000000000000", None),
        ("685.230_15e+03", "the number 685230.15"),
        ("NaN", None),
    ],
)
def test_how_yaml_11_reads_a_value_otherwise(text: str, expected: str | None) -> None:
    assert find_other_reading(text, resolve_plain(text)) == expected
