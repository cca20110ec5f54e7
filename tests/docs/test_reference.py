from __future__ import annotations

import json
from pathlib import Path

from basalt_cli.cli.app import MODULES
from basalt_cli.lint.rules import RULES
from tools.docs.pages import ROOT
from tools.docs.reference import (
    format_commands,
    format_file_format,
    format_rules,
    list_keys,
    list_options,
    write_reference,
)


def test_every_command_has_a_section_with_its_options() -> None:
    page = format_commands()
    assert [line.removeprefix("### basalt ") for line in page.splitlines() if line.startswith("### ")] == list(MODULES)
    promote = page.partition("### basalt promote\n")[2].partition("### ")[0]
    assert "```text\nbasalt promote [OPTIONS] [SLUGS]...\n```" in promote
    assert "| `--to ENV` | The environment whose pointers move. Required. |" in promote
    assert "| `--format text,json` | Output format: text for people, json for programs. Default: `text`. |" in promote


def test_options_of_a_command_include_short_ones_and_help() -> None:
    assert {"--yes", "-y", "--push", "--help", "-h"} <= list_options()["promote"]


def test_every_rule_has_a_section() -> None:
    headings = [line for line in format_rules().splitlines() if line.startswith("## ")]
    assert headings == [f"## {rule.ID} {rule.NAME}" for rule in RULES]


def test_keys_of_a_schema_are_listed_with_those_below_them() -> None:
    schema = {
        "properties": {
            "format": {"const": 1},
            "items": {"type": "array", "items": {"$ref": "#/$defs/item"}},
            "names": {"type": "object", "additionalProperties": {"type": ["string", "null"], "description": "A name."}},
        },
        "required": ["format"],
        "$defs": {
            "item": {"oneOf": [{"properties": {"a": {"type": "string"}}, "required": ["a"]}, {"enum": ["x", None]}]}
        },
    }
    keys = [(key.path, key.kind, key.is_required, key.meaning) for key in list_keys(schema, schema)]
    assert keys == [
        ("format", "`1`", True, ""),
        ("items", "list of any value or `x` or `null`", False, ""),
        ("items[].a", "string", False, ""),
        ("names", "mapping", False, ""),
        ("names.NAME", "string or null", False, "A name."),
    ]


def test_keywords_of_json_schema_share_one_line(tmp_path: Path) -> None:
    path = tmp_path / "thing.schema.json"
    properties = {
        "size": {"type": "integer", "default": 3, "description": "How large."},
        "const": {"description": "JSON Schema's const."},
    }
    path.write_text(json.dumps({"description": "A thing.", "properties": properties}))
    page = format_file_format(path, "Thing", "thing.yaml")
    assert "| `size` | integer | How large. Default: `3`. |  |" in page
    assert page.endswith("These keywords of JSON Schema mean what they mean there: `const`.\n")


def test_all_pages_are_written(tmp_path: Path) -> None:
    names = write_reference(tmp_path, ROOT / "schemas")
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    assert "| 4 | A lost race" in (tmp_path / "exit-codes.md").read_text()
    assert "| `prompts[].environments.NAME.behind` | integer or null |" in (tmp_path / "json-outputs.md").read_text()
