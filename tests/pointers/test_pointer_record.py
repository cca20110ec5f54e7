from __future__ import annotations

import pytest
from basalt_cli.model.change import Risk
from basalt_cli.model.pointer import GateResult, Move, Plan, Pointer, Share
from basalt_cli.pointers.pointer_record import Record, format_pointer, format_record, parse_records

OLD = Pointer("a" * 40, "sha256:" + "1" * 64)
NEW = Pointer("b" * 40, "sha256:" + "2" * 64)
SHARE = Share("c" * 40, "sha256:" + "3" * 64, 10)
MOVE = Move("support/reply", "production", OLD, NEW)
PROMOTE = Plan("promote", (MOVE,))


def record(moves: list[Move], plan: Plan, event_id: str | None = None) -> str:
    return format_record(plan._replace(moves=tuple(moves)), event_id)


def test_the_message_of_a_promotion() -> None:
    gates = (GateResult("lint", True, "no  errors\nin 2 files"), GateResult("tests", False, ""))
    move = MOVE._replace(gates=gates, risk=Risk.WORDING)
    plan = Plan("promote", (move,), " It is \n late. ", forced=True, author="Ada <a@x>")
    assert format_record(plan, "e1") == (
        "Promote support/reply to production\n\nReason: It is late.\n\n"
        "support/reply: aaaaaaaaa -> bbbbbbbbb (wording)\n\n"
        "Basalt-Event: e1\nBasalt-Action: promote\nBasalt-Reason: It is late.\nBasalt-Forced: true\n"
        "Basalt-Author: Ada <a@x>\n"
        f"Basalt-Move: production support/reply {OLD.version} {NEW.version} {NEW.digest}\n"
        "Basalt-Gate: production support/reply lint passed no errors in 2 files\n"
        "Basalt-Gate: production support/reply tests failed \n"
    )


def test_the_message_of_a_first_pointer_with_a_roll_out() -> None:
    move = MOVE._replace(old=None, new=NEW._replace(rollout=(SHARE,)))
    assert format_record(Plan("rollout", (move,)), "e1") == (
        "Roll out support/reply to production\n\nsupport/reply: nothing -> bbbbbbbbb with ccccccccc for 10 %\n\n"
        "Basalt-Event: e1\nBasalt-Action: rollout\n"
        f"Basalt-Move: production support/reply - {NEW.version} {NEW.digest}\n"
        f"Basalt-Rollout: production support/reply {SHARE.version} {SHARE.digest} 10\n"
    )


@pytest.mark.parametrize(
    ("action", "moves", "subject"),
    [
        ("promote", [MOVE], "Promote support/reply to production"),
        ("rollback", [MOVE], "Roll back support/reply in production"),
        ("rollout", [MOVE], "Roll out support/reply to production"),
        ("remove", [MOVE], "Remove support/reply from production"),
        ("migrate", [MOVE], "Migrate support/reply to production"),
        ("promote", [MOVE, MOVE._replace(slug="a")], "Promote 2 prompts to production"),
        ("promote", [MOVE, MOVE._replace(environment="staging")], "Promote support/reply to 2 environments"),
    ],
)
def test_the_subject(action: str, moves: list[Move], subject: str) -> None:
    assert format_record(Plan(action, tuple(moves))).split("\n")[0] == subject


def test_two_equal_moves_have_two_events() -> None:
    one, other = format_record(PROMOTE), format_record(PROMOTE)
    assert one != other
    (found,) = parse_records(one)["production", "support/reply"]
    assert len(found.event_id) == 32


def test_long_evidence_is_cut() -> None:
    move = MOVE._replace(gates=(GateResult("lint", True, "x" * 301),))
    (found,) = parse_records(format_record(Plan("promote", (move,))))["production", "support/reply"]
    assert found.gates == (GateResult("lint", True, "x" * 300),)


