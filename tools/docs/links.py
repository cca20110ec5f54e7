"""Check the relative links and anchors of Markdown pages, and the commands that they name in their text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

from tools.docs.reference import list_options

_LINK = re.compile(r"!?\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^)\s]+)(?: \"[^\"]*\")?\)")
_CODE = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_HEADING = re.compile(r"(#{1,6}) +(.*?) *#*\Z")
_OUTSIDE = re.compile(r"(?:https?|mailto):")
_OPTION = re.compile(r"(?:^|[\s\[(])(--?[A-Za-z][A-Za-z-]*)")


def check_links(root: Path, pages: list[Path]) -> list[str]:
    """Return what is wrong with the links of pages: files and anchors that do not exist."""
    problems = []
    for page in pages:
        for line, target in list_links(page.read_text(encoding="utf-8")):
            problem = _find_problem(root, page, target)
            if problem is not None:
                problems.append(f"{page.relative_to(root)}:{line}: {target}: {problem}")
    return problems


def list_links(text: str) -> Iterator[tuple[int, str]]:
    """Yield the target of each link with its line, other than those to other hosts."""
    for number, line in _prose(text):
        for found in _LINK.finditer(_CODE.sub("code", line)):
            if not _OUTSIDE.match(found.group(1)):
                yield number, found.group(1)


def _prose(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines outside of fenced blocks, with their numbers."""
    fence = ""
    for number, line in enumerate(text.split("\n"), 1):
        marker = re.match(r" *(`{3,})", line)
        if marker is not None:
            if not fence:
                fence = marker.group(1)
            elif marker.group(1) == fence:
                fence = ""
            continue
        if not fence:
            yield number, line


def _find_problem(root: Path, page: Path, target: str) -> str | None:
    path, _, anchor = target.partition("#")
    linked = (page.parent / path).resolve() if path else page
    if not linked.is_relative_to(root.resolve()) or not linked.exists():
        return "there is no such file"
    if anchor and linked.suffix == ".md" and anchor not in list_anchors(linked.read_text(encoding="utf-8")):
        return "there is no such heading"
    return None


def list_anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    anchors: set[str] = set()
    for _, line in _prose(text):
        found = _HEADING.match(line)
        if found is not None:
            words = unicodedata.normalize("NFC", found.group(2)).lower()
            slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
            number = next(n for n in range(len(anchors) + 1) if (f"{slug}-{n}" if n else slug) not in anchors)
            anchors.add(f"{slug}-{number}" if number else slug)
    return anchors


def check_named_commands(root: Path, pages: list[Path]) -> list[str]:
    """Return the commands and options of basalt that a page names in its text, and that do not exist."""
    known = list_options()
    problems = []
    for page in pages:
        for line, text in _prose(page.read_text(encoding="utf-8")):
            for found in _CODE.finditer(text):
                problem = _find_unknown(found.group(2), known)
                if problem is not None:
                    problems.append(f"{page.relative_to(root)}:{line}: `{found.group(2)}`: {problem}")
    return problems


def _find_unknown(code: str, known: Mapping[str, frozenset[str]]) -> str | None:
    words = code.split()
    if words[:1] != ["basalt"] or len(words) < 2 or not words[1][:1].islower():
        return None
    if words[1] not in known:
        return f"there is no command {words[1]}"
    unknown = [option for option in _OPTION.findall(code) if option not in known[words[1]]]
    return f"{words[1]} has no option {unknown[0]}" if unknown else None


_PATH = re.compile(r"(?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:py|yaml|toml)")


def check_named_paths(root: Path, page: Path) -> list[str]:
    """Return the paths that a page names in its text and that are neither in the repository nor in the package.

    Only what starts with a folder of either counts as a path.
    """
    places = (root, root / "basalt_cli")
    folders = {path.name for place in places for path in place.iterdir() if path.is_dir()}
    problems = []
    for line, text in _prose(page.read_text(encoding="utf-8")):
        for found in _CODE.finditer(text):
            path = found.group(2)
            is_path = _PATH.fullmatch(path) is not None and path.split("/")[0] in folders - {".git", ".tools"}
            if is_path and not any((place / path).exists() for place in places):
                problems.append(f"{page.relative_to(root)}:{line}: `{path}`: there is no such file or folder")
    return problems
