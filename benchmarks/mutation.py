"""Mutation testing: change one folder of the package in small ways, and see whether its own tests notice.

    python benchmarks/mutation.py --folder format [-n 150] [--seed 1] [--jobs 1] [--root .] [--python PATH]
                                  [--tests PATH ...] [--module NAME] [--list] [--fresh] [--timeout SECONDS]

Takes a sample of N mutants of basalt_cli/FOLDER, the same one for the same seed, and applies each alone in a private
copy of the tree. There it runs the test file of the mutated module's own name, then the other tests of tests/FOLDER,
up to the first failure. A mutant is killed if a test fails or the time runs out, and survives if all tests pass. Prints
each survivor with its place and difference, and the rates.

Results are kept in a file (its path is printed), so that an interrupted run continues where it stopped. Killed mutants
are not run again while their module is the same; survivors are run again once the tests of the folder have changed.

The operators: comparisons, and/or, conditions negated, constants, arithmetic, return values, min/max and any/all
swapped, statements removed. Left alone: docstrings, annotations, imports, decorators, asserts, __all__, the text of
f-strings, and texts with a space in them, which are words for people.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import hashlib
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "basalt_cli"
MEMORY_BYTES = 4 << 30
# Sets a limit of memory, then becomes pytest: a mutant may loop for ever.
LIMITED = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]), int(sys.argv[1])))
os.execv(sys.argv[2], sys.argv[2:])
"""
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
    ast.Mod: ast.Mult, ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}
SKIPPED_NAMES = {"__all__", "__slots__"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one module: ``new`` in place of the bytes from ``start`` to ``end``."""

    path: str
    line: int
    operator: str
    start: int
    end: int
    new: str
    identity: str

    def apply(self, source: bytes) -> bytes:
        return source[: self.start] + self.new.encode() + source[self.end :]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a mutant: killed, timeout or survived, and how long the tests took."""

    mutant: Mutant
    outcome: str
    seconds: float


class Mutator(ast.NodeVisitor):
    """Collects the mutants of one module, in the order of the source."""

    def __init__(self, path: str, source: bytes) -> None:
        self.path = path
        self.source = source
        self.mutants: list[Mutant] = []
        self._starts = [0]
        for line in source.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self._scope: list[str] = []
        self._seen: Counter[tuple[str, ...]] = Counter()

    def add(self, node: ast.expr | ast.stmt, operator: str, new: str) -> None:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self._starts[node.lineno - 1] + node.col_offset
        end = self._starts[node.end_lineno - 1] + node.end_col_offset
        old = self.source[start:end].decode()
        # The same change keeps its identity when lines elsewhere in the module change.
        known = (self.path, ".".join(self._scope), operator, old, new)
        self._seen[known] += 1
        identity = hashlib.sha256(repr((known, self._seen[known])).encode()).hexdigest()
        self.mutants.append(Mutant(self.path, node.lineno, operator, start, end, new, identity))

    def replace(self, node: ast.expr, operator: str, new: ast.expr) -> None:
        self.add(node, operator, f"({ast.unparse(new)})")

    def visit_body(self, body: Sequence[ast.stmt]) -> None:
        for index, statement in enumerate(body):
            is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            if is_text and (index == 0 or isinstance(body[index - 1], ast.AnnAssign | ast.Assign)):
                continue
            self.visit(statement)

    def visit_Module(self, node: ast.Module) -> None:
        self.visit_body(node.body)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        if any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases):
            return
        self._scope.append(node.name)
        self.visit_body(node.body)
        self._scope.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._scope.append(node.name)
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None:
                self.visit(default)
        self.visit_body(node.body)
        self._scope.pop()

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_Assert(self, node: ast.Assert) -> None:
        pass

    def visit_Import(self, node: ast.Import) -> None:
        pass

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        pass

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        pass

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        is_alias = isinstance(node.annotation, ast.Name) and node.annotation.id == "TypeAlias"
        if node.value is not None and not is_alias:
            self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        if any(isinstance(target, ast.Name) and target.id in SKIPPED_NAMES for target in node.targets):
            return
        if any(isinstance(target, ast.Attribute | ast.Subscript) for target in node.targets):
            self.add(node, "remove statement", "pass")
        self.visit(node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.add(node, "remove statement", "pass")
        self.visit(node.value)

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call | ast.Await):
            self.add(node, "remove statement", "pass")
        self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        self.add(node, "remove statement", "pass")
        if isinstance(node.exc, ast.Call):
            for argument in node.exc.args:
                self.visit(argument)

    def visit_Break(self, node: ast.Break) -> None:
        self.add(node, "remove statement", "pass")

    def visit_Continue(self, node: ast.Continue) -> None:
        self.add(node, "remove statement", "pass")

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is None:
            self.add(node, "remove statement", "pass")
            return
        if not (isinstance(node.value, ast.Constant) and node.value.value is None):
            self.add(node, "return value", "return None")
        self.visit(node.value)

    def visit_If(self, node: ast.If) -> None:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return
        self._negate(node.test)
        self.visit(node.test)
        self.visit_body(node.body)
        self.visit_body(node.orelse)

    def visit_While(self, node: ast.While) -> None:
        self._negate(node.test)
        self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._negate(node.test)
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        for condition in node.ifs:
            self._negate(condition)
        self.generic_visit(node)

    def _negate(self, test: ast.expr) -> None:
        # A comparison, an and, an or and a not have operators of their own, which say the same.
        if not isinstance(test, ast.Compare | ast.UnaryOp | ast.Constant):
            self.replace(test, "negate condition", ast.UnaryOp(ast.Not(), test))

    def visit_Compare(self, node: ast.Compare) -> None:
        for index, kind in enumerate(node.ops):
            ops = [*node.ops[:index], COMPARISONS[type(kind)](), *node.ops[index + 1 :]]
            self.replace(node, "comparison", ast.Compare(node.left, ops, node.comparators))
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        self.replace(node, "and/or", ast.BoolOp(other, node.values))
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not):
            self.replace(node, "drop not", node.operand)
        elif isinstance(node.op, ast.USub):
            self.replace(node, "drop minus", node.operand)
            return
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        other = ARITHMETIC.get(type(node.op))
        # A format with % is words.
        is_format = isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant)
        if other is not None and not is_format:
            self.replace(node, "arithmetic", ast.BinOp(node.left, other(), node.right))
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id in CALLS:
            self.add(node.func, "call", CALLS[node.func.id])
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, bool):
            self.add(node, "constant", f"{not value}")
        elif isinstance(value, int):
            self.add(node, "constant", f"({value + 1})")
        elif isinstance(value, str) and " " not in value:
            self.add(node, "constant", repr(f"{value}XX"))
        elif isinstance(value, bytes):
            self.add(node, "constant", repr(value + b"XX"))


