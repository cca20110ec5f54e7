from __future__ import annotations

from basalt_cli.errors import Place
from basalt_cli.model.source import FILE_START, Mapping, Scalar, Span


def test_a_span_in_a_file_is_its_start() -> None:
    assert Span(3, 7, 4, 1).in_file("a/b.yaml") == Place("a/b.yaml", 3, 7)
    assert str(Span(3, 7, 4, 1).in_file("a/b.yaml")) == "a/b.yaml:3:7"


def test_a_mapping_finds_its_values() -> None:
    key, value = Scalar("a", "a", "", 0, 1, FILE_START), Scalar(1, "1", "", 3, 4, FILE_START)
    assert Mapping(((key, value),), FILE_START).find("a") is value
    assert Mapping(((key, value),), FILE_START).find("b") is None
