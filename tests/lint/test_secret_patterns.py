"""Secrets: what is found, also compared with the patterns of detect-secrets, and what of it is shown."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from basalt_cli.lint.secret_patterns import Secret, find_secrets, hide_secrets, redact
from basalt_cli.model.finding import Finding
from basalt_cli.model.lint_report import LintReport
from basalt_cli.model.source import FILE_START

LETTERS = string.ascii_letters + string.digits
HEX = "0123456789abcdef"


def pick(count: int, alphabet: str = LETTERS) -> str:
    return "".join(random.Random(count).choices(alphabet, k=count))


# The plugin of detect-secrets, and texts that it knows.
SAMPLES: dict[str, list[str]] = {
    "aws.AWSKeyDetector": ["AKIA" + pick(16, string.ascii_uppercase), "ASIA" + pick(16, string.ascii_uppercase)],
    "azure_storage_key.AzureStorageKeyDetector": ["AccountKey=" + pick(86) + "=="],
    "basic_auth.BasicAuthDetector": ["https://ada:" + pick(12) + "@example.com/x"],
    "discord.DiscordBotTokenDetector": ["M" + pick(23) + "." + pick(6) + "." + pick(27)],
    "github_token.GitHubTokenDetector": ["ghp_" + pick(36), "gho_" + pick(36)],
    "gitlab_token.GitLabTokenDetector": ["glpat-" + pick(20), "GR1348941" + pick(20)],
    "jwt.JwtTokenDetector": [
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
    ],
    "mailchimp.MailchimpDetector": [pick(32, HEX) + "-us12"],
    "npm.NpmDetector": ["//registry.example.org/:_authToken=npm_" + pick(36)],
    "openai.OpenAIDetector": ["sk-" + pick(20) + "T3BlbkFJ" + pick(20), "sk-proj-" + pick(20) + "T3BlbkFJ" + pick(20)],
    "private_key.PrivateKeyDetector": [
        f"-----BEGIN {kind} PRIVATE KEY-----\n{pick(64)}" for kind in ("RSA", "OPENSSH")
    ],
    "pypi_token.PypiTokenDetector": ["pypi-AgEIcHlwaS5vcmc" + pick(80)],
    "sendgrid.SendGridDetector": ["SG." + pick(22) + "." + pick(43)],
    "slack.SlackDetector": [
        "xoxb-" + pick(12, string.digits) + "-" + pick(24),
        "https://hooks.slack.com/services/T1/B2/" + pick(24),
    ],
    "square_oauth.SquareOAuthDetector": ["sq0csp-" + pick(43)],
    "stripe.StripeDetector": ["sk_live_" + pick(24), "rk_live_" + pick(24)],
    "telegram_token.TelegramBotTokenDetector": ["110201543:" + pick(35)],
    "twilio.TwilioKeyDetector": ["SK" + pick(32, HEX), "AC" + pick(32, HEX)],
}
OURS = [
    "sk-ant-api03-" + pick(40), "sk-or-v1-" + pick(64, HEX), "sk-svcacct-" + pick(40), "AIza" + pick(35), "hf_" + pick(34),
    "gsk_" + pick(52), "xai-" + pick(80), "r8_" + pick(37), "pplx-" + pick(48), "github_pat_" + pick(40),
    "lsv2_pt_" + pick(32, HEX) + "_" + pick(10, HEX),
]  # fmt: skip


def all_samples() -> Iterator[tuple[str | None, str]]:
    for plugin, texts in SAMPLES.items():
        yield from ((plugin, text) for text in texts)
    yield from ((None, text) for text in OURS)


@pytest.mark.parametrize(("plugin", "secret"), list(all_samples()))
def test_a_secret_is_found_and_hidden(plugin: str | None, secret: str) -> None:
    text = f"Use {secret} to answer.\n"
    if plugin is not None:
        detector = _load(plugin)
        assert list(detector.analyze_string(text)), "detect-secrets does not know the sample itself"
    (found,) = find_secrets(text)
    assert secret not in found.hint
    assert secret not in redact(text)
    assert len(redact(text)) == len(text)


def _load(plugin: str) -> Any:
    module, name = plugin.split(".")
    try:
        return getattr(import_module(f"detect_secrets.plugins.{module}"), name)()
    except ImportError:
        pytest.skip("detect-secrets is not installed")


def test_our_list_covers_the_patterns_of_detect_secrets() -> None:
    plugins = pytest.importorskip("detect_secrets.core.plugins.util", reason="detect-secrets is not installed")
    known = {
        f"{cls.__module__.rpartition('.')[2]}.{cls.__name__}"
        for cls in plugins.get_mapping_from_secret_type_to_class().values()
    }
    # What is guessed from names and statistics, or is no secret of a prompt's: a prompt's own words would be found.
    guesses = {
        "high_entropy_strings.Base64HighEntropyString", "high_entropy_strings.HexHighEntropyString",
        "keyword.KeywordDetector", "ip_public.IPPublicDetector",
        # Named keys of single IBM products, told by the word beside them.
        "cloudant.CloudantDetector", "ibm_cloud_iam.IbmCloudIamDetector", "ibm_cos_hmac.IbmCosHmacDetector", "softlayer.SoftlayerDetector",
        # Three letters and eight more: every word in capitals that starts like it.
        "artifactory.ArtifactoryDetector",
    }  # fmt: skip
    assert known - guesses == set(SAMPLES)


@pytest.mark.parametrize(
    "text",
    ["sk-...", "AKIA", "https://example.com/a:b@c", "https://{{ user }}:{{ password }}@host", "12345678: a list", "the-us1 market",
     "task-force-of-very-long-words-and-numbers-2026", "a commit 3f2a1c9e0d3f2a1c9e0d3f2a1c9e0d3f2a1c9e0d", "APPLE", "SK", "APACHEKAFKA",
     "postgres://user:password@host", "sk-ant-xxxxxxxxxxxxxxxxxxxxxxxx", "AKIAIOSFODNN7EXAMPLE", "a -----BEGIN PRIVATE KEY----- line"],
)  # fmt: skip
def test_plain_words_are_no_secrets(text: str) -> None:
    assert list(find_secrets(text)) == []


def test_a_secret_has_its_range_its_kind_and_a_hint_of_four_characters() -> None:
    key = "AKIA" + "Q3EGRVT5JL2XW7PB"
    assert list(find_secrets(f"a {key} b hf_{pick(34)}")) == [
        Secret(2, 22, "an AWS access key", "AKIA... of 20 characters"),
        Secret(25, 62, "a Hugging Face token", "hf_9... of 37 characters".replace("9", pick(34)[0])),
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("://ada:" + pick(12) + "@", "a password in an address"),
        ("//registry.example.org/:_authToken=npm_" + pick(36), "an npm token"),
        ("https://hooks.slack.com/services/T1/B2/" + pick(24), "a Slack webhook"),
        (f"-----BEGIN RSA PRIVATE KEY-----\n{pick(64)}", "a private key"),
        ("PuTTY-User-Key-File-2", "a private key"),
    ],
)
def test_of_a_secret_with_a_known_start_nothing_is_shown(text: str, kind: str) -> None:
    assert [(found.kind, found.hint) for found in find_secrets(text)] == [(kind, "its value is not shown")]


def test_at_one_place_the_more_specific_kind_is_named() -> None:
    assert [found.kind for found in find_secrets("sk-ant-api03-" + pick(40))] == ["an Anthropic key"]
    assert [found.kind for found in find_secrets("sk-" + pick(48))] == ["a key of a model provider"]


@pytest.mark.parametrize(
    "text", ["sk-" + pick(48), "110201543:" + pick(35), "M" + pick(23) + "." + pick(6) + "." + pick(27)]
)
def test_a_secret_is_found_with_nothing_else_in_the_text(text: str) -> None:
    assert [(found.start, found.end) for found in find_secrets(text)] == [(0, len(text))]


def test_a_report_hides_secrets_in_texts_and_messages_of_their_files() -> None:
    key = "AKIA" + "Q3EGRVT5JL2XW7PB"
    stars = "*" * len(key)
    bad = Finding("S201", "unknown-key", "error", "a.yaml", FILE_START, f"unknown key '{key}'", f"Not {key}.")
    other = bad._replace(path="b.yaml", help=None)
    report = hide_secrets(
        LintReport((bad, other, bad._replace(help=None)), 2, {"a.yaml": f"{key}: 1\n", "b.yaml": "b\n"})
    )
    assert report.texts == {"a.yaml": f"{stars}: 1\n", "b.yaml": "b\n"}
    assert report.files == 2
    hidden = bad._replace(message=f"unknown key '{stars}'", help=f"Not {stars}.")
    # A secret in a message is one of its file, so a file without a secret has none in its messages.
    assert report.findings == (hidden, other, hidden._replace(help=None))
    clean = LintReport((other,), 1, {"b.yaml": "b\n"})
    assert hide_secrets(clean) is clean


SHORTEST = [
    "sk-ant-" + pick(20), "sk-or-" + pick(32), "sk-proj-" + pick(20), "sk-admin-" + pick(20), "sk-T3BlbkFJ" + pick(20), "sk-" + pick(40), "AIza" + pick(35),
    "hf_" + pick(30), "gsk_" + pick(40), "xai-" + pick(60), "r8_" + pick(37), "pplx-" + pick(40), "lsv2_sk_" + pick(32, HEX) + "_" + pick(10, HEX),
    *(start + pick(16, string.ascii_uppercase) for start in ("A3TA", "ABIA", "ACCA", "AKIA", "ASIA")), *(f"gh{kind}_" + pick(36) for kind in "pousr"), "github_pat_" + pick(22),
    *(f"gl{kind}-" + pick(20) for kind in ("pat", "dt", "ft", "soat", "rt", "imt", "ptt", "agent", "oas", "cbt")), "GR1348941" + pick(20),
    "xoxb-1-a", "https://hooks.slack.com/services/T1/B2/x", "sk_live_" + pick(24), "rk_live_" + pick(24), "sq0csp-" + "a\\" * 21 + "a", "SG." + pick(22) + "." + pick(43),
    pick(32, HEX) + "-us1", "AC" + pick(32, HEX), "SK" + pick(32, HEX), "//example.org/:_authToken=npm_a", "npm_" + pick(36), "pypi-AgE" + pick(70),
    "M" + pick(23) + "." + pick(6) + "." + pick(27), "12345678:" + pick(35), "AccountKey=" + "a+" * 44, "eyJa.eyJb.", "://a:b@", "PuTTY-User-Key-File-2",
    "-----BEGIN PRIVATE KEY-----\\n" + "a " * 8,
]  # fmt: skip


@pytest.mark.parametrize("secret", SHORTEST)
def test_the_shortest_secret_of_each_kind_is_found(secret: str) -> None:
    assert [(found.start, found.end) for found in find_secrets(f"a {secret}")] == [(2, 2 + len(secret))]
