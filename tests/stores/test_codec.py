"""What the codec encodes it decodes equal, for every kind that is remembered; anything else is refused."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

import pytest
from basalt_cli.diff import many
from basalt_cli.environments import remembered_status
from basalt_cli.lint import cache, remembered_report
from basalt_cli.model.change import Change, Risk
from basalt_cli.model.json_value import Json
from basalt_cli.model.source import Edit, Fix
from basalt_cli.stores.codec import DecodeError, decode, encode
from basalt_cli.stores.store import Kind
from basalt_cli.testing import run_many
from basalt_cli.versions import behind, lookup
from basalt_cli.workspace import outlines
from hypothesis import given, settings
from hypothesis import strategies as st

KINDS: tuple[Kind[Any], ...] = (
    many._CHANGES,
    remembered_status._STATUS,
    cache._FILES,
    remembered_report.REPORT,
    run_many._PASSED,
    lookup._VERSIONS,
    behind._COUNTS,
    outlines._INCLUDES,
    outlines._DIGESTS,
)
TEXTS = st.text(st.characters(), max_size=6)  # halves of surrogate pairs among them, as in names that are not UTF-8
JSON: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
st.register_type_strategy(str, TEXTS)


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True)
class Point:
    x: int
    colour: Colour | None


class Nested(NamedTuple):
    points: tuple[Point, ...]
    pair: dict[str, list[int] | str]
    flag: bool = False


def strategy_of(kind: Any) -> st.SearchStrategy[Any]:
    st.register_type_strategy(Change, st.builds(Change, TEXTS, TEXTS, JSON, JSON, st.sampled_from(Risk), TEXTS))
    return st.from_type(kind)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_is_encoded_is_decoded_equal(kind: Kind[Any], data: st.DataObject) -> None:
    value = data.draw(strategy_of(kind.record))
    found = decode(kind.record, json.loads(encode(value)))
    assert found == value
    assert repr(found) == repr(value)  # 1, 1.0 and True are equal, and so are a record and a bare tuple


@pytest.mark.parametrize("kind", [*(kind.record for kind in KINDS), Nested], ids=repr)
@settings(max_examples=60, deadline=None)
@given(value=JSON)
def test_any_other_value_is_refused_or_is_a_value_of_the_type(kind: Any, value: Json) -> None:
    try:
        found = decode(kind, value)
    except DecodeError:
        return
    assert json.loads(encode(found)) == value


def test_records_are_lists_and_enums_their_values() -> None:
    value = Nested((Point(1, Colour.RED), Point(2, None)), {"a": [1], "b": "c"}, flag=True)
    assert encode(value) == b'[[[1,"red"],[2,null]],{"a":[1],"b":"c"},true]'
    assert decode(Nested, json.loads(encode(value))) == value
    assert encode(Change("c", "p", None, {"a": [1]}, Risk.BREAKING, "m")) == b'["c","p",null,{"a":[1]},3,"m"]'


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Fix, [[], 1]),
        (Fix, [[]]),
        (Fix, [[], True, 0]),
        (Fix, {"edits": []}),
        (Fix, "ab"),
        (Fix, None),
        (Fix | None, []),
        (Edit, [1, 2.0, "x"]),
        (Edit, [True, 2, "x"]),
        (Point, [1, "blue"]),
        (Point, [1, ["red"]]),
        (dict[str, int], [["a", 1]]),
        (dict[str, int], {"a": "1"}),
        (list[str], "abc"),
        (tuple[Edit, ...], [[1, 2, "x"], [1, 2]]),
        (Risk, 4),
        (int, True),
    ],
)
def test_a_value_of_another_shape_is_refused(kind: Any, value: Any) -> None:
    with pytest.raises(DecodeError, match="not an encoded"):
        decode(kind, value)


@pytest.mark.parametrize("kind", [bytes, int | Risk, tuple[int, str], Fix | Edit, set[int]])
def test_a_type_that_json_cannot_tell_is_a_mistake_of_the_programmer(kind: Any) -> None:
    with pytest.raises(TypeError):
        decode(kind, [])


def test_a_value_that_json_cannot_hold_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(TypeError, match="bytes has no form in JSON"):
        encode([b"x"])
