"""The errors of Attain as its own code raises them: found in the syntax trees, so that none can be left out."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

from handbook.markdown import code, table, words
from handbook.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKAGE = ROOT / "src" / "attain"
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Scope = dict[str, list[ast.expr]]
ERROR = "AttainError"
_ANY = "…"
_SLUG = re.compile(r"[a-z][a-z0-9-]*")
_FIELDS = ("code", "message", "where", "hint")

PARTS = {
    "facts": "Facts: reading a folder of tables",
    "sources": "Sources: reading files from elsewhere, and pulling them",
    "store": "Stores",
    "scoring": "Scores and statuses",
    "engine": "Engines: Spark",
    "explaining": "Explanations and comparisons",
    "advise": "What next: scenarios, plans, claims",
    "report": "Files that are written",
    "rulebook": "The rulebook",
    "playbook": "The playbook",
    "alerts": "Alerts",
    "server": "The server and its environment",
    "people": "People, roles and consents",
    "recorded": "What people record",
    "imports": "Imports over the web",
    "published": "What the pages read",
    "learning": "Progress in the course",
    "lifecycle": "Statuses",
    "api": "The REST interface",
    "web": "The web workspace",
    "cli": "The command line",
    "workspace.py": "Opening facts",
}
"""The packages that raise errors, each with what its part of Attain is about; another package stands under its own name."""


@dataclass(frozen=True)
class Raised:
    """One place that raises an error: its code, what it says and what it advises, with `…` for what depends on the case."""

    code: str
    message: str
    hint: str
    part: str


@cache
def errors() -> dict[str, tuple[Raised, ...]]:
    """Give every place that raises an error by the error's code, in the order of the alphabet."""
    found: dict[str, list[Raised]] = defaultdict(list)
    for path in sorted(_trees()):
        for node in ast.walk(_trees()[path]):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == ERROR:
                for raised in _raised(node, path):
                    found[raised.code].append(raised)
    return {name: tuple(dict.fromkeys(found[name])) for name in sorted(found)}


@cache
def _trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")}


@cache
def _functions(path: Path) -> dict[int, _Function]:
    """Give the innermost function of every node of a module, by the node's identity."""
    functions = [node for node in ast.walk(_trees()[path]) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    return {id(node): function for function in functions for node in ast.walk(function)}


def _raised(call: ast.Call, path: Path) -> Iterator[Raised]:
    """Give what one place may raise: one error, or where its code is handed in, one for each caller."""
    given = dict(zip(_FIELDS, call.args, strict=False)) | {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    function = _functions(path).get(id(call))
    own = {} if function is None else _assigned(function)
    if not given:
        return
    for names, where in _handed(given["code"], function, own, path):
        scope = own | names
        said = {field: _words(value, scope) for field, value in given.items() if field != "code"}
        for slug in _slugs(given["code"], scope):
            yield Raised(slug, said.get("message", _ANY), said.get("hint", ""), where.relative_to(PACKAGE).parts[0])


def _handed(node: ast.expr, function: _Function | None, own: _Scope, path: Path) -> Iterator[tuple[_Scope, Path]]:
    """Give what the names of a code stand for: nothing more than in the function itself, or what each of its callers hands in."""
    arguments = [] if function is None else [one.arg for one in function.args.args if one.arg not in {"self", "cls"}]
    asked = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
    if function is None or not asked & set(arguments) or asked & set(own):
        yield {}, path
        return
    for other, tree in _trees().items():
        if other != path and function.name.startswith("_"):
            continue
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) == function.name:
                bound: _Scope = {name: [value] for name, value in zip(arguments, call.args, strict=False)}
                bound |= {keyword.arg: [keyword.value] for keyword in call.keywords if keyword.arg}
                if asked <= set(bound):
                    yield bound, other


def _assigned(function: _Function) -> _Scope:
    """Give what each name of a function is set to, all of its values; of a name that chooses from a mapping, the mapping's keys."""
    found: _Scope = defaultdict(list)
    for node in ast.walk(function):
        targets = node.targets[:1] if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
        for target in targets:
            if isinstance(target, ast.Name) and value is not None:
                found[target.id].append(value)
            elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                for name, one in zip(target.elts, value.elts, strict=False):
                    if isinstance(name, ast.Name):
                        found[name.id].append(one)
    for node in ast.walk(function):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and isinstance(node.slice, ast.Name):
            for mapping in found.get(node.value.id, []):
                found[node.slice.id] += [key for key in getattr(mapping, "keys", []) if isinstance(key, ast.Constant)]
    return {name: values for name, values in found.items() if values}


def _slugs(node: ast.expr, scope: _Scope) -> list[str]:
    """Give the codes that an expression may stand for; none where that cannot be told, as where an error is raised again."""
    if isinstance(node, ast.Constant):
        return [str(node.value)] if _SLUG.fullmatch(str(node.value)) else []
    if isinstance(node, ast.IfExp):
        return [*_slugs(node.body, scope), *_slugs(node.orelse, scope)]
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
        choices = [[str(part.value)] if isinstance(part, ast.Constant) else _slugs(part, scope) for part in parts]
        return ["".join(chosen) for chosen in product(*choices)]
    if isinstance(node, ast.Name):
        return [slug for value in scope.get(node.id, []) if not isinstance(value, ast.Name) for slug in _slugs(value, scope)]
    return []


def _words(node: ast.expr, scope: _Scope) -> str:
    """Give the text of an expression, `…` for every part that depends on the case."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_words(part, {}) if isinstance(part, ast.Constant) else _ANY for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _words(node.left, scope) + _words(node.right, scope)
    if isinstance(node, ast.IfExp):
        return f"{_words(node.body, scope)} / {_words(node.orelse, scope)}"
    if isinstance(node, ast.Name):
        values = [_words(value, {}) for value in scope.get(node.id, [])]
        return " / ".join(dict.fromkeys(values)) or _ANY
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "did_you_mean":
        return f"did you mean {_ANY}?"
    return _ANY


def page() -> str:
    """Write all errors, part by part."""
    parts: list[str] = []
    by_part: dict[str, list[str]] = defaultdict(list)
    for name, raised in errors().items():
        for part in dict.fromkeys(one.part for one in raised):
            by_part[part].append(name)
    known = [*(part for part in PARTS if part in by_part), *sorted(set(by_part) - set(PARTS))]
    seen: set[str] = set()
    for part in known:
        parts.append(f"## {PARTS.get(part, part)}")
        rows = [_row(name, [one for one in errors()[name] if one.part == part], name in seen) for name in by_part[part]]
        seen.update(by_part[part])
        parts.append(table(("code", "what it says", "what to do"), rows))
    return "\n\n".join(parts) + "\n"


def _row(name: str, raised: list[Raised], again: bool) -> tuple[str, str, str]:
    anchor = "" if again else f'<a id="{name}"></a>'
    says = list(dict.fromkeys(_sentence(one.message) for one in raised))
    advises = list(dict.fromkeys(_sentence(one.hint) for one in raised if one.hint))
    return f"{anchor}{code(name)}", "<br>".join(says), "<br>".join(advises)


def _sentence(text: str) -> str:
    return words(text[:1].upper() + text[1:])
