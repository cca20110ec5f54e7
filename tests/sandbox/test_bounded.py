from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from basalt_cli.errors import LimitExceededError
from basalt_cli.format.prompt.render_job import render_texts
from basalt_cli.model.json_value import Json
from basalt_cli.sandbox.bounded import run_bounded
from basalt_cli.sandbox.value_limits import BoundedValueChecker

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the limits are Linux's")


def request(text: str, **variables: Json) -> dict[str, Any]:
    return {"texts": {"prompt": text}, "partials": {}, "whitespace": {}, "variables": variables, "schemas": {}}


def echo(value: dict[str, Json]) -> dict[str, Json]:
    return value


def loop(_: object) -> dict[str, Json]:
    while True:
        pass


def sleep(_: object) -> dict[str, Json]:
    time.sleep(60)
    return {}


def fill(_: object) -> dict[str, Json]:
    return {"x": len(bytearray(1 << 40))}


def shout(_: object) -> dict[str, Json]:
    return {"x": "x" * (14 * 1024 * 1024)}


def die(_: object) -> dict[str, Json]:
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def fail(_: object) -> dict[str, Json]:
    message = "unforeseen"
    raise KeyError(message)


@pytest.fixture(params=["forked", "spawned"])
def _either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "spawned":
        monkeypatch.setattr("basalt_cli.sandbox.bounded._can_fork", lambda: False)
        root = str(Path(__file__).parents[2])
        monkeypatch.setenv("PYTHONPATH", root)


@pytest.mark.usefixtures("_either_way")
def test_an_answer_comes_back() -> None:
    assert run_bounded(echo, {"a": [1, "é", None]}) == {"a": [1, "é", None]}


@pytest.mark.usefixtures("_either_way")
@pytest.mark.parametrize("function", [loop, sleep, fill, shout, die])
def test_whoever_takes_too_much_is_stopped(function: Any) -> None:
    started = time.monotonic()
    with pytest.raises(LimitExceededError) as caught:
        run_bounded(function, {})
    assert time.monotonic() - started < 4
    assert caught.value.hint


@pytest.mark.usefixtures("_either_way")
def test_a_bug_in_the_child_is_a_bug_here() -> None:
    with pytest.raises(RuntimeError, match="unforeseen"):
        run_bounded(fail, {})


def test_with_other_threads_nothing_is_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        message = "forked beside a thread"
        raise AssertionError(message)

    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.setattr(os, "fork", refuse)
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert run_bounded(render_texts, request("hi")) == {"texts": {"prompt": "hi"}}
    finally:
        stop.set()
        thread.join()


BOMBS = [
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{% for a in range(99999) %}{% for b in range(99999) %}xxxx{% endfor %}{% endfor %}",
    "{% set x = [1] %}{% for i in range(60) %}{% set _ = x.extend(x) %}{% endfor %}",
    "{% set ns = namespace(x='a') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "{% set ns = namespace(x=9) %}{% for i in range(60) %}{% set ns.x = ns.x * ns.x %}{% endfor %}{{ ns.x }}",
    "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
    "{{ 'a'.center(n * n) }}",
    "{{ 'a'.ljust(n * n) }}",
    "{{ 'x'|indent(n * n) }}",
    "{{ lipsum(n=n) }}",
    "{{ range(99999)|list|string * 99999 }}",
    "{{ [[1]]|sum(start=[])|list * n * n }}",
    "{{ ('a' * 999999)|wordwrap(1) * 999 }}",
    "{{ 'a'|batch(n * n, 'x')|list }}",
    "{{ 'abc'|slice(n * n)|list }}",
    "{% for i in range(99999) recursive %}{{ loop(range(99999)) }}{% endfor %}",
]


@pytest.mark.parametrize("text", BOMBS)
def test_no_template_takes_more_than_its_share(text: str) -> None:
    started = time.monotonic()
    try:
        answer = run_bounded(render_texts, request(text, n=100_000))
    except LimitExceededError:
        answer = {}
    assert time.monotonic() - started < 3
    assert "texts" not in answer


def test_partials_that_multiply_are_stopped() -> None:
    partials = {f"p{i}.md": f"{{% include 'p{i + 1}.md' %}}" * 10 for i in range(10)} | {"p10.md": "x"}
    bomb = {**request("{% include 'p0.md' %}"), "partials": partials}
    try:
        answer = run_bounded(render_texts, bomb)
    except LimitExceededError:
        answer = {}
    assert "texts" not in answer


def test_a_pattern_that_backtracks_is_a_reason() -> None:
    problem = BoundedValueChecker().find_problem({"type": "string", "pattern": "^(a+)+$"}, "a" * 40 + "!")
    assert problem is not None
    assert "within the limits" in problem
    assert BoundedValueChecker().find_problem({"pattern": "^a$"}, "a") is None


def test_slow_schemas_are_given_up_on_after_a_few() -> None:
    checker = BoundedValueChecker()
    started = time.monotonic()
    problems = [checker.find_problem({"pattern": "^(a+)+$"}, "a" * 40 + "!") for _ in range(50)]
    assert time.monotonic() - started < 6
    assert "was not checked" in str(problems[-1])


def test_any_character_may_fill_a_rendering() -> None:
    whole: Any = run_bounded(render_texts, request("{{ x * 524288 }}{{ x * 524288 }}", x="\U0001f600"))
    assert len(whole["texts"]["prompt"]) == 1048576


def test_the_child_never_touches_what_the_parent_prints() -> None:
    code = (
        "import sys; from basalt_cli.sandbox.bounded import run_bounded\n"
        "from basalt_cli.sandbox.value_limits import check_value\n"
        "sys.stdout.write('once'); run_bounded(check_value, {'schema': {}, 'value': 1})\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "once"


def test_a_spawned_child_imports_nothing_from_where_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('imported from the working directory')")
    monkeypatch.setattr("basalt_cli.sandbox.bounded._can_fork", lambda: False)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.chdir(tmp_path)
    assert run_bounded(render_texts, request("hi")) == {"texts": {"prompt": "hi"}}


def test_a_child_that_cannot_start_is_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("basalt_cli.sandbox.bounded._can_fork", lambda: False)
    monkeypatch.setattr("basalt_cli.sandbox.bounded._CHILD", "import nothing_of_that_name")
    with pytest.raises(RuntimeError, match="nothing_of_that_name"):
        run_bounded(render_texts, request("hi"))