def list_mutants(root: Path, folder: str, module: str | None) -> list[Mutant]:
    """Return all mutants of a folder of the package, in order."""
    found = []
    for path in sorted((root / PACKAGE / folder).rglob("*.py")):
        if module is not None and path.stem != module:
            continue
        source = path.read_bytes()
        mutator = Mutator(path.relative_to(root).as_posix(), source)
        mutator.visit(ast.parse(source))
        found += [mutant for mutant in mutator.mutants if _compiles(mutant.apply(source))]
    return found


def _compiles(source: bytes) -> bool:
    try:
        compile(source, "mutant", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


def choose(mutants: Sequence[Mutant], seed: int, count: int) -> list[Mutant]:
    """Return a sample: by the hash of seed and mutant, so that an edit elsewhere leaves the rest of it as it was."""

    def rank(mutant: Mutant) -> str:
        return hashlib.sha256(f"{seed}:{mutant.identity}".encode()).hexdigest()

    chosen = sorted(mutants, key=rank)[:count]
    return sorted(chosen, key=lambda mutant: (mutant.path, mutant.start, mutant.new))


class Tree:
    """A private copy of the tree, in which one mutant at a time is tested."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self._options = options
        self._folder = folder
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=options.root, check=True, capture_output=True,
        ).stdout.decode()  # fmt: skip
        for name in filter(None, listed.split("\0")):
            source, target = options.root / name, folder / name
            if source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)

    def test(self, mutant: Mutant, timeout_seconds: float) -> Result:
        path = self._folder / mutant.path
        original = path.read_bytes()
        started = time.monotonic()
        try:
            path.write_bytes(mutant.apply(original))
            self._clear(path)
            outcome = self._run_stages(mutant, timeout_seconds)
        finally:
            path.write_bytes(original)
            self._clear(path)
        return Result(mutant, outcome, time.monotonic() - started)

    def run(self, arguments: Sequence[str], timeout_seconds: float | None) -> tuple[int | None, str]:
        """Run pytest; return its exit code, or None if the time ran out, and its output."""
        shutil.rmtree(self._folder / ".hypothesis", ignore_errors=True)
        pytest = [self._options.python, "-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider"]
        process = subprocess.Popen(
            [sys.executable, "-c", LIMITED, str(MEMORY_BYTES), *pytest, "--hypothesis-seed=0", *arguments],
            cwd=self._folder,
            env={**os.environ, "PYTHONPATH": str(self._folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            output, _ = process.communicate(timeout=timeout_seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return None, ""
        return process.returncode, output.decode(errors="replace")

    def _run_stages(self, mutant: Mutant, timeout_seconds: float) -> str:
        own = find_own_tests(self._folder, mutant.path)
        ignored = [f"--ignore={name}" for name in own]
        for arguments in (own, [*self._options.tests, *ignored]):
            if arguments:
                code, _ = self.run(arguments, timeout_seconds)
                if code is None:
                    return "timeout"
                if code not in (0, 5):  # 5: there is no test
                    return "killed"
        return "survived"

    def _clear(self, path: Path) -> None:
        """Delete the compiled module: Python tells whether it is stale by time and size, which may be the same."""
        for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
            compiled.unlink()


def find_own_tests(root: Path, path: str) -> list[str]:
    """Return the test files of a module's own name: test_MODULE.py, in the same folder below tests or above it."""
    parts = Path(path).relative_to(PACKAGE)
    name = f"test_{parts.stem if parts.stem != '__init__' else parts.parent.name}.py"
    folders = [Path("tests") / parent for parent in parts.parents if parent != Path()]
    return [str(folder / name) for folder in folders if (root / folder / name).is_file()]


class State:
    """Results of this and of earlier runs, a line of JSON each."""

    def __init__(self, path: Path, root: Path, tests: Sequence[str], *, is_fresh: bool) -> None:
        self.path = path
        self._tests = digest_files(file for name in tests for file in sorted((root / name).rglob("*.py")))
        self._lock = threading.Lock()
        self._known: dict[str, dict[str, str]] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        if is_fresh:
            path.unlink(missing_ok=True)
        for line in path.read_text().splitlines() if path.exists() else ():
            body = json.loads(line)
            self._known[body["id"]] = body

    def find(self, mutant: Mutant, module: str) -> str | None:
        known = self._known.get(mutant.identity)
        if known is None or known["module"] != module:
            return None
        is_valid = known["outcome"] != "survived" or known["tests"] == self._tests
        return known["outcome"] if is_valid else None

    def add(self, result: Result, module: str) -> None:
        body = {"id": result.mutant.identity, "module": module, "tests": self._tests, "outcome": result.outcome}
        with self._lock, self.path.open("a") as file:
            file.write(json.dumps(body) + "\n")


def digest_files(paths: Iterator[Path]) -> str:
    whole = hashlib.sha256()
    for path in paths:
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def run_all(options: argparse.Namespace, mutants: Sequence[Mutant], state: State) -> list[Result]:
    """Test the mutants whose results are not known yet, in parallel; return all results in the order of the sample."""
    digests = {path: digest_files(iter([options.root / path])) for path in {mutant.path for mutant in mutants}}
    results: dict[Mutant, Result] = {}
    waiting: queue.SimpleQueue[Mutant] = queue.SimpleQueue()
    for mutant in mutants:
        outcome = state.find(mutant, digests[mutant.path])
        if outcome is None:
            waiting.put(mutant)
        else:
            results[mutant] = Result(mutant, outcome, 0.0)
    if waiting.empty():
        return [results[mutant] for mutant in mutants]
    with tempfile.TemporaryDirectory(prefix="basalt-mutation-") as temporary:
        trees = [Tree(options, Path(temporary) / str(number)) for number in range(options.jobs)]
        timeout_seconds = options.timeout or measure(options, trees[0])

        def work(tree: Tree) -> None:
            while True:
                try:
                    mutant = waiting.get_nowait()
                except queue.Empty:
                    return
                result = results[mutant] = tree.test(mutant, timeout_seconds)
                state.add(result, digests[mutant.path])
                place = f"{mutant.path}:{mutant.line}"
                print(f"{len(results)}/{len(mutants)} {result.outcome} {place} {result.seconds:.1f} s", file=sys.stderr)

        threads = [threading.Thread(target=work, args=(tree,), daemon=True) for tree in trees]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return [results[mutant] for mutant in mutants]


def measure(options: argparse.Namespace, tree: Tree) -> float:
    """Run the tests on the unchanged package, which they must pass; return the timeout for a mutant in seconds."""
    started = time.monotonic()
    code, output = tree.run(options.tests, None)
    if code != 0:
        sys.exit(f"the tests fail on the unchanged package:\n{output[-3000:]}")
    seconds = time.monotonic() - started
    print(f"the tests take {seconds:.1f} s on the unchanged package", file=sys.stderr)
    return 20 + 4 * seconds


def report(root: Path, results: Sequence[Result]) -> None:
    for result in results:
        if result.outcome == "survived":
            print(f"survived: {result.mutant.path}:{result.mutant.line} ({result.mutant.operator})")
            print(format_difference(root, result.mutant))
    modules = sorted({result.mutant.path for result in results})
    for path in modules:
        outcomes = [result.outcome for result in results if result.mutant.path == path]
        print(f"{path.ljust(60)} {len(outcomes) - outcomes.count('survived'):4} of {len(outcomes):4} killed")
    outcomes = [result.outcome for result in results]
    killed = len(outcomes) - outcomes.count("survived")
    rate = 100 * killed / max(1, len(outcomes))
    print(f"killed {killed} of {len(outcomes)} ({rate:.1f} %), {outcomes.count('timeout')} of them by the timeout")


def format_difference(root: Path, mutant: Mutant) -> str:
    source = (root / mutant.path).read_bytes()
    old, new = (text.decode().splitlines() for text in (source, mutant.apply(source)))
    lines = [line for line in difflib.unified_diff(old, new, n=0, lineterm="") if not line.startswith(("---", "+++"))]
    return "\n".join(f"    {line}" for line in lines if not line.startswith("@@"))


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Mutation testing of one folder of basalt_cli.")
    parser.add_argument("--folder", required=True, help="a folder of the package, such as format or versions")
    parser.add_argument("-n", "--count", type=int, default=150, help="mutants in the sample (150)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="mutants tested at the same time (1)")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[1], help="the work tree")
    parser.add_argument("--python", help="the interpreter for the tests (.venv/bin/python of the root, else this one)")
    parser.add_argument("--tests", nargs="+", metavar="PATH", help="the tests to run (tests/FOLDER)")
    parser.add_argument("--module", metavar="NAME", help="only mutants of the module of this name")
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="for a mutant (20 + 4 times the tests' time)")
    parser.add_argument("--state", type=Path, metavar="FILE", help="where results are kept")
    parser.add_argument("--fresh", action="store_true", help="forget the results of earlier runs")
    parser.add_argument("--list", action="store_true", help="print the sample and test nothing")
    options = parser.parse_args()
    options.root = options.root.resolve()
    local = options.root / ".venv/bin/python"
    options.python = options.python or (str(local) if local.exists() else sys.executable)
    options.tests = options.tests or [f"tests/{options.folder}"]
    name = f"{hashlib.sha256(str(options.root).encode()).hexdigest()[:8]}-{options.folder.replace('/', '-')}.jsonl"
    options.state = options.state or Path(tempfile.gettempdir(), "basalt-mutation", name)
    return options


def main() -> None:
    options = parse_options()
    every = list_mutants(options.root, options.folder, options.module)
    mutants = choose(every, options.seed, options.count)
    print(f"{len(mutants)} of {len(every)} mutants of {PACKAGE}/{options.folder}", file=sys.stderr)
    if options.list:
        for mutant in mutants:
            print(f"{mutant.path}:{mutant.line} ({mutant.operator})\n{format_difference(options.root, mutant)}")
        return
    state = State(options.state, options.root, options.tests, is_fresh=options.fresh)
    print(f"results are kept in {state.path}", file=sys.stderr)
    report(options.root, run_all(options, mutants, state))


if __name__ == "__main__":
    main()
