"""Records as JSON: a named tuple or dataclass is a list of its fields, an enum its value; decoded by declared types."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import Any, TypeAlias

_Decoders: TypeAlias = dict[type, Callable[[Any], Any]]
"""What decodes a value, by the type that JSON has for it: bool, int, float, str, list, dict or NoneType."""

_PLAIN = (bool, int, float, str, types.NoneType)


class DecodeError(ValueError):
    """A JSON value is not an encoded value of the expected type."""


def encode(value: object) -> bytes:
    """Return a value as JSON: records, enums, lists, tuples, mappings with string keys, and what JSON itself has.

    Raises TypeError for a value that has no form in JSON.
    """
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=_encode_other)
    # Half of a surrogate pair stands for a byte that is not UTF-8.
    return text.encode(errors="surrogatepass")


def _encode_other(value: object) -> Any:
    if isinstance(value, Enum):
        return value.value
    if hasattr(value, "__dataclass_fields__"):
        return [getattr(value, name) for name in value.__dataclass_fields__]
    message = f"{type(value).__name__} has no form in JSON"
    raise TypeError(message)


def decode(kind: Any, value: Any) -> Any:
    """Return the value of a type (``Finding``, ``tuple[Change, ...]``) that parsed JSON stands for.

    Raises DecodeError where it stands for no value of that type. Inside a type that is defined by itself, as
    model.json_value.Json is, any JSON value is accepted.
    """
    decoders = _find_decoders(kind)
    try:
        return decoders[type(value)](value)
    except (KeyError, ValueError, TypeError, RecursionError):
        message = f"not an encoded {kind}"
        raise DecodeError(message) from None


@cache
def _find_decoders(kind: Any) -> _Decoders:
    """Return the decoders of a type; raise TypeError for one that JSON cannot tell apart or has no form for."""
    if kind in _PLAIN:
        return {kind: _keep}
    if isinstance(kind, str | typing.ForwardRef):
        return dict.fromkeys((*_PLAIN, list, dict), _keep)
    return _find_for_class(kind) if isinstance(kind, type) and not typing.get_args(kind) else _find_for_generic(kind)


def _find_for_class(kind: type) -> _Decoders:
    if issubclass(kind, Enum):
        return dict.fromkeys((type(member.value) for member in kind), kind)
    if hasattr(kind, "_fields") or hasattr(kind, "__dataclass_fields__"):
        return {list: _decode_record(kind)}
    message = f"{kind} has no form in JSON"
    raise TypeError(message)


def _find_for_generic(kind: Any) -> _Decoders:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _join(arguments)
    if origin is dict:
        return {dict: _decode_mapping(arguments[1])}
    if origin is list or (origin is tuple and arguments[1:] == (...,)):
        return {list: _decode_items(origin, arguments[0])}
    message = f"{kind} has no form in JSON"
    raise TypeError(message)


def _keep(value: Any) -> Any:
    return value


def _join(kinds: tuple[Any, ...]) -> _Decoders:
    joined: _Decoders = {}
    for kind in kinds:
        found = _find_decoders(kind)
        if joined.keys() & found.keys():
            message = f"{kinds} are alike in JSON"
            raise TypeError(message)
        joined |= found
    return joined


def _decode_items(make: Callable[[list[Any]], Any], kind: Any) -> Callable[[Any], Any]:
    decoders = _find_decoders(kind)
    return lambda value: make([decoders[type(item)](item) for item in value])


def _decode_mapping(kind: Any) -> Callable[[Any], Any]:
    decoders = _find_decoders(kind)
    return lambda value: {name: decoders[type(item)](item) for name, item in value.items()}


def _decode_record(kind: Any) -> Callable[[Any], Any]:
    fields = [_find_decoders(hint) for hint in typing.get_type_hints(kind).values()]
    return lambda value: kind(*[found[type(item)](item) for found, item in zip(fields, value, strict=True)])
