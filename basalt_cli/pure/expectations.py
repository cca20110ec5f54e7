"""Hold rendered messages against what a test case expects of them; as plain JSON, so that it can run under limits."""

from __future__ import annotations

import json
import re
from typing import Any

from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Expectation
from basalt_cli.model.rendered import RenderedMessage
from basalt_cli.pure.value_check import find_value_problem

_LONGEST_SHOWN = 80


def build_claim(expectation: Expectation, messages: tuple[RenderedMessage, ...]) -> dict[str, Json]:
    """Return what ``check_claim`` needs: the kind and value of an expectation, and the texts that it is about."""
    chosen: list[Json] = [
        message.text
        for index, message in enumerate(messages)
        if expectation.message in (None, index, index - len(messages)) and expectation.role in (None, message.role)
    ]
    return {"kind": expectation.kind, "value": expectation.value, "texts": chosen}


def check_claim(request: dict[str, Any]) -> dict[str, Json]:
    """Serve one expectation: the answer's ``problem`` is a clause that says what is wrong, or None.

    What must be there must be in the messages together; what a message as a whole is held against (``equals``,
    ``json_schema``) must hold of one of them.
    """
    texts: list[str] = request["texts"]
    if not texts:
        return {"problem": "there is no such message"}
    return {"problem": _find_problem(request["kind"], request["value"], texts)}


def _find_problem(kind: str, value: Any, texts: list[str]) -> str | None:
    if kind == "equals":
        return None if value in texts else f"it is not {_show(value)}"
    if kind == "json_schema":
        problems = [_find_json_problem(value, text) for text in texts]
        return None if None in problems else problems[0]
    return _find_problem_of_whole(kind, value, "\n\n".join(texts))


def _find_problem_of_whole(kind: str, value: Any, whole: str) -> str | None:
    wanted = value if isinstance(value, list) else [value]
    if kind == "contains":
        missing = [text for text in wanted if text not in whole]
        return f"it does not contain {_show(missing[0])}" if missing else None
    if kind == "not_contains":
        found = [text for text in wanted if text in whole]
        return f"it contains {_show(found[0])}" if found else None
    if kind == "max_chars":
        return f"it has {len(whole)} characters, and at most {value} may be" if len(whole) > value else None
    return _find_mismatch(value, whole)


def _find_mismatch(pattern: str, text: str) -> str | None:
    try:
        return None if re.search(pattern, text) else f"it does not match {_show(pattern)}"
    except re.error as error:
        return f"{_show(pattern)} is no regular expression: {error}"


def _find_json_problem(schema: dict[str, Json], text: str) -> str | None:
    try:
        value = json.loads(text)
    except ValueError:
        return "it is not JSON"
    problem = find_value_problem(schema, value)
    return f"the value{problem}" if problem else None


def _show(text: str) -> str:
    return repr(text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "...")
