"""``basalt bundle``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import OptionalSlugsArgument, TextOrJson, environment_option
from basalt_cli.cli.output import Segment, print_json, print_lines
from basalt_cli.delivery.bundle_file import BundleReader, DamagedBundleError, format_bundle
from basalt_cli.delivery.bundling import build_bundle
from basalt_cli.errors import Place, UsageError
from basalt_cli.files.write import replace_file
from basalt_cli.text.words import plural


def command(
    slugs: OptionalSlugsArgument = None,
    environments: Annotated[
        list[str] | None, environment_option("--env", "The environment to bundle. Repeatable.")
    ] = None,
    path: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="The file to write.")
    ] = "prompts.bundle.json",
    verify: Annotated[
        str | None,
        typer.Option("--verify", metavar="FILE", help="Check the digests of the bundle FILE, and write nothing."),
    ] = None,
    output: TextOrJson = "text",
) -> None:
    """Write the prompts that an environment runs to one file.

    An application ships the file, and reads prompts from it. It has the prompts with their partials, digests and
    pointers. The same commit of the trunk always gives the same bytes.
    """
    if verify is not None:
        if environments or slugs:
            raise UsageError("--verify takes only a file", hint="Omit --env and the slugs.")
        _report(verify, Path(verify).read_bytes(), output)
        return
    if not environments:
        raise UsageError("name an environment", hint="For example: basalt bundle --env production")
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
