"""Work in a child process: answers come back in order, and each item has its own limits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from basalt_cli.errors import LimitExceededError
from basalt_cli.format.prompt.render_job import render_cases
from basalt_cli.model.json_value import Json
from basalt_cli.sandbox.bounded import run_bounded, run_each

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the limits are Linux's")

ANY_LIMIT = "the template needs more than 2 seconds, 512 MiB or 13 MiB of output"
MEMORY = "the template needs more than 512 MiB of memory"


def texts(text: str, partials: dict[str, str] | None = None) -> list[dict[str, Any]]:
    return [{"texts": {"prompt": text}, "partials": partials or {}, "whitespace": {}}]


def case(index: int = 0, **variables: Json) -> dict[str, Any]:
    return {"prompt": index, "variables": variables, "schemas": {}}


def answer(shared: Json, items: Sequence[Json]) -> Iterator[dict[str, Json]]:
    """Do what each item says."""
    for item in items:
        if item == "loop":
            while True:
                pass
        if item == "sleep":
            time.sleep(60)
        if item == "fill":
            len(bytearray(1 << 40))
        if item == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if item == "fail":
            message = "unforeseen"
            raise KeyError(message)
        if item == "work":
            ends = time.process_time() + 0.1
            while time.process_time() < ends:
                pass
        yield {"item": item, "shared": shared, "process": os.getpid(), "x": "x" * (14 << 20 if item == "shout" else 0)}


def stop_early(_shared: Json, items: Sequence[Json]) -> Iterator[dict[str, Json]]:
    yield {"item": items[0]}


def summarise(answers: Sequence[dict[str, Json] | LimitExceededError]) -> list[Json]:
    return [found.message if isinstance(found, LimitExceededError) else found["item"] for found in answers]


@pytest.fixture(params=["forked", "spawned"])
def _either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "spawned":
        monkeypatch.setattr("basalt_cli.sandbox.bounded.can_fork", lambda: False)
        monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))


@pytest.mark.usefixtures("_either_way")
def test_answers_come_back_in_order_from_one_process() -> None:
    items: list[Json] = [{"a": [1, "é\n", None]}, "b", 3, "x" * 100_000]
    answers = run_each(answer, {"s": 1}, items)
    assert summarise(answers) == items
    found: list[Any] = answers
    assert {one["shared"]["s"] for one in found} == {1}
    assert len({one["process"] for one in found}) == 1
    assert found[0]["process"] != os.getpid()


@pytest.mark.usefixtures("_either_way")
def test_no_items_need_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_serve_forked", "_serve_spawned"):
        monkeypatch.setattr(f"basalt_cli.sandbox.bounded.{name}", None)
    assert run_each(answer, None, []) == []


@pytest.mark.usefixtures("_either_way")
@pytest.mark.parametrize(
    ("item", "words"),
    [("loop", ANY_LIMIT), ("sleep", ANY_LIMIT), ("fill", MEMORY), ("shout", ANY_LIMIT), ("die", ANY_LIMIT)],
)
def test_an_item_that_exceeds_a_limit_costs_no_other_its_answer(item: str, words: str) -> None:
    started = time.monotonic()
    answers = run_each(answer, None, ["a", item, "b", "c"])
    assert time.monotonic() - started < 15
    assert summarise(answers) == ["a", words, "b", "c"]


def test_the_error_of_one_item_is_raised_with_a_hint() -> None:
    with pytest.raises(LimitExceededError) as caught:
        run_bounded(answer, None, "die")
    assert caught.value.message == ANY_LIMIT
    assert caught.value.hint == ("Look for a loop, a repetition or an include that multiplies; split very long values.")


def test_the_error_names_what_was_run() -> None:
    assert summarise(run_each(answer, None, ["fill"], "the expectation")) == [MEMORY.replace("template", "expectation")]


def test_cpu_time_is_counted_for_each_item_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("basalt_cli.sandbox.bounded.CPU_SECONDS", 0.3)
    monkeypatch.setattr("basalt_cli.sandbox.bounded.WALL_SECONDS", 60.0)
    found = summarise(run_each(answer, None, [*["work"] * 5, "loop", "work"]))
    assert found == [*["work"] * 5, ANY_LIMIT.replace("2 seconds", "60 seconds"), "work"]


def test_slow_items_do_not_add_up_without_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("basalt_cli.sandbox.bounded.ALL_SECONDS", 0.5)
    answers = run_each(answer, None, ["a", "sleep", "sleep", "b"])
    assert summarise(answers) == ["a", ANY_LIMIT, *["not run: the cases before it took 0.5 seconds"] * 2]
    late = answers[-1]
    assert isinstance(late, LimitExceededError)
    assert late.hint == "Make the slow cases faster, or split the cases among several prompts."


def test_many_items_have_more_time_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("basalt_cli.sandbox.bounded.ALL_SECONDS", 0.05)
    assert summarise(run_each(answer, None, ["work"] + ["b"] * 300)) == ["work"] + ["b"] * 300


@pytest.mark.usefixtures("_either_way")
@pytest.mark.parametrize(("work", "words"), [(answer, "unforeseen"), (stop_early, "StopIteration")])
def test_a_bug_in_the_child_is_raised_here_with_its_traceback(work: Any, words: str) -> None:
    with pytest.raises(RuntimeError, match=words):
        run_each(work, None, ["a", "fail"])


def test_no_process_is_left_behind() -> None:
    run_each(answer, None, ["a", "die", "b"])
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


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
        assert run_bounded(render_cases, texts("hi"), case()) == {"texts": {"prompt": "hi"}}
        assert threading.active_count() == 2
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
def test_a_template_that_would_take_for_ever_gives_no_text_and_others_do(text: str) -> None:
    started = time.monotonic()
    prompts = [*texts(text), *texts("hi")]
    first, second = run_each(render_cases, prompts, [case(0, n=100_000), case(1)])
    assert time.monotonic() - started < 4
    assert isinstance(first, LimitExceededError) or "texts" not in first
    assert second == {"texts": {"prompt": "hi"}}


def test_partials_that_multiply_give_no_text() -> None:
    partials = {f"p{i}.md": f"{{% include 'p{i + 1}.md' %}}" * 10 for i in range(10)} | {"p10.md": "x"}
    (found,) = run_each(render_cases, texts("{% include 'p0.md' %}", partials), [case()])
    assert isinstance(found, LimitExceededError) or found == {"too_large": True}


def test_any_character_may_fill_a_rendering() -> None:
    whole: Any = run_bounded(render_cases, texts("{{ x * 524288 }}{{ x * 524288 }}"), case(x="\U0001f600"))
    assert len(whole["texts"]["prompt"]) == 1048576


def test_the_child_does_not_write_what_the_parent_has_buffered() -> None:
    code = (
        "import sys; from basalt_cli.sandbox.bounded import run_bounded\n"
        "from basalt_cli.sandbox.value_limits import check_values\n"
        "sys.stdout.write('once'); run_bounded(check_values, None, {'schema': {}, 'value': 1})\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "once"


def test_a_spawned_child_imports_nothing_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('imported from the working directory')")
    monkeypatch.setattr("basalt_cli.sandbox.bounded.can_fork", lambda: False)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.chdir(tmp_path)
    assert run_bounded(render_cases, texts("hi"), case()) == {"texts": {"prompt": "hi"}}


def test_a_child_that_cannot_start_is_a_bug_and_not_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("basalt_cli.sandbox.bounded.can_fork", lambda: False)
    monkeypatch.setattr("basalt_cli.sandbox.bounded._CHILD", "import nothing_of_that_name")
    with pytest.raises(RuntimeError, match="No module named 'nothing_of_that_name'"):
        run_bounded(render_cases, texts("hi"), case())
