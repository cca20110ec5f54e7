"""Find keys, tokens and passwords by their form.

Each pattern has a prefix or a length that ordinary text does not have. Secrets that only statistics could find, such as
a password without a name, are not searched. A test compares the list with the patterns of detect-secrets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from basalt_cli.model.finding import Finding
from basalt_cli.model.lint_report import LintReport

_SHOWN_CHARACTERS = 4

# Kind and pattern. At one place the first pattern wins, so a more specific one comes first.
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("an Anthropic key", r"\bsk-ant-[A-Za-z0-9_-]{20,}"),
    ("an OpenRouter key", r"\bsk-or-(?:v1-)?[A-Za-z0-9]{32,}"),
    ("an OpenAI key", r"\bsk-(?:proj-|svcacct-|admin-)[\w-]{20,}|\bsk-[\w-]*T3BlbkFJ[\w-]{20,}"),
    ("a key of a model provider", r"\bsk-[A-Za-z0-9]{40,}"),
    ("a Google key", r"\bAIza[A-Za-z0-9_-]{35}"),
    ("a Hugging Face token", r"\bhf_[A-Za-z0-9]{30,}"),
    ("a Groq key", r"\bgsk_[A-Za-z0-9]{40,}"),
    ("an xAI key", r"\bxai-[A-Za-z0-9]{60,}"),
    ("a Replicate token", r"\br8_[A-Za-z0-9]{37}"),
    ("a Perplexity key", r"\bpplx-[A-Za-z0-9]{40,}"),
    ("a LangSmith key", r"\blsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}"),
    ("an AWS access key", r"\b(?:A3T[A-Z0-9]|ABIA|ACCA|AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("a GitHub token", r"\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9_]{36}|\bgithub_pat_[A-Za-z0-9_]{22,}"),
    (
        "a GitLab token",
        r"\b(?:(?:glpat|gldt|glft|glsoat|glrt|glimt|glptt|glagent|gloas)-|glcbt-(?:[0-9a-fA-F]{2}_)?|GR1348941)[\w-]{20,}",
    ),
    ("a Slack token", r"\bxox[a-zA-Z]-(?:[0-9]+-)+[a-zA-Z0-9]+"),
    ("a Slack webhook", r"https://hooks\.slack\.com/services/T[A-Za-z0-9_]+/B[A-Za-z0-9_]+/[A-Za-z0-9_]+"),
    ("a Stripe key", r"\b(?:r|s)k_live_[0-9A-Za-z]{24,}"),
    ("a Square secret", r"\bsq0csp-[0-9A-Za-z\\_-]{43}"),
    ("a SendGrid key", r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    ("a Mailchimp key", r"\b[0-9a-z]{32}-us[0-9]{1,2}\b"),
    ("a Twilio key", r"\b(?:AC|SK)[a-z0-9]{32}\b"),
    (
        "an npm token",
        (
            r"//[^\s/]{1,80}(?:/[^\s/]{1,80}){0,4}/:_authToken=\s{0,4}(?:npm_\w{1,80}|[A-Fa-f0-9-]{36})"
            r"|\bnpm_[A-Za-z0-9]{36}\b"
        ),
    ),
    ("a PyPI token", r"\bpypi-AgE[A-Za-z0-9_-]{70,}"),
    ("a Discord token", r"\b[MNO][A-Za-z0-9_-]{23,25}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27}"),
    ("a Telegram token", r"\b[0-9]{8,10}:[0-9A-Za-z_-]{35}(?![\w-])"),
    ("an Azure storage key", r"AccountKey=[A-Za-z0-9+/=]{88}"),
    ("a signed web token", r"\beyJ[A-Za-z0-9_=-]+\.eyJ[A-Za-z0-9_=-]+\.[A-Za-z0-9_=+/-]*"),
    ("a password in an address", r"://[^{}$<\s:/?#\[\]@!&'()*+,;=]{1,64}:[^{}$<\s:/?#\[\]@!&'()*+,;=]{1,128}@"),
    (
        "a private key",
        (
            r"-----BEGIN (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----\s{0,80}(?:\\n)?"
            r"[A-Za-z0-9+/=:,. \t\r\n-]{16,8000}|PuTTY-User-Key-File-2"
        ),
    ),
)  # fmt: skip
# Every secret has one of these marks, or a run of 24 characters that _RUN finds. Most files have neither, and then the
# patterns are not even compiled.
_MARKS = (
    "A3T", "ABIA", "ACCA", "AKIA", "ASIA", "xox", "hooks.slack", "sq0csp", "_authToken", "AccountKey", "eyJ", "://",
    "PRIVATE KEY", "PuTTY-User",
)  # fmt: skip
_RUN = re.compile(r"[A-Za-z0-9_-]{24}")
# Placeholders of documentation.
_PLACEHOLDER = re.compile(r"(?i)x{5}|\.\.\.|your[-_]|example\Z|://user(?:name)?:(?:password|pass|secret|x+)@")


class Secret(NamedTuple):
    """A secret in a text: its range, its kind with an article, and a hint that shows at most four characters of it."""

    start: int
    end: int
    kind: str
    hint: str


def find_secrets(text: str) -> Iterator[Secret]:
    """Yield the secrets of a text, in reading order."""
    if not any(mark in text for mark in _MARKS) and not _RUN.search(text):
        return
    for match in _compiled().finditer(text):
        kind = _PATTERNS[int((match.lastgroup or "k0")[1:])][0]
        value = match.group()
        if _PLACEHOLDER.search(value):
            continue
        is_marked = value.startswith(("-----", "PuTTY", "://", "//", "https:"))
        hint = "its value is not shown" if is_marked else f"{value[:_SHOWN_CHARACTERS]}... of {len(value)} characters"
        yield Secret(match.start(), match.end(), kind, hint)


@cache
def _compiled() -> re.Pattern[str]:
    return re.compile(
        "|".join(f"(?P<k{index}>{pattern})" for index, (_, pattern) in enumerate(_PATTERNS)), re.MULTILINE
    )


def redact(text: str) -> str:
    """Return the text with each character of a secret replaced by a star."""
    for secret in find_secrets(text):
        text = text[: secret.start] + "*" * (secret.end - secret.start) + text[secret.end :]
    return text


def hide_secrets(report: LintReport) -> LintReport:
    """Return the report with each secret replaced by stars, in its texts and in the messages of its findings."""
    clean = {path: redact(text) for path, text in report.texts.items()}
    affected = {path for path, text in report.texts.items() if clean[path] != text}
    if not affected:
        return report
    findings = tuple(_hide(finding) if finding.path in affected else finding for finding in report.findings)
    return LintReport(findings, report.files, clean)


def _hide(finding: Finding) -> Finding:
    return finding._replace(message=redact(finding.message), help=redact(finding.help) if finding.help else None)
