"""Edit deployments.yaml in place, with comments, order and layout kept."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingType

from basalt_cli.errors import BasaltError
from basalt_cli.format.yaml.reader import read_yaml
from basalt_cli.format.yaml.writer import format_scalar
from basalt_cli.model.config import DEPLOYMENTS_NAME
from basalt_cli.model.pointer import NUMBER_LIKE_PATTERN, Pointer, Pointers
from basalt_cli.model.source import Edit, Mapping, Node, Scalar, Sequence
from basalt_cli.pointers.deployments_file import LIMITS, parse_deployments
from basalt_cli.text.edits import apply_edits

_NUMBER_LIKE = re.compile(rf"{NUMBER_LIKE_PATTERN}\Z")


def set_pointers(text: str, environment: str, moves: MappingType[str, Pointer | None]) -> str:
    """Return the file with pointers of one environment set, or removed where the value is None.

    Raises BasaltError where the edited file would not have exactly these pointers and all others unchanged.
    """
    expected = parse_deployments(text.encode())
    running = expected.setdefault(environment, {})
    kept = {slug: pointer for slug, pointer in sorted(moves.items()) if pointer is not None}
    gone = {slug for slug in moves if slug not in kept and slug in running}
    expected[environment] = {slug: pointer for slug, pointer in (running | kept).items() if slug not in gone}
    edited = apply_edits(text, _find_removals(text, environment, gone)) if gone else text
    edited = apply_edits(edited, _find_edits(edited, environment, kept)) if kept else edited
    if not kept and not expected[environment] and environment not in parse_deployments(edited.encode()):
        del expected[environment]
    if not _holds(edited, expected):
        message = f"{DEPLOYMENTS_NAME} cannot be edited in place: its layout is not supported"
        raise BasaltError(message, hint="Write environments and prompts as indented blocks, without {braces}.")
    return edited


def _holds(text: str, expected: Pointers) -> bool:
    try:
        return parse_deployments(text.encode()) == expected
    except BasaltError:
        return False


def _find_removals(text: str, environment: str, slugs: set[str]) -> list[Edit]:
    """Return the edits that delete the lines of pointers; comments above them are kept."""
    root = read_yaml(text.encode(), LIMITS).root
    environments = root.find("environments") if isinstance(root, Mapping) else None
    prompts = environments.find(environment) if isinstance(environments, Mapping) else None
    assert isinstance(prompts, Mapping)
    found = [(key, node) for key, node in prompts.entries if key.text in slugs]
    return [_delete_lines(text, key.start, _last_index(node, key.end)) for key, node in found]


def _delete_lines(text: str, start: int, end: int) -> Edit:
    return Edit(text.rfind("\n", 0, start) + 1, _end_of_line(text, end), "")


def _find_edits(text: str, environment: str, moves: dict[str, Pointer]) -> list[Edit]:
    root = read_yaml(text.encode(), LIMITS).root
    environments = root.find("environments") if isinstance(root, Mapping) else None
    prompts = environments.find(environment) if isinstance(environments, Mapping) else None
    if isinstance(prompts, Mapping) and prompts.entries:
        return _edit_prompts(text, prompts, moves)
    if isinstance(environments, Mapping) and environments.entries:
        if prompts is not None:
            key = _key_of(environments, environment)
            return [_fill(text, key, _blocks(moves, key.span.column + 1))]
        return [_insert_environment(text, environments, environment, moves)]
    opening = f"  {format_scalar(environment)}:\n" + _blocks(moves, 4)
    if isinstance(root, Mapping) and environments is not None:
        return [_fill(text, _key_of(root, "environments"), opening)]
    start = "format: 1\n" if root is None else ""
    return [Edit(len(text), len(text), _new_line(text, len(text)) + f"{start}environments:\n{opening}")]


def _key_of(mapping: Mapping, name: str) -> Scalar:
    return next(key for key, _ in mapping.entries if key.text == name)


def _edit_prompts(text: str, prompts: Mapping, moves: dict[str, Pointer]) -> list[Edit]:
    """Replace the values of existing pointers; insert each new block after the last entry that sorts before it."""
    edits: list[Edit] = []
    inserts: dict[int, str] = {}
    indent = prompts.entries[0][0].span.column - 1
    blocks = {key.text: node for key, node in prompts.entries}
    for slug, pointer in moves.items():
        block = blocks.get(slug)
        if isinstance(block, Mapping):
            edits += _replace(text, block, pointer)
        else:
            index = _insertion_index(text, prompts, slug)
            inserts[index] = inserts.get(index, "") + _block(slug, pointer, indent)
    return edits + [Edit(index, index, _new_line(text, index) + block) for index, block in inserts.items()]


def _replace(text: str, block: Mapping, pointer: Pointer) -> list[Edit]:
    values = [(block.find("version"), pointer.version), (block.find("digest"), pointer.digest)]
    edits = [Edit(node.start, node.end, _format_value(new)) for node, new in values if isinstance(node, Scalar)]
    return edits + _replace_rollout(text, block, pointer)


def _replace_rollout(text: str, block: Mapping, pointer: Pointer) -> list[Edit]:
    lines = _rollout(pointer, block.entries[0][0].span.column - 1)
    for key, node in block.entries:
        if key.text == "rollout":
            return [_delete_lines(text, key.start, _last_index(node, key.end))._replace(text=lines)]
    if not lines:
        return []
    index = _end_of_line(text, _last_index(block, block.entries[0][0].end))
    return [Edit(index, index, _new_line(text, index) + lines)]


def _rollout(pointer: Pointer, indent: int) -> str:
    """Return the lines of a roll-out; empty where there is none."""
    margin = " " * indent
    shares = "".join(
        f"{margin}  - version: {_format_value(share.version)}\n{margin}    digest: {_format_value(share.digest)}\n"
        f"{margin}    percent: {share.percent}\n"
        for share in pointer.rollout
    )
    return f"{margin}rollout:\n{shares}" if shares else ""


def _insert_environment(text: str, environments: Mapping, environment: str, moves: dict[str, Pointer]) -> Edit:
    indent = environments.entries[0][0].span.column - 1
    index = _insertion_index(text, environments, environment)
    heading = " " * indent + f"{format_scalar(environment)}:\n"
    return Edit(index, index, _new_line(text, index) + heading + _blocks(moves, indent + 2))


def _insertion_index(text: str, mapping: Mapping, name: str) -> int:
    before = [entry for entry in mapping.entries if entry[0].text < name]
    if before:
        return _end_of_line(text, _last_index(before[-1][1], before[-1][0].end))
    return _above_comments(text, text.rfind("\n", 0, mapping.entries[0][0].start) + 1)


def _above_comments(text: str, index: int) -> int:
    """Return the start of the comment lines directly above a line, which belong to it."""
    while index:
        start = text.rfind("\n", 0, index - 1) + 1
        if not text[start:index].lstrip().startswith("#"):
            break
        index = start
    return index


def _fill(text: str, key: Scalar, block: str) -> Edit:
    """Replace an empty value (none, ``{}`` or ``null``) by a block; a comment on the line of the key is kept."""
    colon = text.index(":", key.end)
    end = _end_of_line(text, colon)
    rest = text[colon + 1 : end].rstrip("\n")
    comment = "  " + rest[rest.index("#") :] if "#" in rest else ""
    return Edit(colon + 1, end, f"{comment}\n{block}")


def _blocks(moves: dict[str, Pointer], indent: int) -> str:
    return "".join(_block(slug, pointer, indent) for slug, pointer in moves.items())


def _block(slug: str, pointer: Pointer, indent: int) -> str:
    margin = " " * indent
    version, digest = _format_value(pointer.version), _format_value(pointer.digest)
    lines = f"{margin}{format_scalar(slug)}:\n{margin}  version: {version}\n{margin}  digest: {digest}\n"
    return lines + _rollout(pointer, indent + 2)


def _format_value(value: str) -> str:
    """Quote a commit id that YAML reads as a number: all digits, or digits around one ``e``."""
    return f'"{value}"' if _NUMBER_LIKE.match(value) else value


def _last_index(node: Node, otherwise: int) -> int:
    if isinstance(node, Scalar):
        return max(node.end, otherwise)
    children = node.items if isinstance(node, Sequence) else [value for _, value in node.entries]
    return max((_last_index(child, otherwise) for child in children), default=otherwise)


def _end_of_line(text: str, index: int) -> int:
    found = text.find("\n", index)
    return len(text) if found < 0 else found + 1


def _new_line(text: str, index: int) -> str:
    """Return the line break that is missing before ``index``; empty where none is missing."""
    return "\n" if index and text[index - 1] != "\n" else ""
