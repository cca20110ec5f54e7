"""``basalt bundle`` and ``basalt codegen``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from basalt_cli.delivery.bundle_file import BundleReader

from tests.cli.checking import Basalt, checked
from tests.client.shop import make_shop
from tests.support import Repo, clean_home


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    made = make_shop(tmp_path / "shop")
    monkeypatch.chdir(made.path)
    return made


def test_a_commit_always_gives_the_same_bundle(basalt: Basalt, shop: Repo, tmp_path: Path) -> None:
    said = basalt("bundle", "--env", "production", "-o", "one.json").out
    assert (
        said
        == f"one.json: 3 prompts of production at {shop.head[:9]}, {Path('one.json').stat().st_size:,} bytes, whole\n"
    )
    checked(basalt("bundle", "--env", "production", "-o", "two.json", "--format", "json"), "bundle")
    assert Path("one.json").read_bytes() == Path("two.json").read_bytes()
    # Another clone, time zone, locale and hash seed give the same bytes.
    shop.git("clone", "--quiet", str(shop.path), str(tmp_path / "clone"))
    environment = {**clean_home(tmp_path), "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7", "LC_ALL": "C"}
    command = [sys.executable, "-m", "basalt_cli", "bundle", "--env", "production", "-o", "three.json"]
    subprocess.run(command, cwd=tmp_path / "clone", env=environment, check=True, capture_output=True)
    assert (tmp_path / "clone" / "three.json").read_bytes() == Path("one.json").read_bytes()


def test_a_bundle_has_the_requested_prompts_and_environments(basalt: Basalt, shop: Repo) -> None:
    basalt("bundle", "support/*", "greeting", "--env", "staging", "--env", "production", "-o", "b.json")
    reader = BundleReader(Path("b.json").read_bytes())
    assert reader.list_slugs() == ("greeting", "support/reply")
    assert reader.environments == ("production", "staging")
    assert list(reader.list_versions("greeting").values()).count("1.0.0") == 1
    assert reader.trunk == shop.head


def test_wrong_requests_for_a_bundle_are_errors(basalt: Basalt, shop: Repo) -> None:
    assert "name an environment" in basalt("bundle", code=2).err
    assert "there is no environment 'prod'" in basalt("bundle", "--env", "prod", code=3).err
    assert "no prompt 'greting' runs in production" in basalt("bundle", "greting", "--env", "production", code=3).err
    assert "--verify takes only a file" in basalt("bundle", "--verify", "x", "--env", "staging", code=2).err
    assert not Path("prompts.bundle.json").exists()


def test_a_bundle_is_verified(basalt: Basalt, shop: Repo) -> None:
    basalt("bundle", "--env", "production")
    path = Path("prompts.bundle.json")
    assert "whole" in basalt("bundle", "--verify", str(path)).out
    path.write_bytes(path.read_bytes().replace(b"Be kind", b"Be mean"))
    failed = basalt("bundle", "--verify", str(path), code=3)
    assert failed.err.startswith("error: prompts.bundle.json: it is damaged")
    assert "absent.json" in basalt("bundle", "--verify", "absent.json", code=3).err


def mypy(path: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--no-incremental",
        "--cache-dir",
        str(path.parent / "mypy"),
        str(path),
    ]
    return subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=False)


HARD = """\
description: Says "no" to \\ everything, in \"\"\"quotes\"\"\"
variables:
  _fetch: {type: string, optional: true}
  class: {type: string, description: "Ends with a \\"quote\\""}
  basalt: {type: [string, "null"]}
  at: {type: array, items: {type: integer}}
  number: {type: number, default: 0.5, description: How much}
  flag: boolean
  deep: {type: object, optional: true, properties: {x: {type: string}}}
  choice: {enum: [1, "a😀", true, null], optional: true}
  __debug__: {type: string, optional: true}
  one: {const: x, optional: true}
  anything: {type: any, optional: true}
  history: {type: messages, optional: true}
messages:
  - {insert: history}
  - {role: user, content: "{{ class }} {{ basalt }} {{ at }} {{ number }} {{ flag }} {{ [deep, choice, one, anything] is defined }}"}
