"""JUnit's XML: the exact document, and text that XML cannot hold."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from basalt_cli.cli.reports.junit import JUnitCase, JUnitProblem, JUnitSuite, format_junit

SUITES = [
    JUnitSuite(
        "a.yaml",
        (
            JUnitCase("passes", "a.yaml"),
            JUnitCase(
                "fails",
                "a.yaml",
                (JUnitProblem("is wrong", "kind", "first\nsecond"), JUnitProblem("twice", "other")),
                "a.yaml",
                3,
            ),
        ),
    ),
    JUnitSuite("b", (JUnitCase("cannot run", "b", (JUnitProblem("no prompt", is_error=True),)),)),
]


def test_the_document_has_suites_cases_and_problems_with_their_counts() -> None:
    assert format_junit("basalt test", SUITES, counts_errors=True) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<testsuites name="basalt test" tests="3" failures="1" errors="1">\n'
        '  <testsuite name="a.yaml" tests="2" failures="1" errors="0">\n'
        '    <testcase name="passes" classname="a.yaml"/>\n'
        '    <testcase name="fails" classname="a.yaml" file="a.yaml" line="3">\n'
        '      <failure type="kind" message="is wrong">first\nsecond</failure>\n'
        '      <failure type="other" message="twice"/>\n'
        "    </testcase>\n"
        "  </testsuite>\n"
        '  <testsuite name="b" tests="1" failures="0" errors="1">\n'
        '    <testcase name="cannot run" classname="b">\n'
        '      <error message="no prompt"/>\n'
        "    </testcase>\n"
        "  </testsuite>\n"
        "</testsuites>\n"
    )


def test_errors_are_counted_only_on_request() -> None:
    root = ET.fromstring(format_junit("basalt lint", SUITES, counts_errors=False))  # noqa: S314 - our own
    assert all("errors" not in element.attrib for element in root.iter())
    assert (root.get("tests"), root.get("failures")) == ("3", "1")


@pytest.mark.parametrize(
    ("text", "attribute", "body"),
    [
        ('<a> & "b" \' />', '<a> & "b" \' />', '<a> & "b" \' />'),
        ("a\nb\tc", "a\\nb\\tc", "a\nb\tc"),
        ("a\x00\x1b[31m\ud800", "a\\x00\\x1b[31m\\ud800", "a\\x00\\x1b[31m\\ud800"),
        ("a\uffff\ufffe", "a??", "a??"),
        ("\u202ea ]]> 漢", "\\u202ea ]]> 漢", "\\u202ea ]]> 漢"),
    ],
)
def test_any_text_is_safe_in_every_place(text: str, attribute: str, body: str) -> None:
    suite = JUnitSuite(text, (JUnitCase(text, text, (JUnitProblem(text, text, text),), text, 1),))
    document = format_junit("basalt lint", [suite], counts_errors=False)
    root = ET.fromstring(document)  # noqa: S314 - our own
    (found,) = root
    (case,) = found
    (failure,) = case
    assert found.get("name") == attribute
    assert [case.get(name) for name in ("name", "classname", "file")] == [attribute] * 3
    assert [failure.get(name) for name in ("type", "message")] == [attribute] * 2
    assert failure.text == body
    assert " />" not in document
