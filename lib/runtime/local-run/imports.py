"""What programs import and the interpreter does not have. They are parsed, never run."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path


def missing(programs: list[dict[str, str]]) -> dict[str, list[str]]:
    """Names of packages that are not there, by step; a program that is no Python is left to say so itself."""
    found: dict[str, set[str]] = {}
    for program in programs:
        file = Path(program["folder"], program["program"])
        found.setdefault(program["step"], set()).update(lacking(file, [file.parent, Path(program["folder"])], set()))
    return {step: sorted(names) for step, names in found.items()}


def lacking(file: Path, folders: list[Path], seen: set[Path]) -> set[str]:
    """What a file imports when it is loaded, and the files beside it that it imports."""
    if file in seen:
        return set()
    seen.add(file)
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return set()
    names: set[str] = set()
    for name in top_level(tree):
        beside = [path for folder in folders for path in (folder / f"{name}.py", folder / name / "__init__.py")]
        own = next((path for path in beside if path.is_file()), None)
        if own is not None:
            names |= lacking(own, folders, seen)
        elif not any((folder / name).is_dir() for folder in folders) and not is_there(name):
            names.add(name)
    return names


def top_level(tree: ast.Module) -> list[str]:
    """Packages of plain imports; one within `try` or `if` may be meant to fail."""
    names = []
    for node in tree.body:
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.append(node.module)
    return [name.split(".")[0] for name in names]


def is_there(name: str) -> bool:
    if name in sys.builtin_module_names:
        return True
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
