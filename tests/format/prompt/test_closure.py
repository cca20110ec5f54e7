from __future__ import annotations

import hashlib

import pytest
from basalt_cli.format.prompt.closure import Closure, collect_closure, decode_partial, follow_includes
from hypothesis import given
from hypothesis import strategies as st

FILES = {
    "a.yaml": b'prompt: |\n  {% include "p/one.md" %}\n  {% include "gone.md" ignore missing %}\n',
    "p/one.md": b'{% include ["p/nope.md", "p/two.md"] %}',
    "p/two.md": b"text",
    "plain.yaml": b"prompt: text\n",
}


def closure(slug: str, files: dict[str, bytes]) -> Closure:
    found = collect_closure(slug, files.get)
    assert found is not None
    return found


def test_includes_are_followed_and_absent_ones_kept() -> None:
    found = closure("a", FILES)
    assert found.paths == ("a.yaml", "gone.md", "p/nope.md", "p/one.md", "p/two.md")
    assert dict(found.files)["gone.md"] is None
    assert found.partials == {"p/one.md": FILES["p/one.md"].decode(), "p/two.md": "text"}


def test_a_prompt_without_a_file_has_none() -> None:
    assert collect_closure("nope", FILES.get) is None


def test_the_digest_is_what_the_design_says() -> None:
    expected = hashlib.sha256(b"\0" * 7 + b"\x0aplain.yaml" + b"\0" * 7 + b"\x0dprompt: text\n").hexdigest()
    assert closure("plain", FILES).digest == f"sha256:{expected}"


def test_line_ends_do_not_change_a_digest() -> None:
    windows = {name: data.replace(b"\n", b"\r\n") for name, data in FILES.items()}
    assert closure("a", windows).digest == closure("a", FILES).digest


def test_whatever_is_included_changes_the_digest() -> None:
    before = closure("a", FILES).digest
    assert closure("a", FILES | {"p/two.md": b"other"}).digest != before
    assert closure("a", FILES | {"gone.md": b""}).digest != before
    assert closure("a", FILES | {"unrelated.md": b"x"}).digest == before


def test_a_circle_ends() -> None:
    files = {
        "a.yaml": b"prompt: '{% include \"x.md\" %}'",
        "x.md": b"{% include 'y.md' %}",
        "y.md": b"{% include 'x.md' %}",
    }
    assert closure("a", files).paths == ("a.yaml", "x.md", "y.md")


def test_a_prompt_is_no_partial() -> None:
    files = {"a.yaml": b"prompt: '{% include \"b.yaml\" %}'", "b.yaml": b"prompt: x"}
    assert dict(closure("a", files).files)["b.yaml"] is None


def test_an_escape_cannot_hide_an_include() -> None:
    files = {"a.yaml": b"prompt: \"{% \\x69nclude 'x.md' %}\"", "x.md": b"text"}
    assert closure("a", files).paths == ("a.yaml", "x.md")


@given(st.dictionaries(st.sampled_from(["a.md", "b.md", "c/d.md"]), st.binary(max_size=20), min_size=1, max_size=3))
def test_digests_are_equal_just_when_closures_are(partials: dict[str, bytes]) -> None:
    names = ["a.md", "b.md", "c/d.md"]
    text = "".join(f"{{% include '{name}' ignore missing %}}" for name in names)
    base = {"t.yaml": f'prompt: "{text}"'.encode()}
    first = closure("t", base | partials)
    for name in names:
        other = dict(partials)
        other[name] = other.get(name, b"") + b"!"
        assert closure("t", base | other).digest != first.digest
    assert closure("t", base | dict(reversed(partials.items()))).digest == first.digest


def test_every_path_is_reached_once_and_read_once() -> None:
    names = {"a.md": ["b.md", "c.yaml", "b.md"], "b.md": ["a.md", "gone.md"], "gone.md": []}
    read: list[str] = []

    def list_names(name: str) -> list[str]:
        read.append(name)
        return names[name]

    assert set(follow_includes(["a.md", "a.md"], list_names)) == {"a.md", "b.md", "c.yaml", "gone.md"}
    assert sorted(read) == ["a.md", "b.md", "gone.md"]


