"""Changes of the code, one place at a time, and whether a test notices one.

A process that has used no threads yet loads what never changes, and forks for every change: the child sees the module as changed from its
import on. Polars is loaded by the children alone, since its threads would be missing in a fork and a test hang.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import json
import os
import sys
import time
import tomllib
import traceback
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import libcst as cst
import pytest
from hypothesis import Phase, settings
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import Mutation, MutationVisitor
from mutmut.mutation.mutators import (
    mutation_operators,
    operator_arg_removal,
    operator_assignment,
    operator_dict_arguments,
    operator_lambda,
    operator_string,
)
from mutmut.mutation.pragma_handling import get_ignored_lines

from attain.rulebook.load import load_book

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import CodeType, FrameType, ModuleType

LOUD = (operator_string, operator_arg_removal, operator_assignment, operator_dict_arguments, operator_lambda)
"""Not tried: another name of a column, an argument left out, nothing in the place of a value. Nearly every test breaks, which flatters;
another word of a sentence moves no point."""
EXAMPLES = 20
"""Of each property test at the first try; a change that survives meets all examples afterwards."""
CONFIGURED = "mutation.ini"


@dataclass(frozen=True)
class Mutant:
    """One change, and the lines of the original that it stands on."""

    module: str
    number: int
    lines: range
    tree: cst.Module = field(repr=False, compare=False)
    mutation: Mutation = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        return f"{self.module}:{self.lines.start} #{self.number}"

    @cached_property
    def text(self) -> str:
        """The whole module with the change: made when it is tried, since that takes as long as trying it."""
        changed = self.tree.deep_replace(self.mutation.original_node, self.mutation.mutated_node)
        assert isinstance(changed, cst.Module)
        return changed.code

    @property
    def at_import(self) -> bool:
        """Say whether it stands outside of every function: no test is seen to run its line."""
        return self.mutation.contained_by_top_level_function is None

    @property
    def change(self) -> str:
        """The lines that differ."""
        return _change(self.tree.code, self.text)


@dataclass(frozen=True)
class Reach:
    """A test: how long it takes, and the lines of each module that it runs."""

    test: str
    seconds: float
    lines: dict[str, set[int]] = field(compare=False)


def mutants_of(module: str, path: Path) -> list[Mutant]:
    """Every change of one module but the loud ones."""
    text = path.read_text(encoding="utf-8")
    wrapper = MetadataWrapper(cst.parse_module(text))
    operators = [one for one in mutation_operators if one[1] not in LOUD]
    visitor = MutationVisitor(operators, get_ignored_lines(str(path), text, wrapper, None), None)
    tree = wrapper.visit(visitor)
    places = wrapper.resolve(PositionProvider)
    found = [(places[one.original_node], one) for one in visitor.mutations]
    return [Mutant(module, number, range(place.start.line, place.end.line + 1), tree, one) for number, (place, one) in enumerate(found)]


def _change(before: str, after: str) -> str:
    old, new = before.splitlines(), after.splitlines()
    first = next(number for number, (one, other) in enumerate(zip(old, new, strict=False)) if one != other)
    last = next(number for number, (one, other) in enumerate(zip(reversed(old), reversed(new), strict=False)) if one != other)
    taken = [f"    -{line}" for line in old[first : len(old) - last]]
    return "\n".join([*taken, *(f"    +{line}" for line in new[first : len(new) - last])])


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module with another text."""

    def __init__(self, module: str, path: Path, text: str) -> None:
        self.module, self.path, self.text = module, path, text

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        del path, target
        return importlib.util.spec_from_file_location(fullname, self.path, loader=self) if fullname == self.module else None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.text, str(self.path), "exec"), module.__dict__)


class _Quick:
    """Property tests with few examples and without looking for the smallest one: whether one fails is all that is asked."""

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            function: Any = getattr(item, "function", None)
            said = getattr(function, "_hypothesis_internal_use_settings", None)
            if said is not None or getattr(function, "is_hypothesis_test", False):
                said = said or settings()
                most = min(said.max_examples, EXAMPLES)
                function._hypothesis_internal_use_settings = settings(
                    said, max_examples=most, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate]
                )


