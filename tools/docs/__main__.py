"""``python -m tools.docs``: check the documentation, or one part of it."""

from __future__ import annotations

import argparse
import sys

from tools.docs.commands import check_commands
from tools.docs.links import check_links, check_named_commands, check_named_paths
from tools.docs.pages import ROOT, list_pages
from tools.docs.picture import check_picture, write_picture
from tools.docs.site import build_site


def main(arguments: list[str]) -> int:
    """Run what is asked for, print the problems, and return 1 where there is one."""
    parser = argparse.ArgumentParser(prog="python -m tools.docs", description="Check the documentation.")
    parser.add_argument("part", nargs="?", choices=("all", "site", "links", "commands", "picture"), default="all")
    parser.add_argument(
        "--update", action="store_true", help="write the real outputs of the shown commands, and the picture"
    )
    parser.add_argument("--page", action="append", help="only this page, by its path")
    options = parser.parse_args(arguments)
    pages = list_pages(ROOT)
    chosen = [page for page in pages if not options.page or page.relative_to(ROOT).as_posix() in options.page]
    problems: list[str] = []
    if options.part == "picture" or (options.part == "all" and options.update):
        write_picture(ROOT)
    if options.part == "all":
        problems += check_picture(ROOT)
    if options.part in ("all", "links"):
        problems += check_links(ROOT, pages) + check_named_commands(ROOT, pages)
        problems += check_named_paths(ROOT, ROOT / "CONTRIBUTING.md")
    if options.part in ("all", "site"):
        problems += build_site(ROOT, ROOT / "build" / "docs")
    if options.part in ("all", "commands"):
        problems += check_commands(ROOT, chosen, update=options.update)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(problems)} problems" if problems else "documentation: no problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
