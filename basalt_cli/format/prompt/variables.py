"""Decode ``variables:`` of a prompt: JSON Schema with additions of basalt."""

from __future__ import annotations

import re

from basalt_cli.format.yaml.decoding import Decoder, to_json
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Variable
from basalt_cli.model.source import Mapping, Node, Scalar, Sequence

JSON_TYPES = ("string", "number", "integer", "boolean", "object", "array", "null")
TYPES = (*JSON_TYPES, "messages", "any")
EXAMPLES = "examples"
OWN_KEYS = ("type", "default", "optional", "untrusted", "description")
# The keywords of JSON Schema 2020-12 that restrict or annotate a value.
SCHEMA_KEYS = (
    "enum", "const", "properties", "required", "additionalProperties", "patternProperties", "propertyNames",
    "minProperties", "maxProperties", "items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems",
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern",
    "format", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "title", "examples", "$ref", "$defs",
    "dependentRequired", "dependentSchemas", "minContains", "maxContains", "unevaluatedItems", "unevaluatedProperties",
    "$comment", "deprecated",
)  # fmt: skip

# An untrusted chat history must not contain system or developer messages.
_UNTRUSTED_ROLES = ("user", "assistant", "tool")
_HISTORY_ROLES = ("system", "developer", *_UNTRUSTED_ROLES)

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
# Keywords of Jinja2, and names that Jinja2 defines itself.
_RESERVED = frozenset(
    (
        "and", "or", "not", "in", "is", "if", "else", "elif", "for", "true", "false", "none", "True", "False", "None",
        "loop", "self", "super", "caller", "varargs", "kwargs",
    )
)  # fmt: skip


def decode_variables(node: Node | None, decoder: Decoder) -> tuple[Variable, ...]:
    """Decode the mapping of names to declarations, in file order."""
    found = [_decode_variable(name, value, decoder) for name, value in decoder.entries(node, "variables")]
    return tuple(variable for variable in found if variable is not None)


def _decode_variable(name: Scalar, node: Node, decoder: Decoder) -> Variable | None:
    key = f"variables.{name.text}"
    if not _NAME.match(name.text) or name.text in _RESERVED:
        is_reserved = name.text in _RESERVED
        why = "is a reserved word of Jinja2" if is_reserved else "is not a valid name"
        help_text = "Rename it." if is_reserved else "Use letters, digits and _."
        decoder.report("invalid-value", f"the variable {name.text!r} {why}", name.span, help_text)
        return None
    if _declares_messages(node) and name.text == EXAMPLES:
        message = "a variable of type messages cannot have the name 'examples', which inserts the few-shot pairs"
        decoder.report("invalid-value", message, name.span, "Rename it, for example to history.")
        return None
    if isinstance(node, Scalar):
        kind = decoder.choice(node, key, TYPES)
        return Variable(name.text, kind, _type_schema(kind), name.span) if kind else None
    found = decoder.fields(node, key, (*OWN_KEYS, *SCHEMA_KEYS))
    kind, schema = _decode_type(found.get("type"), f"{key}.type", decoder)
    if kind == "messages" and found.get("untrusted") is not None and to_json(found["untrusted"]) is True:
        schema = _messages_schema(_UNTRUSTED_ROLES)
    schema |= {k: to_json(value) for k, value in found.items() if k in SCHEMA_KEYS}
    if "default" in found and "optional" in found and decoder.boolean(found["optional"], f"{key}.optional"):
        message = f"{name.text} has a default and is optional"
        decoder.report(
            "conflicting-keys",
            message,
            found["optional"].span,
            "Remove one of the two: an optional variable has no default.",
        )
    return Variable(
        name=name.text,
        type=kind,
        schema=schema,
        span=name.span,
        description=decoder.text(found.get("description"), f"{key}.description"),
        optional=bool(decoder.boolean(found.get("optional"), f"{key}.optional")),
        untrusted=bool(decoder.boolean(found.get("untrusted"), f"{key}.untrusted")),
        has_default="default" in found,
        default=to_json(found["default"]) if "default" in found else None,
        default_span=found["default"].span if "default" in found else None,
    )


def _declares_messages(node: Node) -> bool:
    kind = node.find("type") if isinstance(node, Mapping) else node
    return isinstance(kind, Scalar) and kind.text == "messages"


def _decode_type(node: Node | None, key: str, decoder: Decoder) -> tuple[str, dict[str, Json]]:
    if isinstance(node, Sequence):
        names = [decoder.choice(item, key, JSON_TYPES) for item in node.items]
        return "any", {"type": [name for name in names if name]}
    kind = decoder.choice(node, key, TYPES) or "any"
    return kind, _type_schema(kind)


def _type_schema(kind: str) -> dict[str, Json]:
    if kind == "messages":
        return _messages_schema(_HISTORY_ROLES)
    return {} if kind == "any" else {"type": kind}


def _messages_schema(roles: tuple[str, ...]) -> dict[str, Json]:
    message: dict[str, Json] = {"type": "object", "required": ["role", "content"]}
    message["properties"] = {"role": {"enum": list(roles)}}
    return {"type": "array", "items": message}
