"""Where an untrusted value may be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.trees import find, make_tree, places

VARIABLES = "variables: {u: {type: string, untrusted: true}, t: string}\n"


@pytest.mark.parametrize(
    ("template", "columns"),
    [
        ("<m>{{ u }}</m>", []), ("<m a=1>{{ u }}</m >", []), ("<m>{{ u }}", [6]), ("</m>{{ u }}<m>", [7]), ("<m></m>{{ u }}", [10]), ("<m>a</n>{{ u }}</m>", []), ("<m><n>{{ u }}</n>{{ u }}</m>{{ u }}", [31]),
        ("<a><b></a>{{ u }}</b>", []), ("<a><b></b>{{ u }}</a>", []),
        ("<m>a</m> {{ u }} <n>b</n>", [12]), ("<n>{{ u }}</m>", [6]), ("[INPUT]{{ u }}[/INPUT]", []), ("[BEGIN DATA]{{ u }}[END DATA]", []), ("[BEGIN DATA]{{ u }}[END INPUT]", [15]), ("[input]{{ u }}[/input]", [10]),
        ("`{{ u }}`", []), ("`a`{{ u }}`", [6]), ("<<<{{ u }}>>>", []), ("```{{ u }}```", []), ("~~~~{{ u }}~~~", []), ("'''{{ u }}'''", []), ("'''{{ u }}", [6]), ("```{{ u }}~~~", [6]),
        ("{{ u | tojson }} a", []), ("{{ u }} a", [3]), ("{{ u }}", []), ("{# alone #}{{ u }}", []), ("{{ t }} a", []), ("{{ u }}{{ t }}", [3]), ("{{ t }}{{ u }}", [10]), ("{{ t ~ u }} a", [3]),
        ("{% if u %}a{% endif %}", []), ("{% set x = u %}{{ x }} a", [18]),
    ],
)  # fmt: skip
def test_an_untrusted_value_stands_between_delimiters_or_alone(
    template: str, columns: list[int], tmp_path: Path
) -> None:
    text = VARIABLES + f"prompt: |\n  {template}\n"
    found = places(tmp_path, "untrusted-placement", text)
    # The place is that of the name; the template starts at column 3.
    assert [int(place.split(":")[1]) - 3 for place in found] == columns


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        (["---", "{{ u }}", "---"], 0),
        (["===", "{{ u }}", "==="], 0),
        (["### ", "{{ u }}", "###"], 0),
        (["---", "{{ u }}", "==="], 1),
        (["---", "a", "---", "{{ u }}"], 1),
        (["a ---", "{{ u }}", "---"], 1),
    ],
)
def test_lines_of_marks_are_delimiters(lines: list[str], count: int, tmp_path: Path) -> None:
    text = VARIABLES + "prompt: |\n" + "".join(f"  {line}\n" for line in lines)
    assert len(places(tmp_path, "untrusted-placement", text)) == count


@pytest.mark.parametrize(
    ("include", "count"),
    [
        ("a {% include 'bare.md' %}", 1), ("<m>{% include 'bare.md' %}</m>", 0), ("a {% include 'tags.md' %}", 0), ("a {% include 'outer.md' %}", 1), ("a {% include 'loop.md' %}", 0),
        ("a {% import 'bare.md' as b %}", 0), ("a {% include 'bare.md' without context %}", 0),
        ("{% for x in [u] %}a {% include 'x.md' %}{% endfor %}", 1), ("{% for x in [t] %}a {% include 'x.md' %}{% endfor %}", 0),
    ],
)  # fmt: skip
def test_includes_are_followed(include: str, count: int, tmp_path: Path) -> None:
    partials = {
        "bare.md": "a {{ u }}",
        "tags.md": "<m>{{ u }}</m>",
        "outer.md": "{% include 'bare.md' %}",
        "loop.md": "{% include 'loop.md' %}",
        "x.md": "a {{ x }}",
    }
    text = VARIABLES + f'prompt: "{include}"\n'
    assert len(places(tmp_path, "untrusted-placement", text, partials)) == count


@pytest.mark.parametrize(
    ("role", "is_reported"), [("system", True), ("developer", True), ("user", False), ("assistant", False)]
)
def test_no_untrusted_value_belongs_into_a_system_message(role: str, is_reported: bool, tmp_path: Path) -> None:
    text = (
        VARIABLES
        + f"messages:\n  - {{role: {role}, content: '<m>{{{{ u }}}}</m>'}}\n  - {{role: user, content: [{{text: a}}]}}\n"
    )
    messages = [found.message for found in find(tmp_path, text, "untrusted-placement")]
    assert messages == ([f"'u' is untrusted, and is written into a {role} message"] if is_reported else [])


def test_the_system_text_and_each_part_of_a_message_are_checked(tmp_path: Path) -> None:
    text = VARIABLES + "system: '{{ u }}'\nprompt: a\nexamples: [{user: 'b {{ u }}', assistant: c}]\n"
    assert places(tmp_path, "untrusted-placement", text) == ["2:13", "4:25"]
    parts = VARIABLES + "messages: [{role: system, content: [{text: a}, {text: '{{ u }}'}]}]\n"
    make_tree(tmp_path, {})
    assert places(tmp_path, "untrusted-placement", parts) == ["2:59"]
    assert places(tmp_path, "untrusted-placement", "variables: {u: string}\nsystem: 'a {{ u }}'\nprompt: b\n") == []
