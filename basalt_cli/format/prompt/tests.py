"""Decode ``tests:`` of a prompt: the cases and their expectations."""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.format.prompt.messages import ROLES
from basalt_cli.format.yaml.decoding import Decoder, to_json
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Case, Expectation, Variable
from basalt_cli.model.source import Mapping, Node, Sequence, Span
from basalt_cli.text.slug import RESERVED_FOLDER, is_outside
from basalt_cli.text.words import squeeze_blanks

EXPECTATIONS = (
    "contains", "not_contains", "matches", "equals", "max_chars", "tokens_at_most", "count", "order", "json_schema",
    "jsonpath", "snapshot",
)  # fmt: skip
FIXTURE_ENDINGS = (".yaml", ".yml", ".json")
TABLE_ENDINGS = (".csv", ".jsonl")
COUNT_KEYS = ("of", "equals", "at_least", "at_most")
JSONPATH_KEYS = ("path", "equals", "matches", "exists")


def decode_cases(node: Node | None, variables: tuple[Variable, ...], decoder: Decoder) -> tuple[Case, ...]:
    """Decode the list of cases; the linter checks whether values have the types of the variables."""
    cases: dict[str, Case] = {}
    for index, item in enumerate(decoder.items(node, "tests")):
        case = _decode_case(item, f"tests[{index}]", variables, decoder)
        if case is None:
            continue
        # Headings of snapshots and lines of reports show several blanks as one, so such names are equal.
        first = cases.setdefault(squeeze_blanks(case.name), case)
        if first is not case:
            message = f"a test case named {first.name!r} is already on line {first.span.line}"
            decoder.report("invalid-value", message, case.span, "Give each case its own name.")
    return tuple(cases.values())


def _decode_case(node: Node, key: str, variables: tuple[Variable, ...], decoder: Decoder) -> Case | None:
    found = decoder.fields(node, key, ("name", "variables", "history", "fixtures", "cases_from", "expect"))
    name = decoder.text_scalar(found.get("name"), f"{key}.name")
    if "name" not in found and isinstance(node, Mapping):
        decoder.report("missing-key", f"{key} has no name", node.span, "Give the case a name.")
    given = {n.text: (n, value) for n, value in decoder.entries(found.get("variables"), f"{key}.variables")}
    values = {text: to_json(value) for text, (_, value) in given.items()}
    spans = {text: value.span for text, (_, value) in given.items()}
    if "history" in found:
        _add_history(found["history"], key, variables, values, spans, decoder)
    items = decoder.items(found.get("expect"), f"{key}.expect")
    expectations = [_decode_expectation(item, f"{key}.expect[{i}]", decoder) for i, item in enumerate(items)]
    if name is None:
        return None
    fixtures = tuple(_decode_fixtures(found.get("fixtures"), f"{key}.fixtures", decoder))
    table = _decode_path(found.get("cases_from"), f"{key}.cases_from", TABLE_ENDINGS, decoder)
    known = tuple(e for e in expectations if e is not None)
    return Case(name.text, values, spans, known, name.span, fixtures, table)


def _decode_fixtures(node: Node | None, key: str, decoder: Decoder) -> Iterator[str]:
    items = node.items if isinstance(node, Sequence) else [node] if node is not None else []
    for index, item in enumerate(items):
        path = _decode_path(item, f"{key}[{index}]" if isinstance(node, Sequence) else key, FIXTURE_ENDINGS, decoder)
        if path is not None:
            yield path


def _decode_path(node: Node | None, key: str, endings: tuple[str, ...], decoder: Decoder) -> str | None:
    """Return the path of a file, from the folder for fixtures."""
    path = decoder.text(node, key)
    if node is None or path is None:
        return None
    if is_outside(path) or not path.endswith(endings):
        help_text = f"Give its path from {RESERVED_FOLDER}/ in the prompts folder, ending in {' or '.join(endings)}."
        decoder.report("invalid-value", f"{key} is not the path of a fixture: {path!r}", node.span, help_text)
        return None
    return path


def _add_history(
    node: Node,
    key: str,
    variables: tuple[Variable, ...],
    values: dict[str, Json],
    spans: dict[str, Span],
    decoder: Decoder,
) -> None:
    names = [variable.name for variable in variables if variable.type == "messages"]
    if len(names) != 1:
        message = f"{key}.history needs exactly one variable of type messages, and {len(names)} are declared"
        decoder.report("invalid-value", message, node.span, "Give the value in variables: by its name.")
        return
    values[names[0]] = to_json(node)
    spans[names[0]] = node.span


def _decode_expectation(node: Node, key: str, decoder: Decoder) -> Expectation | None:
    found = decoder.fields(node, key, (*EXPECTATIONS, "message", "role"))
    kind = decoder.only(node, found, key, EXPECTATIONS)
    if kind is None:
        return None
    value = found[kind]
    _check_expectation(kind, value, f"{key}.{kind}", decoder)
    message_index = decoder.integer(found.get("message"), f"{key}.message")
    role = decoder.choice(found.get("role"), f"{key}.role", ROLES)
    return Expectation(kind, to_json(value), message_index, role)


def _check_expectation(kind: str, value: Node, key: str, decoder: Decoder) -> None:
    if kind in ("max_chars", "tokens_at_most"):
        decoder.integer(value, key)
    elif kind == "count":
        _check_count(value, key, decoder)
    elif kind == "jsonpath":
        _check_jsonpath(value, key, decoder)
    elif kind == "snapshot":
        decoder.boolean(value, key)
    elif kind == "json_schema":
        decoder.entries(value, key)
    elif kind == "order" or (kind in ("contains", "not_contains") and isinstance(value, Sequence)):
        _check_texts(value, key, decoder)
    elif kind == "equals":
        decoder.text(value, key)
    else:
        _check_text(value, key, decoder)


def _check_texts(value: Node, key: str, decoder: Decoder) -> None:
    if not isinstance(value, Sequence):
        decoder.wrong_type(value, key, "a list of texts")
        return
    if not value.items:
        _report_empty(key, value.span, decoder)
    for index, item in enumerate(value.items):
        _check_text(item, f"{key}[{index}]", decoder)


def _check_text(value: Node | None, key: str, decoder: Decoder) -> None:
    if decoder.text(value, key) == "" and value is not None:
        _report_empty(key, value.span, decoder)


def _report_empty(key: str, span: Span, decoder: Decoder) -> None:
    decoder.report("invalid-value", f"{key} is empty, so it tests nothing", span, "Give the text that it looks for.")


def _check_count(value: Node, key: str, decoder: Decoder) -> None:
    found = decoder.fields(value, key, COUNT_KEYS)
    _check_text(found.get("of"), f"{key}.of", decoder)
    for name in COUNT_KEYS[1:]:
        decoder.integer(found.get(name), f"{key}.{name}")
    if isinstance(value, Mapping) and ("of" not in found or len(found) == 1):
        help_text = 'For example count: {of: "- ", equals: 3}.'
        decoder.report("missing-key", f"{key} needs of, and one of {', '.join(COUNT_KEYS[1:])}", value.span, help_text)


def _check_jsonpath(value: Node, key: str, decoder: Decoder) -> None:
    found = decoder.fields(value, key, JSONPATH_KEYS)
    decoder.text(found.get("path"), f"{key}.path")
    decoder.text(found.get("matches"), f"{key}.matches")
    decoder.boolean(found.get("exists"), f"{key}.exists")
    if isinstance(value, Mapping) and "path" not in found:
        help_text = "For example jsonpath: {path: $.items[0].id, equals: 7}."
        decoder.report("missing-key", f"{key} has no path", value.span, help_text)