def test_following_includes_ends() -> None:
    assert len(follow_includes(["0.md"], lambda name: [f"{int(name[:-3]) + 1}.md"])) == 1000
    assert follow_includes([], lambda _: ["a.md"]) == ()


@pytest.mark.parametrize(
    "statement",
    [
        "{% include 'x.md' %}", "{% import 'x.md' as x %}", "{% from 'x.md' import y %}", "{% extends 'x.md' %}",
        "{% include ['x.md'] ignore missing %}",
    ],
)  # fmt: skip
def test_every_statement_that_reads_a_file_is_followed(statement: str) -> None:
    files = {"a.yaml": f'prompt: "{statement}"'.encode(), "x.md": statement.replace("x.md", "y.md").encode()}
    assert closure("a", files).paths == ("a.yaml", "x.md", "y.md")


def test_a_file_that_is_no_prompt_has_a_closure() -> None:
    files = {"a.yaml": b"a: [ {% include 'x.md' %}", "x.md": b"x"}
    assert closure("a", files).files == (("a.yaml", files["a.yaml"]),)


def test_a_prompt_with_errors_keeps_what_could_be_read() -> None:
    files = {"a.yaml": b"nope: 1\nprompt: \"{% include 'x.md' %}\"", "x.md": b"x"}
    assert closure("a", files).paths == ("a.yaml", "x.md")


def test_includes_of_every_template_are_followed() -> None:
    text = "system: \"{% include 'a.md' %}\"\nprompt: \"{% include 'b.md' %}\"\nexamples: [{user: \"{% include 'c.md' %}\", assistant: x}]\n"
    assert closure("t", {"t.yaml": text.encode()}).paths == ("a.md", "b.md", "c.md", "t.yaml")


def test_names_that_lead_outside_are_left_out() -> None:
    files = {"a.yaml": b"prompt: \"{% include ['../x', '/etc/passwd', 'b.md'] %}\""}
    assert closure("a", files).paths == ("a.yaml", "b.md")


def test_a_partial_that_is_not_text_is_in_the_digest_alone() -> None:
    files = {"a.yaml": b"prompt: \"{% include 'x.md' %}\"", "x.md": b"\xff{% include 'y.md' %}"}
    found = closure("a", files)
    assert found.paths == ("a.yaml", "x.md")
    assert found.partials == {}
    assert found.source == files["a.yaml"]
    assert found.digest != closure("a", files | {"x.md": b"\xfe"}).digest


def test_partials_have_the_line_ends_of_templates() -> None:
    files = {"a.yaml": b"prompt: \"{% include 'x.md' %}\"", "x.md": b"a\r\nb\rc"}
    assert closure("a", files).partials == {"x.md": "a\nb\rc"}
    assert decode_partial(b"a\r\nb") == "a\nb"
    assert decode_partial(b"a\r\nb", keep_line_ends=True) == "a\r\nb"
    assert decode_partial(b"\xff") is None


def test_the_digest_of_an_absent_file_has_a_length_of_its_own() -> None:
    found = Closure("a.yaml", (("a.yaml", b"x"), ("b.md", None)))
    expected = b"\0" * 7 + b"\x06a.yaml" + b"\0" * 7 + b"\x01x" + b"\0" * 7 + b"\x04b.md" + b"\xff" * 8
    assert found.digest == "sha256:" + hashlib.sha256(expected).hexdigest()


def test_a_path_that_is_not_unicode_has_a_digest() -> None:
    found = Closure("a.yaml", (("\udcff.md", b""),))
    expected = b"\0" * 7 + b"\x04\xff.md" + b"\0" * 8
    assert found.digest == "sha256:" + hashlib.sha256(expected).hexdigest()
