"""A diff as one HTML page with no external resources."""

from __future__ import annotations

from html import escape

from basalt_cli.cli.reports.diff import DiffReport, describe_case, find_texts, join_messages
from basalt_cli.diff.words import WordKind, diff_words
from basalt_cli.model.change import Change, PromptDiff
from basalt_cli.model.rendered_case import RenderedCase
from basalt_cli.text.clean import clean

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1b1f24; }
h1 { font-size: 1.3rem } h2 { font-size: 1.1rem; margin: 2rem 0 .3rem } p { margin: .3rem 0 }
.sides { color: #57606a } pre { background: #f6f8fa; padding: .8rem; white-space: pre-wrap; overflow-wrap: anywhere }
ins { background: #ccf2d4; text-decoration: none } del { background: #ffd7d5 }
.risk { display: inline-block; min-width: 7.5rem; font-weight: 600 }
.breaking { color: #b3261e } .behavioural { color: #9a5b00 } .wording { color: #0550ae } .none { color: #57606a }
@media (prefers-color-scheme: dark) {
  body { background: #0d1117; color: #e6edf3 } pre { background: #161b22 } .sides, .none { color: #9198a1 }
  ins { background: #12432a; color: inherit } del { background: #5c1a1a; color: inherit }
  .breaking { color: #ff8a80 } .behavioural { color: #e0a045 } .wording { color: #79b8ff }
}
"""
_TAGS = {WordKind.SAME: ("", ""), WordKind.REMOVED: ("<del>", "</del>"), WordKind.ADDED: ("<ins>", "</ins>")}


def format_diff(report: DiffReport) -> str:
    """Return the page; all text is escaped, and its policy allows no script and no request."""
    body = "".join(_prompt(diff, (report.rendered or {}).get(diff.slug, ())) for diff in report.diffs)
    policy = "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    head = f"<meta charset='utf-8'>{policy}<title>basalt diff</title><style>{_STYLE}</style>"
    content = body or "<p>No prompt changed.</p>"
    page = f"<head>{head}</head>\n<body>\n<h1>basalt diff</h1>\n{content}</body>"
    return f"<!doctype html>\n<html lang='en'>\n{page}\n</html>\n"


def _prompt(diff: PromptDiff, cases: tuple[RenderedCase, ...]) -> str:
    sides = f"{_text(diff.old or 'nothing')} → {_text(diff.new or 'nothing')}"
    changes = "".join(_change(change) for change in diff.changes)
    rendered = "".join(_case(case) for case in cases)
    return f"<h2>{_text(diff.slug)}</h2>\n<p class='sides'>{sides}</p>\n{changes}{rendered}"


def _change(change: Change) -> str:
    risk = change.risk.label
    line = f"<p><span class='risk {risk}'>{risk}</span> {_text(change.message)}</p>\n"
    texts = find_texts(change)
    return line if texts is None else line + _words(*texts)


def _case(case: RenderedCase) -> str:
    line = f"<p><span class='risk'>rendered</span> {_text(describe_case(case))}</p>\n"
    both = case.old is not None and case.new is not None
    return line + _words(join_messages(case.old), join_messages(case.new)) if both else line


def _words(old: str, new: str) -> str:
    pieces = (_TAGS[piece.kind][0] + _text(piece.text) + _TAGS[piece.kind][1] for piece in diff_words(old, new))
    return f"<pre>{''.join(pieces)}</pre>\n"


def _text(text: str) -> str:
    return escape(clean(text))
