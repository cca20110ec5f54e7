"""The message of a commit or tag that moves pointers: lines for people, and trailers for programs.

Trailers are parsed on every line of a message, because a squash merge joins the messages of several commits.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from basalt_cli.model.pointer import DIGEST_PATTERN, VERSION_PATTERN, GateResult, Move, Plan, Pointer, Share
from basalt_cli.text.words import squeeze_blanks

_TRAILER = re.compile(r"[ *]*Basalt-([A-Z][a-z]+): (.*)\Z")
_VERSION = re.compile(rf"{VERSION_PATTERN}\Z")
_DIGEST = re.compile(rf"{DIGEST_PATTERN}\Z")
_PERCENT = re.compile(r"[1-9][0-9]?\Z")
_LONGEST_EVIDENCE = 300
_VERBS = {"promote": "Promote", "rollback": "Roll back", "rollout": "Roll out", "remove": "Remove"}


class Record(NamedTuple):
    """The record of one pointer move; ``new`` is None where the pointer was removed."""

    event_id: str
    action: str
    reason: str | None
    forced: bool
    gates: tuple[GateResult, ...]
    new: Pointer | None
    author: str | None = None


def format_record(plan: Plan, event_id: str | None = None) -> str:
    """Return the message of the commit or tag that makes the moves of a plan.

    ``Basalt-Event`` is random, so that two equal moves never make the same git object. A migrated move keeps its
    ``event_id``.
    """
    lines = [_format_subject(plan), ""]
    reason = squeeze_blanks(plan.reason or "")
    if reason:
        lines += [f"Reason: {reason}", ""]
    lines += [_describe(move) for move in plan.moves]
    lines += ["", f"Basalt-Event: {event_id or secrets.token_hex(16)}", f"Basalt-Action: {plan.action}"]
    if reason:
        lines.append(f"Basalt-Reason: {reason}")
    if plan.forced:
        lines.append("Basalt-Forced: true")
    if plan.author is not None:
        lines.append(f"Basalt-Author: {squeeze_blanks(plan.author)}")
    for move in plan.moves:
        lines += _format_trailers(move)
    return "\n".join(lines) + "\n"


def _format_subject(plan: Plan) -> str:
    slugs = sorted({move.slug for move in plan.moves})
    environments = sorted({move.environment for move in plan.moves})
    what = slugs[0] if len(slugs) == 1 else f"{len(slugs)} prompts"
    where = environments[0] if len(environments) == 1 else f"{len(environments)} environments"
    between = "from" if plan.action == "remove" else "in" if plan.action == "rollback" else "to"
    return f"{_VERBS.get(plan.action, plan.action.capitalize())} {what} {between} {where}"


def _describe(move: Move) -> str:
    step = f"{move.slug}: {format_pointer(move.old)} -> {format_pointer(move.new)}"
    return f"{step} ({move.risk.label})" if move.risk is not None else step


def format_pointer(pointer: Pointer | None) -> str:
    """Return the short commit of a pointer with its roll-out, or ``nothing`` for None."""
    if pointer is None:
        return "nothing"
    shares = "".join(f" with {share.version[:9]} for {share.percent} %" for share in pointer.rollout)
    return pointer.version[:9] + shares


def _format_trailers(move: Move) -> Iterator[str]:
    where = f"{move.environment} {move.slug}"
    new = f"{move.new.version} {move.new.digest}" if move.new is not None else "- -"
    yield f"Basalt-Move: {where} {move.old.version if move.old is not None else '-'} {new}"
    for share in move.new.rollout if move.new is not None else ():
        yield f"Basalt-Rollout: {where} {share.version} {share.digest} {share.percent}"
    for gate in move.gates:
        verdict = "passed" if gate.passed else "failed"
        yield f"Basalt-Gate: {where} {gate.gate} {verdict} {squeeze_blanks(gate.evidence)[:_LONGEST_EVIDENCE]}"


def parse_records(message: str) -> dict[tuple[str, str], tuple[Record, ...]]:
    """Return the records by environment and slug, in the order of the message; malformed trailers are ignored."""
    found: dict[tuple[str, str], tuple[Record, ...]] = {}
    event: list[tuple[str, str]] = []
    for line in [*message.split("\n"), "Basalt-Event: end"]:
        match = _TRAILER.match(line.rstrip())
        if match is None:
            continue
        if match.group(1) == "Event" and event:
            for key, record in _parse_event(event):
                found[key] = (*found.get(key, ()), record)
            event = []
        event.append((match.group(1), match.group(2)))
    return found


def _parse_event(trailers: list[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], Record]]:
    single = dict(reversed(trailers))
    if "Event" not in single:
        return
    what = (single["Event"], single.get("Action", ""), single.get("Reason"), "Forced" in single)
    shares = _group(trailers, "Rollout")
    gates = _group(trailers, "Gate")
    for name, value in trailers:
        words = value.split(" ")
        if name != "Move" or len(words) != 5:
            continue
        environment, slug, _, version, digest = words
        key = (environment, slug)
        if version != "-" and not (_VERSION.match(version) and _DIGEST.match(digest)):
            continue
        new = Pointer(version, digest, tuple(_parse_shares(shares.get(key, [])))) if version != "-" else None
        yield key, Record(*what, tuple(_parse_gates(gates.get(key, []))), new, single.get("Author"))


def _group(trailers: list[tuple[str, str]], kind: str) -> dict[tuple[str, str], list[str]]:
    """Return the rest of the values of one kind of trailer, by the environment and slug that they start with."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, value in trailers:
        words = value.split(" ", 2)
        if name == kind and len(words) == 3:
            found.setdefault((words[0], words[1]), []).append(words[2])
    return found


def _parse_shares(values: Iterable[str]) -> Iterator[Share]:
    for words in (value.split(" ") for value in values):
        # A message is untrusted: only a checked commit id may become an argument of git.
        if len(words) == 3 and _VERSION.match(words[0]) and _DIGEST.match(words[1]) and _PERCENT.match(words[2]):
            yield Share(words[0], words[1], int(words[2]))


def _parse_gates(values: Iterable[str]) -> Iterator[GateResult]:
    for words in (value.split(" ", 2) for value in values):
        if len(words) >= 2:
            yield GateResult(words[0], words[1] == "passed", words[2] if len(words) > 2 else "")
