"""Parse deployments.yaml: which version each environment runs of each prompt."""

from __future__ import annotations

import re

from basalt_cli.errors import BasaltError
from basalt_cli.format.config.config_file import check_format
from basalt_cli.format.yaml.decoding import Decoder
from basalt_cli.format.yaml.problems import raise_problems
from basalt_cli.format.yaml.reader import Limits, read_yaml
from basalt_cli.model.config import DEPLOYMENTS_NAME
from basalt_cli.model.pointer import DIGEST_PATTERN, VERSION_PATTERN, Pointer, Pointers, Share
from basalt_cli.model.source import Document, Node, Problem, Scalar
from basalt_cli.pointers.plain_deployments import parse_plain
from basalt_cli.text.slug import describe_slug_problem

# 1,000 prompts in 10 environments take about 2 MB and 100,000 events.
LIMITS = Limits(size_bytes=16 * 1024 * 1024, events=1_000_000)
_VERSION = re.compile(rf"{VERSION_PATTERN}\Z")
_DIGEST = re.compile(rf"{DIGEST_PATTERN}\Z")
EMPTY = "format: 1\nenvironments: {}\n"


def parse_deployments(data: bytes, path: str = DEPLOYMENTS_NAME) -> Pointers:
    """Parse the pointers; raise BasaltError with every problem when there is one."""
    plain = parse_plain(data.decode()) if data.isascii() and len(data) <= LIMITS.size_bytes else None
    return plain if plain is not None else parse_strictly(data, path)


def parse_strictly(data: bytes, path: str = DEPLOYMENTS_NAME) -> Pointers:
    """Parse the pointers with the YAML reader alone; ``parse_plain`` must never give another answer."""
    decoder = Decoder()
    pointers = _decode(data, decoder)[0]
    raise_problems(path, decoder.problems, BasaltError)
    return pointers


def check_deployments(data: bytes) -> tuple[Document, tuple[Problem, ...]]:
    """Return the document and all of its problems; an empty file has none."""
    decoder = Decoder()
    document = _decode(data, decoder)[1]
    return document, tuple(decoder.problems)


def _decode(data: bytes, decoder: Decoder) -> tuple[Pointers, Document]:
    document = read_yaml(data, LIMITS)
    decoder.problems += document.problems
    found = decoder.fields(document.root, "", ("format", "environments"))
    check_format(found.get("format"), decoder)
    pointers: Pointers = {}
    for name, node in decoder.entries(_or_none(found.get("environments")), "environments"):
        entries = decoder.entries(_or_none(node), f"environments.{name.text}")
        pointers[name.text] = {}
        for slug, value in entries:
            pointer = _decode_pointer(name.text, slug, value, decoder)
            if pointer is not None:
                pointers[name.text][slug.text] = pointer
    return pointers, document


def _or_none(node: Node | None) -> Node | None:
    return None if isinstance(node, Scalar) and node.value is None else node


def _decode_pointer(environment: str, slug: Scalar, node: Node, decoder: Decoder) -> Pointer | None:
    where = f"environments.{environment}.{slug.text}"
    if problem := describe_slug_problem(slug.text):
        help_text = "Rename it to the slug of a prompt."
        decoder.report("invalid-value", f"{slug.text!r} is not a slug: {problem}", slug.span, help_text)
    found = decoder.fields(node, where, ("version", "digest", "rollout"))
    version, digest = _decode_version(found, where, slug, decoder)
    rollout = _decode_rollout(found.get("rollout"), f"{where}.rollout", slug, decoder)
    return Pointer(version, digest, rollout) if version and digest else None


def _decode_version(
    found: dict[str, Node], where: str, slug: Scalar, decoder: Decoder
) -> tuple[str | None, str | None]:
    version = _decode_pattern(found, "version", where, slug, _VERSION, "40 hexadecimal digits", decoder)
    digest = _decode_pattern(found, "digest", where, slug, _DIGEST, "sha256: and 64 hexadecimal digits", decoder)
    return version, digest


def _decode_rollout(node: Node | None, where: str, slug: Scalar, decoder: Decoder) -> tuple[Share, ...]:
    shares = []
    for index, item in enumerate(decoder.items(node, where)):
        found = decoder.fields(item, f"{where}[{index}]", ("version", "digest", "percent"))
        version, digest = _decode_version(found, f"{where}[{index}]", slug, decoder)
        percent = decoder.integer(found.get("percent"), f"{where}[{index}].percent")
        if version and digest and percent is not None:
            shares.append(Share(version, digest, percent))
        elif "percent" not in found:
            decoder.report(
                "missing-key", f"{where}[{index}] has no percent", item.span, "Add it, for example percent: 10."
            )
    if (node is not None and any(share.percent < 1 for share in shares)) or sum(s.percent for s in shares) >= 100:
        message = f"the percentages of {where} must be at least 1 each, and less than 100 in total"
        decoder.report("invalid-value", message, (node or slug).span, "Promote without --percent to end the roll-out.")
    return tuple(shares)


def _decode_pattern(
    found: dict[str, Node],
    key: str,
    where: str,
    slug: Scalar,
    pattern: re.Pattern[str],
    form: str,
    decoder: Decoder,
) -> str | None:
    if key not in found:
        decoder.report(
            "missing-key", f"{where} has no {key}", slug.span, "Restore it from git: git log -p -- deployments.yaml"
        )
        return None
    node = found[key]
    # A commit id of decimal digits alone is a number in YAML; its text counts.
    text = node.text if isinstance(node, Scalar) else decoder.text(node, f"{where}.{key}")
    if text is not None and not pattern.match(text):
        decoder.report(
            "invalid-value",
            f"{where}.{key} is not {form}",
            node.span,
            "Restore it from git: git log -p -- deployments.yaml",
        )
        return None
    return text
