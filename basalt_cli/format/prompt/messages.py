"""Decode the messages of a prompt: ``system:`` and ``prompt:``, or ``messages:``, and ``examples:``."""

from __future__ import annotations

from basalt_cli.format.prompt.variables import EXAMPLES
from basalt_cli.format.yaml.decoding import Decoder
from basalt_cli.model.prompt import Example, Insert, Message, Part, TemplateText, Turn, Variable
from basalt_cli.model.source import Mapping, Node, Scalar, Sequence, Span

ROLES = ("system", "developer", "user", "assistant")
PART_KINDS = ("text", "image", "file")


def decode_turns(
    root: Node, found: dict[str, Node], variables: tuple[Variable, ...], has_examples: bool, decoder: Decoder
) -> tuple[Turn, ...]:
    """Decode ``messages:``, or else ``system:`` and ``prompt:``, in sending order; ``found`` is ``root`` by key."""
    if "messages" in found:
        for other in ("system", "prompt"):
            if other in found:
                keys = next(key for key, _ in decoder.entries(root, "") if key.text == other)
                message = f"{other}: and messages: exclude each other"
                decoder.report(
                    "conflicting-keys", message, keys.span, f"Move {other}: into messages:, or remove messages:."
                )
        return _decode_messages(found["messages"], variables, has_examples, decoder)
    if "prompt" not in found and isinstance(root, Sequence | Scalar):
        return ()
    if "prompt" not in found:
        span = Span(root.span.line, root.span.column, root.span.line, root.span.column + 1)
        decoder.report("missing-key", "the prompt has no text", span, "Add a prompt: or messages: key.")
    return _simple_turns(found, variables, has_examples, decoder)


def _simple_turns(
    found: dict[str, Node], variables: tuple[Variable, ...], has_examples: bool, decoder: Decoder
) -> tuple[Turn, ...]:
    """Return system, examples, chat history and prompt, in this order."""
    turns: list[Turn] = []
    system = _template(found.get("system"), "system", decoder)
    if system is not None:
        turns.append(Message("system", system, "system"))
    if has_examples:
        turns.append(Insert(EXAMPLES, EXAMPLES, found["examples"].span))
    turns += [Insert(v.name, f"variables.{v.name}", v.span) for v in variables if v.type == "messages"]
    prompt = _template(found.get("prompt"), "prompt", decoder)
    if prompt is not None:
        turns.append(Message("user", prompt, "prompt"))
    return tuple(turns)


def _decode_messages(
    node: Node, variables: tuple[Variable, ...], has_examples: bool, decoder: Decoder
) -> tuple[Turn, ...]:
    items = decoder.items(node, "messages")
    if isinstance(node, Sequence) and not items:
        decoder.report("missing-key", "messages is empty", node.span, "Add at least one message.")
    known = [*([EXAMPLES] if has_examples else []), *(v.name for v in variables if v.type == "messages")]
    turns = [_decode_turn(item, f"messages[{index}]", known, decoder) for index, item in enumerate(items)]
    return tuple(turn for turn in turns if turn is not None)


def _decode_turn(node: Node, key: str, known: list[str], decoder: Decoder) -> Turn | None:
    found = decoder.fields(node, key, ("role", "content", "insert"))
    if "insert" in found:
        return _decode_insert(found, key, known, decoder)
    role = decoder.choice(found.get("role"), f"{key}.role", ROLES)
    for name in ("role", "content"):
        if isinstance(node, Mapping) and name not in found:
            decoder.report("missing-key", f"{key} has no {name}", node.span, "Give a role and a content, or an insert.")
    content = found.get("content")
    if role is None or content is None:
        return None
    if isinstance(content, Sequence):
        return Message(role, _decode_parts(content, f"{key}.content", decoder), key)
    template = _template(content, f"{key}.content", decoder)
    return Message(role, template, key) if template else None


def _decode_insert(found: dict[str, Node], key: str, known: list[str], decoder: Decoder) -> Insert | None:
    scalar = decoder.text_scalar(found["insert"], f"{key}.insert")
    for other in ("role", "content"):
        if other in found:
            message = f"{key} has both insert and {other}"
            decoder.report("conflicting-keys", message, found[other].span, "Write two entries of messages:.")
    if scalar is None:
        return None
    if scalar.text not in known:
        there = ", ".join(known) or "none"
        help_text = f"Insert the examples of this prompt, or a variable of type messages. Possible here: {there}."
        decoder.report("invalid-value", f"{key}.insert cannot be {scalar.text!r}", scalar.span, help_text)
        return None
    return Insert(scalar.text, key, scalar.span)


def _decode_parts(node: Sequence, key: str, decoder: Decoder) -> tuple[Part, ...]:
    parts = [_decode_part(item, f"{key}[{index}]", decoder) for index, item in enumerate(node.items)]
    return tuple(part for part in parts if part is not None)


def _decode_part(node: Node, key: str, decoder: Decoder) -> Part | None:
    found = decoder.fields(node, key, (*PART_KINDS, "detail", "media_type", "filename"))
    kind = decoder.only(node, found, key, PART_KINDS)
    if kind is None:
        return None
    content = _template(found[kind], f"{key}.{kind}", decoder)
    detail = decoder.choice(found.get("detail"), f"{key}.detail", ("low", "high", "auto"))
    media_type = decoder.text(found.get("media_type"), f"{key}.media_type")
    filename = decoder.text(found.get("filename"), f"{key}.filename")
    return Part(kind, content, detail, media_type, filename) if content else None


def _template(node: Node | None, key: str, decoder: Decoder) -> TemplateText | None:
    scalar = decoder.text_scalar(node, key)
    return TemplateText(scalar.text, key, scalar) if scalar else None


def decode_examples(node: Node | None, decoder: Decoder) -> tuple[Example, ...]:
    """Decode the few-shot pairs."""
    examples = []
    for index, item in enumerate(decoder.items(node, EXAMPLES)):
        key = f"{EXAMPLES}[{index}]"
        found = decoder.fields(item, key, ("user", "assistant"))
        sides = [_template(found.get(side), f"{key}.{side}", decoder) for side in ("user", "assistant")]
        for side in ("user", "assistant"):
            if side not in found:
                decoder.report(
                    "missing-key", f"{key} has no {side}", item.span, "An example is a pair: user, assistant."
                )
        if sides[0] and sides[1]:
            examples.append(Example(sides[0], sides[1]))
    return tuple(examples)
