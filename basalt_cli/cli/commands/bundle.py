"""``basalt bundle``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from basalt_cli.cli.completion import complete_environments
from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import OptionalSlugsArgument, TextOrJson
from basalt_cli.cli.output import Segment, print_json, print_lines
from basalt_cli.delivery.bundle_file import BundleReader, DamagedBundleError, format_bundle
from basalt_cli.delivery.bundling import build_bundle
from basalt_cli.errors import Place, UsageError
from basalt_cli.files.write import replace_file
from basalt_cli.text.words import plural


def command(
    slugs: OptionalSlugsArgument = None,
    environments: Annotated[
        list[str] | None,
        typer.Option(
            "--env",
            metavar="ENV",
            help="The environment to bundle; may be given several times.",
            autocompletion=complete_environments,
        ),
    ] = None,
    path: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="The file to write.")
    ] = "prompts.bundle.json",
    verify: Annotated[
        str | None, typer.Option("--verify", metavar="FILE", help="Write nothing; say whether FILE is whole.")
    ] = None,
    output: TextOrJson = "text",
) -> None:
    """Put what an environment runs into one file, to ship with an application.

    It holds the prompts with their partials, digests and pointers; of the same commit it is always the same bytes.
    """
    if verify is not None:
        if environments or slugs:
            raise UsageError("--verify takes a file alone", hint="Leave out --env and the prompts.")
        _report(verify, Path(verify).read_bytes(), output)
        return
    if not environments:
        raise UsageError("name an environment", hint="As in basalt bundle --env production.")
    with opened_project() as project:
        data = format_bundle(build_bundle(project, tuple(dict.fromkeys(environments)), tuple(slugs or ())))
    replace_file(Path(path), data)
    _report(path, data, output)


def _report(path: str, data: bytes, output: str) -> None:
    try:
        reader = BundleReader(data)
        count = reader.verify()
    except DamagedBundleError as error:
        error.place = Place(path)
        raise
    if output == "json":
        print_json(
            {
                "path": path,
                "environments": list(reader.environments),
                "trunk": reader.trunk,
                "prompts": list(reader.list_slugs()),
                "bytes": len(data),
            }
        )
        return
    prompts = plural(len(reader.list_slugs()), "prompt")
    versions = f" in {plural(count, 'version')}" if count != len(reader.list_slugs()) else ""
    where = f"{' and '.join(reader.environments)} at {reader.trunk[:9]}"
    print_lines([[Segment(f"{path}: {prompts}{versions} of {where}, {len(data):,} bytes, whole", "green")]])