class _Traced:
    """Notes for each test how long it took and which lines of the modules it ran, fixtures with it."""

    def __init__(self, files: dict[str, str]) -> None:
        self.files = files
        self.reached: list[dict[str, Any]] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        lines: dict[str, set[int]] = defaultdict(set)
        of_code: dict[CodeType, Callable[..., Any] | None] = {}

        def called(frame: FrameType, event: str, argument: object) -> Any:
            del event, argument
            code = frame.f_code
            if code not in of_code:
                module = self.files.get(code.co_filename)
                of_code[code] = _line_noter(lines[module]) if module else None
            noter = of_code[code]
            if noter is not None:
                noter(frame, "line", None)
            return noter

        started = time.process_time()
        sys.settrace(called)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            seconds = time.process_time() - started
            self.reached.append({"test": item.nodeid, "seconds": seconds, "lines": {name: sorted(found) for name, found in lines.items()}})


def _line_noter(lines: set[int]) -> Callable[..., Any]:
    def noted(frame: FrameType, event: str, argument: object) -> Any:
        del event, argument
        lines.add(frame.f_lineno)
        return noted

    return noted


def configure(root: Path) -> None:
    """Write how the tests are run: as ever, without plugins that they do not need, and without the network of Django."""
    said = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    markers = "\n    ".join(said["markers"])
    (root / CONFIGURED).write_text(
        f"[pytest]\naddopts = --import-mode=importlib\npythonpath = src .\nfilterwarnings = error\nmarkers =\n    {markers}\n",
        encoding="utf-8",
    )


def ready() -> None:
    """Load what no change touches, so that every child has it at once.

    Raises RuntimeError where a thread was started by it.
    """
    importlib.import_module("hypothesis.strategies")
    load_book()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    if len(list(Path("/proc/self/task").iterdir())) > 1:
        raise RuntimeError("a thread was started before the changes are tried: what forks from here may hang")


def _in_child(work: Callable[[], int], log: Path) -> int:
    """Do work in a forked process, what it prints in a file, and give the process's id."""
    child = os.fork()
    if child:
        return child
    code = 3
    try:
        os.setsid()
        with log.open("w", encoding="utf-8") as written:
            os.dup2(written.fileno(), 1)
            os.dup2(written.fileno(), 2)
        code = work()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def _pytest(root: Path, place: str, more: Sequence[str], plugins: Sequence[object]) -> int:
    given = ["-c", str(root / CONFIGURED), "-q", "-x", "-p", "no:cacheprovider", f"--basetemp={place}", *more]
    return int(pytest.main(given, plugins=list(plugins)))


def trace(root: Path, tests: str, modules: dict[str, Path], scratch: Path) -> int:
    """Begin to run a file of tests and write what each of them reaches beside the scratch folder; gives the process."""
    files = {str(path): module for module, path in modules.items()}

    def work() -> int:
        noting = _Traced(files)
        code = _pytest(root, f"{scratch}-files", [tests], [_Quick(), noting])
        scratch.with_suffix(".json").write_text(json.dumps(noting.reached), encoding="utf-8")
        return code

    return _in_child(work, scratch.with_suffix(".log"))


def read_trace(scratch: Path) -> list[Reach]:
    """What a file of tests reached, once its process is over."""
    found = json.loads(scratch.with_suffix(".json").read_text(encoding="utf-8"))
    return [Reach(one["test"], one["seconds"], {name: set(lines) for name, lines in one["lines"].items()}) for one in found]


def try_mutant(root: Path, mutant: Mutant, path: Path, tests: Sequence[str], scratch: Path, whole: bool) -> int:
    """Begin to run tests on a changed module, with all examples if `whole`; gives the process, which ends with 0 if nothing noticed."""

    def work() -> int:
        sys.meta_path.insert(0, _Changed(mutant.module, path, mutant.text))
        return _pytest(root, f"{scratch}-files", tests, [] if whole else [_Quick()])

    return _in_child(work, scratch.with_suffix(".log"))