"""


def test_the_module_passes_strict_type_checking_and_runs(
    basalt: Basalt, shop: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.commit(
        "More",
        {
            "prompts/hard.yaml": HARD,
            "prompts/3-numbers.yaml": "prompt: x\n",
            "prompts/import.yaml": "prompt: x\n",
            "prompts/annotations.yaml": "prompt: x\n",
        },
    )
    basalt("codegen", "python", "-o", "shop_prompts.py")
    assert mypy(shop.path / "shop_prompts.py").stdout == "Success: no issues found in 1 source file\n"
    use = shop.write(
        "use.py",
        "from basalt_cli import Basalt\n"
        "from basalt_cli.client.typed import At\n"
        "from shop_prompts import greeting, hard, import_, prompt_3_numbers\n"
        "basalt = Basalt()\n"
        "print(greeting(basalt, name='Ada', tone='cool').text)\n"
        "print(greeting(basalt, At(tag='staging'), name='Ada').text)\n"
        "print(hard(basalt, At('latest'), class_='c', basalt_='b', at_=[1], flag=True).text)\n"
        "print(import_(basalt, At('latest')).text, prompt_3_numbers(basalt, At('latest')).text)\n",
    )
    assert mypy(use).stdout == "Success: no issues found in 1 source file\n"
    ran = subprocess.run([sys.executable, str(use)], cwd=shop.path, capture_output=True, text=True, check=False)
    assert ran.stdout.splitlines() == ["Hello Ada", "Hi Ada", "c b [1] 0.5 True True", "x x"], ran.stderr


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("greeting(basalt)", 'Missing named argument "name"'),
        ("greeting(basalt, nmae='Ada', name='x')", 'Unexpected keyword argument "nmae"'),
        ("greeting(basalt, name=3)", 'incompatible type "int"'),
        ("greeting(basalt, name='Ada', tone='angry')", "incompatible type"),
    ],
)
def test_a_wrong_call_does_not_pass_type_checking(basalt: Basalt, shop: Repo, call: str, words: str) -> None:
    basalt("codegen", "python", "-o", "shop_prompts.py")
    use = shop.write(
        "use.py", f"from basalt_cli import Basalt\nfrom shop_prompts import greeting\nbasalt = Basalt()\n{call}\n"
    )
    assert words in mypy(use).stdout


def test_functions_can_be_awaited(basalt: Basalt, shop: Repo) -> None:
    basalt("codegen", "python", "--async", "-o", "shop_prompts.py")
    use = shop.write(
        "use.py",
        "import asyncio\nfrom basalt_cli import Basalt\nfrom shop_prompts import greeting\n"
        "print(asyncio.run(greeting(Basalt(), name='Ada')).text)\n",
    )
    ran = subprocess.run([sys.executable, str(use)], cwd=shop.path, capture_output=True, text=True, check=False)
    assert ran.stdout == "Hello Ada\n", ran.stderr


def test_codegen_check_needs_a_file(basalt: Basalt, shop: Repo) -> None:
    assert "--check needs a file to compare with" in basalt("codegen", "python", "--check", code=2).err


def test_a_module_that_is_out_of_date_fails_a_check(basalt: Basalt, shop: Repo) -> None:
    basalt("codegen", "python", "-o", "shop_prompts.py")
    assert basalt("codegen", "python", "-o", "shop_prompts.py", "--check").out == ""
    before = Path("shop_prompts.py").read_bytes()
    assert basalt("codegen", "python", "-o", "shop_prompts.py").err == "note: shop_prompts.py: 3 functions, unchanged\n"
    shop.write("prompts/plain.yaml", "variables: {x: string}\nprompt: '{{ x }}'\n")
    failed = basalt("codegen", "python", "-o", "shop_prompts.py", "--check", code=1)
    assert "+    x: str," in failed.out
    assert "out of date" in failed.err
    assert Path("shop_prompts.py").read_bytes() == before


def test_codegen_reads_the_prompts_of_an_environment(basalt: Basalt, shop: Repo) -> None:
    shop.write("prompts/plain.yaml", "variables: {x: string}\nprompt: '{{ x }}'\n")
    assert "x: str" in basalt("codegen", "python", "plain").out
    assert "x: str" not in basalt("codegen", "python", "plain", "--env", "production").out
    assert (
        "no prompt 'absent' runs in production"
        in basalt("codegen", "python", "absent", "--env", "production", code=3).err
    )
    assert "there is no prompt 'absent'" in basalt("codegen", "python", "absent", code=3).err


def test_two_prompts_with_one_function_name_are_an_error(basalt: Basalt, shop: Repo) -> None:
    shop.write("prompts/support-reply.yaml", "prompt: x\n")
    assert "would both be the function support_reply" in basalt("codegen", "python", code=3).err
