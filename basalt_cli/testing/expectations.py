"""Check rendered messages against the expectations of a test case; plain JSON in and out, to run bounded."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from basalt_cli.format.schema.value_check import find_value_problem
from basalt_cli.model.json_value import Json, is_same
from basalt_cli.model.prompt import Expectation
from basalt_cli.model.rendered import RenderedMessage

TOKENIZER = "o200k_base"
_LONGEST_SHOWN = 80
# What these evaluate comes from the prompt's file, and may take for ever.
SLOW_KINDS = ("matches", "json_schema", "jsonpath")
# Modules that the extra `tests` of this package installs.
_NEEDED_MODULES = {"jsonpath": "jsonpath_rfc9535", "tokens_at_most": "bpe_openai"}


def find_missing_package(kind: str) -> str | None:
    """Return what to install for a kind of expectation; None if nothing is missing."""
    module = _NEEDED_MODULES.get(kind)
    if module is None:
        return None
    from importlib.util import find_spec

    if find_spec(module) is not None:
        return None
    return "it needs a package that is not installed: pip install 'basalt-cli[tests]'"


def build_claim(expectation: Expectation, messages: tuple[RenderedMessage, ...]) -> dict[str, Json]:
    """Return an expectation's kind and value, and the texts of the messages that it applies to."""
    chosen: list[Json] = [
        message.text
        for index, message in enumerate(messages)
        if expectation.message in (None, index, index - len(messages)) and expectation.role in (None, message.role)
    ]
    return {"kind": expectation.kind, "value": expectation.value, "texts": chosen}


def check_claims(_shared: None, claims: Sequence[dict[str, Any]]) -> Iterator[dict[str, Json]]:
    """Yield the ``problem`` of each claim, a clause that says what is wrong, or None.

    ``equals``, ``json_schema`` and ``jsonpath`` must hold of one message; the others apply to all of them joined.
    """
    for claim in claims:
        texts: list[str] = claim["texts"]
        problem = _find_problem(claim["kind"], claim["value"], texts) if texts else "there is no such message"
        yield {"problem": problem}


def _find_problem(kind: str, value: Any, texts: list[str]) -> str | None:
    if kind == "equals":
        return None if value in texts else f"it is not {_show(value)}"
    if kind in ("json_schema", "jsonpath"):
        find = _find_json_problem if kind == "json_schema" else _find_path_problem
        problems = [find(value, text) for text in texts]
        return None if None in problems else problems[0]
    return _find_problem_of_whole(kind, value, "\n\n".join(texts))


def _find_problem_of_whole(kind: str, value: Any, whole: str) -> str | None:  # noqa: PLR0911 - a table of kinds
    wanted = value if isinstance(value, list) else [value]
    if kind == "contains":
        missing = [text for text in wanted if text not in whole]
        return f"it does not contain {_show(missing[0])}" if missing else None
    if kind == "not_contains":
        found = [text for text in wanted if text in whole]
        return f"it contains {_show(found[0])}" if found else None
    if kind == "max_chars":
        return f"it has {len(whole)} characters; the limit is {value}" if len(whole) > value else None
    if kind == "tokens_at_most":
        count = count_tokens(whole)
        return f"it has {count} tokens ({TOKENIZER}); the limit is {value}" if count > value else None
    if kind == "count":
        return _find_miscount(value, whole)
    if kind == "order":
        return _find_disorder(value, whole)
    return _find_mismatch(value, whole)


def _find_miscount(value: dict[str, Any], whole: str) -> str | None:
    count, text = whole.count(value["of"]), _show(value["of"])
    if value.get("equals", count) != count:
        return f"it contains {text} {count} times instead of {value['equals']}"
    if count < value.get("at_least", count):
        return f"it contains {text} {count} times; the minimum is {value['at_least']}"
    if count > value.get("at_most", count):
        return f"it contains {text} {count} times; the maximum is {value['at_most']}"
    return None


def _find_disorder(texts: list[str], whole: str) -> str | None:
    position = 0
    for index, text in enumerate(texts):
        found = whole.find(text, position)
        if found < 0:
            after = f" after {_show(texts[index - 1])}" if index else ""
            return f"it does not contain {_show(text)}{after}"
        position = found + len(text)
    return None


def _find_path_problem(value: dict[str, Any], text: str) -> str | None:
    import jsonpath_rfc9535

    try:
        document = json.loads(text)
        found = jsonpath_rfc9535.find(value["path"], document).values()
    except ValueError:
        return "it is not JSON"
    except jsonpath_rfc9535.JSONPathError as error:
        return f"{_show(value['path'])} is not a JSONPath: {error}"
    return _judge_found(value, found)


def _judge_found(value: dict[str, Any], found: list[Any]) -> str | None:
    path = value["path"]
    if value.get("exists") is False:
        return f"{path} exists" if found else None
    if not found:
        return f"{path} does not exist"
    if "equals" in value and not any(is_same(item, value["equals"]) for item in found):
        return f"{path} is {_show(json.dumps(found[0]))} instead of {_show(json.dumps(value['equals']))}"
    if "matches" in value and all(_find_mismatch(value["matches"], _to_text(item)) for item in found):
        return f"{path} is {_show(_to_text(found[0]))}, which does not match {_show(value['matches'])}"
    return None


def _to_text(value: Any) -> str:
    """Return a text as it is, and any other value as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def count_tokens(text: str) -> int:
    """Return the number of tokens of a text in the encoding ``TOKENIZER``."""
    import warnings

    with warnings.catch_warnings():
        # The package reads its vocabulary by a function that Python 3.11 deprecates, and later versions do not.
        warnings.simplefilter("ignore", DeprecationWarning)
        from bpe_openai import get_encoding

        return len(get_encoding(TOKENIZER).encode_ordinary(text))


def _find_mismatch(pattern: str, text: str) -> str | None:
    try:
        return None if re.search(pattern, text) else f"it does not match {_show(pattern)}"
    except re.error as error:
        return f"{_show(pattern)} is not a regular expression: {error}"


def _find_json_problem(schema: dict[str, Json], text: str) -> str | None:
    try:
        value = json.loads(text)
    except ValueError:
        return "it is not JSON"
    problem = find_value_problem(schema, value)
    return f"the value{problem}" if problem else None


def _show(text: str) -> str:
    return repr(text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "...")
