"""Make the picture of the README: what real commands print on a terminal, as SVG."""

from __future__ import annotations

import html
import io
import os
import pty
import re
import subprocess
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from tools.docs.commands import name_commits
from tools.docs.shell import build_environment
from tools.docs.shown import show_commits
from tools.docs.states import make_state, replace

PICTURE = "docs/images/terminal.svg"
_COLUMNS = 110
_STATE = "deployed"
# The first is run with a mistake in the working tree; the others see the committed prompts.
_MISTAKE = ("prompts/support/reply.yaml", "about order {{ order.id }}", "about order {{ oder.id }}")
_COMMANDS = (
    "basalt lint",
    "basalt status",
    "basalt diff support/reply@production support/reply@staging",
    "basalt promote support/reply --to production --yes",
)
_THEME = TerminalTheme(
    (22, 27, 34),
    (214, 221, 230),
    [
        (72, 79, 88),
        (255, 123, 114),
        (86, 211, 100),
        (227, 179, 65),
        (121, 192, 255),
        (210, 168, 255),
        (86, 212, 221),
        (177, 186, 196),
    ],
    [
        (110, 118, 129),
        (255, 161, 152),
        (126, 231, 135),
        (242, 204, 96),
        (165, 214, 255),
        (226, 197, 255),
        (179, 240, 255),
        (255, 255, 255),
    ],
)
_FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono', monospace"
# What rich fills in; its own template loads a font from another host.
_TEMPLATE = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<title>basalt in a terminal</title>
<style>
.{unique_id}-matrix {{ font-family: __FONTS__; font-size: {char_height}px; line-height: {line_height}px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
""".replace("__FONTS__", _FONTS)


def write_picture(root: Path) -> None:
    """Write the picture anew."""
    path = root / PICTURE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(make_picture(), encoding="utf-8")


def check_picture(root: Path) -> list[str]:
    """Return what is wrong with the picture: it loads something, or shows other words than the commands print now."""
    svg = (root / PICTURE).read_text(encoding="utf-8")
    problems = []
    if re.search(r"url\((?!#)|@import|href=", svg):
        problems.append(f"{PICTURE} loads something from elsewhere")
    if list_words(svg) != list_words(make_picture()):
        problems.append(f"{PICTURE} is not what the commands print: run python -m tools.docs picture")
    return problems


def list_words(svg: str) -> list[str]:
    """Return the words that a picture shows, in order."""
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    return html.unescape(" ".join(texts)).split()


def make_picture() -> str:
    """Run the commands in a new repository, and return what they print as SVG."""
    with tempfile.TemporaryDirectory(prefix="basalt-docs-") as temporary:
        folder = Path(temporary).resolve() / "state"
        home = Path(temporary).resolve() / "home"
        folder.mkdir()
        home.mkdir()
        environment = {**build_environment(home), "COLUMNS": str(_COLUMNS), "TERM": "xterm-256color"}
        shop = make_state(_STATE, folder, environment)
        name, right, wrong = _MISTAKE
        replace(shop / name, right, wrong)
        outputs = [run_on_terminal(_COMMANDS[0], shop, environment)]
        replace(shop / name, wrong, right)
        outputs += [run_on_terminal(command, shop, environment) for command in _COMMANDS[1:]]
        commits = name_commits(PICTURE, folder, outputs)
    console = Console(
        record=True, width=_COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor", highlight=False
    )
    for number, (command, output) in enumerate(zip(_COMMANDS, outputs, strict=True)):
        if number:
            console.print()
        console.print(Text.assemble(("$ ", "bold green"), (command, "bold")))
        console.print(Text.from_ansi(show_commits(output, commits).rstrip()))
    return console.export_svg(title="basalt", theme=_THEME, code_format=_TEMPLATE, unique_id="basalt")


def run_on_terminal(command: str, folder: Path, environment: dict[str, str]) -> str:
    """Run a command on a terminal of its own, and return what it prints, the codes of its colours included."""
    leader, follower = pty.openpty()
    with subprocess.Popen(
        command.split(), cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=follower, stderr=follower
    ):
        os.close(follower)
        data = b""
        try:
            while chunk := os.read(leader, 65536):
                data += chunk
        except OSError:
            pass  # Linux reports the end of a terminal's output as an error.
        finally:
            os.close(leader)
    return data.decode().replace("\r\n", "\n")