def test_what_is_written_is_read_back() -> None:
    gates = (GateResult("lint", True, "2 files"), GateResult("tests", False, ""))
    first = MOVE._replace(new=NEW._replace(rollout=(SHARE, SHARE._replace(percent=99))), gates=gates)
    second = Move("b", "production", OLD, None)
    message = format_record(Plan("promote", (first, second), "why", forced=True, author="Ada"), "e1")
    assert parse_records(message) == {
        ("production", "support/reply"): (Record("e1", "promote", "why", True, gates, first.new, "Ada"),),
        ("production", "b"): (Record("e1", "promote", "why", True, (), None, "Ada"),),
    }
    plain = format_record(PROMOTE, "e2")
    assert parse_records(plain) == {
        ("production", "support/reply"): (Record("e2", "promote", None, False, (), NEW, None),)
    }


def test_events_of_a_squashed_merge_keep_their_order() -> None:
    back = MOVE._replace(old=NEW, new=OLD)
    message = "* " + format_record(PROMOTE, "e1") + "\n* " + format_record(Plan("rollback", (back,)), "e2")
    records = parse_records(message)["production", "support/reply"]
    assert [(record.event_id, record.action, record.new) for record in records] == [
        ("e1", "promote", NEW),
        ("e2", "rollback", OLD),
    ]


def test_trailers_are_found_in_lists_and_with_other_line_ends() -> None:
    message = format_record(PROMOTE, "e1").replace("Basalt-", "  * Basalt-").replace("\n", "\r\n")
    assert parse_records(message)["production", "support/reply"][0].new == NEW


MOVED = f"Basalt-Move: p a - {NEW.version} {NEW.digest}"


@pytest.mark.parametrize(
    "message",
    [
        "",
        MOVED,
        "Basalt-Event: e1",
        f"Basalt-Event: e1\nMoved: {MOVED}",
        "Basalt-Event: e1\nBasalt-Move: p a -",
        f"Basalt-Event: e1\nBasalt-Move: p a - {NEW.version[:-1]} {NEW.digest}",
        f"Basalt-Event: e1\nBasalt-Move: p a - --upload-pack=x {NEW.digest}",
        f"Basalt-Event: e1\nBasalt-Move: p a - {NEW.version} sha256:0",
        f"Basalt-Event: e1\nBasalt-Move: p a - {NEW.version} {NEW.digest} more",
        f"Basalt-Event: e1\nbasalt-Move: p a - {NEW.version} {NEW.digest}",
    ],
)
def test_what_is_odd_is_no_record(message: str) -> None:
    assert parse_records(message) == {}


@pytest.mark.parametrize(
    "value",
    [
        "p a", f"p a {SHARE.version}", f"p a {SHARE.version} {SHARE.digest} 0", f"p a {SHARE.version} {SHARE.digest} 100",
        f"p a {SHARE.version} {SHARE.digest} 5 6", f"p a --x {SHARE.digest} 5", f"p a {SHARE.version} sha256:0 5",
        f"p b {SHARE.version} {SHARE.digest} 5", f"q a {SHARE.version} {SHARE.digest} 5",
    ],
)  # fmt: skip
def test_an_odd_share_is_left_out(value: str) -> None:
    records = parse_records(f"Basalt-Event: e1\n{MOVED}\nBasalt-Rollout: {value}")
    assert records["p", "a"] == (Record("e1", "", None, False, (), NEW),)


@pytest.mark.parametrize("value", ["p a lint", "p a", "p b lint passed x"])
def test_an_odd_gate_is_left_out(value: str) -> None:
    assert parse_records(f"Basalt-Event: e1\n{MOVED}\nBasalt-Gate: {value}")["p", "a"][0].gates == ()


def test_the_first_of_several_trailers_counts() -> None:
    message = f"Basalt-Event: e1\nBasalt-Action: promote\nBasalt-Action: rollback\nBasalt-Reason: a\nBasalt-Reason: b\n{MOVED}"
    assert parse_records(message)["p", "a"] == (Record("e1", "promote", "a", False, (), NEW),)


def test_what_a_pointer_runs_in_short() -> None:
    assert format_pointer(None) == "nothing"
    assert format_pointer(NEW) == "bbbbbbbbb"
    assert format_pointer(NEW._replace(rollout=(SHARE,))) == "bbbbbbbbb with ccccccccc for 10 %"
