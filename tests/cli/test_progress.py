"""The progress bar."""

from __future__ import annotations

import threading

import pytest
from basalt_cli.cli.progress import shown_progress


def test_nothing_is_drawn_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with shown_progress("Testing") as progress:
        progress(1, 1_000)
    assert capsys.readouterr() == ("", "")


def test_a_short_run_draws_nothing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with shown_progress("Testing") as progress:
        progress(1, 199)
    assert capsys.readouterr() == ("", "")


def test_a_long_run_draws_a_bar_on_stderr(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    with shown_progress("Testing") as progress:
        threads = threading.active_count()
        progress(50, 200)
        drawn = capsys.readouterr().err
        progress(200, 200)
        # A process with a second thread must not fork.
        assert threading.active_count() == threads
    assert "Testing" in drawn
    assert "25%" in drawn
    assert capsys.readouterr().out == ""
