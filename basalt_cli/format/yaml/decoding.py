"""Typed getters over YAML nodes that collect problems instead of raising them."""

from __future__ import annotations

from basalt_cli.model.json_value import Json, type_name
from basalt_cli.model.source import Edit, Fix, Mapping, Node, Problem, Scalar, Sequence, Span
from basalt_cli.text.words import closest, did_you_mean, list_names


class Decoder:
    """Decode the nodes of one document, and collect its problems.

    Every getter returns None (or an empty collection) for a node that is absent or wrong, and adds a problem only
    where it is wrong, so that one run finds all problems.
    """

    def __init__(self, problems: tuple[Problem, ...] = ()) -> None:
        self.problems = list(problems)

    def report(self, rule: str, message: str, span: Span, help_text: str | None = None, fix: Fix | None = None) -> None:
        """Add a problem."""
        self.problems.append(Problem(rule, message, span, help_text, fix))

    def fields(self, node: Node | None, key: str, known: tuple[str, ...]) -> dict[str, Node]:
        """Return the entries of a mapping by key; an unknown key is a problem, and is left out."""
        found: dict[str, Node] = {}
        entries = self.entries(node, key)
        for name, value in entries:
            if name.text in known:
                found[name.text] = value
            else:
                is_cut = isinstance(node, Mapping) and node.flow and isinstance(value, Scalar) and not value.text
                there = {other.text for other, _ in entries}
                absent = tuple(other for other in known if other not in there)
                self._report_unknown(name, key, known, absent, is_cut=is_cut)
        return found

    def _report_unknown(
        self, name: Scalar, key: str, known: tuple[str, ...], absent: tuple[str, ...], *, is_cut: bool
    ) -> None:
        where = f" in {key}" if key else ""
        help_text = f"{did_you_mean(name.text, known)}Known keys{where}: {list_names(known, 20)}."
        guess = closest(name.text, absent)
        fix = Fix((Edit(name.start, name.end, guess),), is_safe=False) if guess else None
        if is_cut:
            help_text = "Inside braces a comma starts the next key: put quotes around a text that contains one."
            fix = None
        self.report("unknown-key", f"unknown key {name.text!r}{where}", name.span, help_text, fix)

    def entries(self, node: Node | None, key: str) -> tuple[tuple[Scalar, Node], ...]:
        """Return the entries of a mapping in file order."""
        if node is None:
            return ()
        if isinstance(node, Mapping):
            return node.entries
        self.wrong_type(node, key, "a mapping")
        return ()

    def items(self, node: Node | None, key: str) -> tuple[Node, ...]:
        """Return the items of a list."""
        if node is None:
            return ()
        if isinstance(node, Sequence):
            return node.items
        self.wrong_type(node, key, "a list")
        return ()

    def text(self, node: Node | None, key: str) -> str | None:
        """Return a text; for a number or a boolean the help is to quote it."""
        scalar = self.text_scalar(node, key)
        return scalar.text if scalar else None

    def text_scalar(self, node: Node | None, key: str) -> Scalar | None:
        """Return the scalar of a text, which has its place."""
        if node is None:
            return None
        if isinstance(node, Scalar) and isinstance(node.value, str):
            return node
        self.wrong_type(node, key, "text")
        return None

    def choice(self, node: Node | None, key: str, choices: tuple[str, ...]) -> str | None:
        """Return a text that must be one of ``choices``."""
        scalar = self.text_scalar(node, key)
        if scalar is None or scalar.text in choices:
            return scalar.text if scalar else None
        hint = f"{did_you_mean(scalar.text, choices)}Use one of: {', '.join(choices)}." if choices else "Remove it."
        self.report("invalid-value", f"{key} cannot be {scalar.text!r}", scalar.span, hint)
        return None

    def only(self, node: Node, found: dict[str, Node], key: str, choices: tuple[str, ...]) -> str | None:
        """Return the only one of ``choices`` among the keys of a mapping; none and several are a problem."""
        present = [name for name in choices if name in found]
        if len(present) == 1:
            return present[0]
        rule = "conflicting-keys" if present else "missing-key"
        self.report(rule, f"{key} must have exactly one of {', '.join(choices)}", node.span)
        return None

    def boolean(self, node: Node | None, key: str) -> bool | None:
        """Return true or false."""
        if node is None:
            return None
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            return node.value
        self.wrong_type(node, key, "true or false")
        return None

    def integer(self, node: Node | None, key: str) -> int | None:
        """Return a whole number."""
        if node is None:
            return None
        if isinstance(node, Scalar) and isinstance(node.value, int) and not isinstance(node.value, bool):
            return node.value
        self.wrong_type(node, key, "a whole number")
        return None

    def wrong_type(self, node: Node, key: str, expected: str) -> None:
        """Add the problem that a value has the wrong type; where text is expected, the help is to quote the value."""
        found = type_name(to_json(node))
        written = isinstance(node, Scalar) and node.text
        quote = (
            f'Write "{node.text}" in quotes.' if expected == "text" and isinstance(node, Scalar) and node.text else None
        )
        detail = f"{found} ({node.text})" if written and isinstance(node, Scalar) and len(node.text) <= 40 else found
        where = key or "the document"
        self.report("wrong-type", f"{where} must be {expected}, not {detail}", node.span, quote)


def to_json(node: Node) -> Json:
    """Return the plain value of a node."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [to_json(item) for item in node.items]
    return {key.text: to_json(value) for key, value in node.entries}
