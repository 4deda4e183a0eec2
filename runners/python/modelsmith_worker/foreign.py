"""Base classes of other products: a task needs none, and its file says what to change."""

import ast
import io


def hint_of(path, line):
    """The edit of the file at ``path`` that makes do without what line ``line`` imports; None where that is no base class."""
    try:
        with io.open(path, encoding="utf-8") as file:
            body = ast.parse(file.read()).body
    except (OSError, SyntaxError, ValueError):
        return None
    imported = [node for node in body if isinstance(node, (ast.Import, ast.ImportFrom)) and node.lineno == line]
    names = {(alias.asname or alias.name).split(".")[0] for node in imported for alias in node.names}
    for node in body:
        if isinstance(node, ast.ClassDef) and any(_root(base) in names for base in node.bases):
            return "A class needs no base class: remove line %d, and write `class %s:` in line %d." % (line, node.name, node.lineno)
    return None


def _root(base):
    while isinstance(base, ast.Attribute):
        base = base.value
    return base.id if isinstance(base, ast.Name) else None
