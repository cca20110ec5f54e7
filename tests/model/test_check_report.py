from __future__ import annotations

from basalt_cli.model.check_report import CheckItem, CheckReport, Level
from basalt_cli.model.version import EMPTY_TREE


def report(*levels: Level, base: str = "a" * 40) -> CheckReport:
    return CheckReport(base, "b" * 40, tuple(CheckItem("lint", level, "m") for level in levels), ())


def test_only_a_failing_item_fails() -> None:
    assert not report().fails
    assert not report(Level.WARN, Level.ALLOWED).fails
    assert report(Level.WARN, Level.FAIL).fails


def test_the_base_has_a_short_name() -> None:
    assert report().base_name == "aaaaaaaaa"
    assert report(base=EMPTY_TREE).base_name == "nothing"
