from __future__ import annotations

import pytest
from basalt_cli.diff.output_contract import compare_contracts, find_tokens
from basalt_cli.format.yaml.writer import quote
from basalt_cli.model.change import Change, Risk

from tests.diff.pairs import source


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("```json\n{}\n```", ["```json"]),
        ("  ~~~c++\n  ~~~", ["```c++"]),
        ("text ```json", []),
        ("<answer>x</answer> <ns:tag.a-b>", ["<answer>", "</answer>", "<ns:tag.a-b>"]),
        ("a < b > c <1> <>", []),
        ('{"reply": 1, "other_1" : 2}', ['"reply":', '"other_1":']),
        ('"reply", "1x": 2', []),
        ("FINAL ANSWER:", ["FINAL ANSWER:"]),
        ("  ### SECTION_1 ###  ", ["### SECTION_1 ###"]),
        ("=== END", ["=== END"]),
        ("AB", []),
        ("Final ANSWER", []),
        ("Say \"YES\" or 'NO_1' or `MAYBE`.", ["YES", "NO_1", "MAYBE"]),
        ('Say "NO" or "Yes".', []),
    ],
)
def test_tokens_are_what_a_parser_searches_for(text: str, tokens: list[str]) -> None:
    assert list(find_tokens(text)) == tokens


def compare(old: str, new: str, **partials: str) -> list[Change]:
    return list(compare_contracts(source(f"prompt: {quote(old)}\n", **partials), source(f"prompt: {quote(new)}\n")))


def test_one_change_lists_the_tokens_of_one_side() -> None:
    message = "output contract: text that a program may search for changed (removed: <a>, </a>; added: <b>, </b>)"
    assert compare("<a></a> <c>", "<c> <b></b><b>") == [
        Change("output-contract", "", ["<a>", "</a>"], ["<b>", "</b>"], Risk.BEHAVIOURAL, message)
    ]


def test_only_what_happened_is_in_the_message() -> None:
    assert [change.message for change in compare("<a>", "x")] == [
        "output contract: text that a program may search for changed (removed: <a>)"
    ]
    assert [change.message for change in compare("x", "<a>")] == [
        "output contract: text that a program may search for changed (added: <a>)"
    ]
    assert compare("<a> <b>", "<b> <a> <a>") == []


def test_a_long_list_is_cut_in_the_message_alone() -> None:
    (change,) = compare("".join(f"<t{number}>" for number in range(8)), "x")
    assert change.message.endswith("(removed: <t0>, <t1>, <t2>, <t3>, <t4>, <t5> and 2 more)")
    assert change.old == [f"<t{number}>" for number in range(8)]


def test_partials_count_and_tags_of_the_template_do_not() -> None:
    assert [change.old for change in compare("x", "x", v="<a>")] == [["<a>"]]
    assert compare("x", "{{ '<a>' }}{# <b> #}{% if '<c>' %}{% endif %}") == []
