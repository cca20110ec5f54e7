"""Values of variables from ``--var`` and ``--vars``."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest
from basalt_cli.cli.variables import read_values
from basalt_cli.errors import BasaltError, UsageError
from basalt_cli.format.prompt.file import parse_prompt
from basalt_cli.format.prompt.values import VariablesError
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt

DECLARED = b"""\
variables:
  s: string
  i: integer
  n: number
  b: boolean
  o: object
  l: array
  h: messages
  x: any
  z: 'null'
  e: {type: [integer, 'null']}
  t: {type: [integer, string]}
prompt: Hello
"""


@pytest.fixture
def prompt() -> Prompt:
    parsed = parse_prompt("p", DECLARED).prompt
    assert parsed is not None
    return parsed


@pytest.mark.parametrize(
    ("assignment", "value"),
    [
        ("s=text", "text"),
        ("s=", ""),
        ("s=a=b", "a=b"),
        ("s=3", "3"),
        ("s= kept ", " kept "),
        ("i=7", 7),
        ("i= 7 ", 7),
        ("n=1.5", 1.5),
        ("b=true", True),
        ("z=null", None),
        ('o={"k": [1]}', {"k": [1]}),
        ("l=[1, 2]", [1, 2]),
        ("h=[]", []),
        ("x=3", "3"),
        ("e=5", 5),
        ("e=null", None),
        ("e=word", "word"),
        ("t=5", "5"),
        ("unknown=3", "3"),
        ("i:=[1]", [1]),
        ('unknown:={"a": null}', {"a": None}),
        ('s:="quoted"', "quoted"),
    ],
)
def test_a_text_gets_the_declared_type(prompt: Prompt, assignment: str, value: Json) -> None:
    (found,) = read_values(prompt, None, [assignment]).values()
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("assignment", "message", "hint"),
    [
        ("i=x", "i is of type integer, and 'x' is not a number", "Write --var i=..., with a number after the =."),
        ("b=yes", "b is of type boolean, and 'yes' is not true or false", "Write --var b=..., with true or false after the =."),
        ("z=0x", "z is of type null, and '0x' is not null", "Write --var z=..., with null after the =."),
        ("o=a", "o is of type object, and 'a' is not JSON", "Write JSON, --var 'o:=...', or name a file, --var o=@FILE."),
        ("n=.inf", "n is '.inf', which is no JSON number", "Write a finite number."),
        ("i=" + "y" * 50, f"i is of type integer, and '{'y' * 40}' is not a number", "Write --var i=..., with a number after the =."),
    ],
)  # fmt: skip
def test_a_text_of_the_wrong_type_is_an_error(prompt: Prompt, assignment: str, message: str, hint: str) -> None:
    with pytest.raises(VariablesError) as caught:
        read_values(prompt, None, [assignment])
    assert (caught.value.message, caught.value.hint) == (message, hint)


@pytest.mark.parametrize("assignment", ["s", "=x", ":=x", ""])
def test_an_assignment_needs_a_name_and_an_equals_sign(prompt: Prompt, assignment: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_values(prompt, None, [assignment])
    assert caught.value.message == f"--var {assignment!r} is not NAME=VALUE"


def test_json_after_a_colon_must_be_json(prompt: Prompt) -> None:
    with pytest.raises(UsageError) as caught:
        read_values(prompt, None, ["s:=Bob"])
    assert caught.value.message.startswith("the value of s is not JSON: ")
    assert caught.value.hint == """After := write JSON, with quotes around text: --var 's:="text"'."""
    with pytest.raises(UsageError) as caught:
        read_values(prompt, None, ["s:=NaN"])
    assert caught.value.message == "in the value of s: NaN is not a JSON number"


def test_a_later_assignment_overrides_an_earlier_one_and_the_file(prompt: Prompt, tmp_path: Path) -> None:
    file = tmp_path / "v.yaml"
    file.write_text("s: file\ni: 1\n")
    assert read_values(prompt, str(file), ["s=first", "s=second"]) == {"s": "second", "i": 1}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("v.json", '{"s": "a", "l": [1]}'),
        ("v.yaml", "s: a\nl: [1]\n"),
        ("v.txt", ' {"s": "a", "l": [1]}'),
        ("flow.yaml", "{s: a, l: [1]}"),
    ],
)
def test_a_file_of_values_is_json_or_yaml(prompt: Prompt, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert read_values(prompt, str(tmp_path / name), []) == {"s": "a", "l": [1]}


def test_an_empty_file_has_no_values(prompt: Prompt, tmp_path: Path) -> None:
    (tmp_path / "v.yaml").write_text("# nothing\n")
    assert read_values(prompt, str(tmp_path / "v.yaml"), []) == {}


def test_a_dash_reads_stdin(prompt: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"s: piped\n")))
    assert read_values(prompt, "-", []) == {"s": "piped"}
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"[1]")))
    with pytest.raises(BasaltError) as caught:
        read_values(prompt, "-", [])
    assert caught.value.message == "stdin is not a mapping of variables to values"
    assert caught.value.hint == 'Write {"name": "Ada"} in JSON, or name: Ada in YAML.'


def test_a_syntax_error_of_a_file_has_its_place(prompt: Prompt, tmp_path: Path) -> None:
    file = tmp_path / "v.yaml"
    file.write_text("s: a\ns: b\n")
    with pytest.raises(BasaltError) as caught:
        read_values(prompt, str(file), [])
    assert caught.value.place is not None
    assert str(caught.value.place) == f"{file}:2:1"


def test_a_value_can_be_read_from_a_file(prompt: Prompt, tmp_path: Path) -> None:
    (tmp_path / "s.txt").write_text("two\nlines\n")
    (tmp_path / "o.yaml").write_text("k: 1\n")
    (tmp_path / "i.txt").write_text("7\n")
    given = [f"s=@{tmp_path}/s.txt", f"o=@{tmp_path}/o.yaml", f"i=@{tmp_path}/i.txt", f"new=@{tmp_path}/s.txt"]
    expected = {"s": "two\nlines\n", "o": {"k": 1}, "i": 7, "new": "two\nlines\n"}
    assert read_values(prompt, None, given) == expected


def test_a_file_that_cannot_be_read_is_an_error(prompt: Prompt, tmp_path: Path) -> None:
    for file, given in ((str(tmp_path), []), (None, [f"s=@{tmp_path}"])):
        with pytest.raises(BasaltError) as caught:
            read_values(prompt, file, given)
        assert caught.value.message == f"cannot read {tmp_path}: Is a directory"
        assert caught.value.hint == "Give the path of a file that you can read."


def test_a_text_file_must_be_utf8(prompt: Prompt, tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    with pytest.raises(BasaltError) as caught:
        read_values(prompt, None, [f"s=@{tmp_path}/latin.txt"])
    assert caught.value.message == f"{tmp_path}/latin.txt is not UTF-8 text"
    assert caught.value.hint == "Convert the file to UTF-8."
