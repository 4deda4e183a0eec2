"""A graph as Python that makes it again."""

import keyword
import re

from .order import in_flow_order, reads

WIDTH = 100

_NAMED = {"NUM": "numbers", "CAT": "categories", "TXT": "texts", "DATE": "dates"}
_TAKEN = set(_NAMED.values()) | {"everything", "columns", "task", "blueprint"}


def code_of(graph):
    """Lines that import what they use and end with a flow named ``blueprint``."""
    nodes = in_flow_order(graph)
    readers = {}
    for node in nodes:
        for name in reads(node):
            readers.setdefault(name, []).append(node)
    ends = [node["id"] for node in nodes if node["id"] not in readers]
    # A node that one reader alone reads, alone, stands in that reader's line.
    inside = {
        node["id"] for node in nodes if len(readers.get(node["id"], ())) == 1 and len(readers[node["id"]][0]["inputs"]) == 1
    }
    names = _variables([node["id"] for node in nodes if node["id"] not in inside], ends)
    used = set()
    lines, written, chains = [], [], {}
    for node in nodes:
        chain = chains.pop(node["inputs"][0].get("node"), None) if len(node["inputs"]) == 1 else None
        if chain is None:
            chain = ([_sum([_input(each, names, used) for each in node["inputs"]])], [])
        chain = (chain[0] + [_task(node, used)], chain[1] + [node["id"]])
        if node["id"] in inside:
            chains[node["id"]] = chain
        else:
            lines.append(_assigned(names[node["id"]], chain[0]))
            written.extend(chain[1])
    if len(ends) > 1:
        lines.append("blueprint = " + " + ".join(names[each] for each in ends))
    ids = [node["id"] for node in graph["nodes"]]
    if written != ids:
        lines.append("blueprint = blueprint.in_order(%s)" % ", ".join(_text(each) for each in ids))
    return "from modelsmith.blueprint import %s\n\n%s\n" % (", ".join(sorted(used)), "\n".join(lines))


def _variables(ids, ends):
    names, taken = {}, set(_TAKEN)
    for id in ids:
        if ends == [id]:
            names[id] = "blueprint"
            continue
        base = re.sub("[^a-z0-9]+", "_", id.lower()).strip("_") or "node"
        if base[0].isdigit():
            base = "node_" + base
        name, number = base, 1
        while name in taken or keyword.iskeyword(name):
            number += 1
            name = "%s_%d" % (base, number)
        taken.add(name)
        names[id] = name
    return names


def _input(given, names, used):
    if given["from"] == "node":
        return names[given["node"]]
    types, columns = list(given.get("dataTypes", ())), list(given.get("columns", ()))
    if not columns and (not types or (len(types) == 1 and types[0] in _NAMED)):
        name = _NAMED[types[0]] if types else "everything"
        used.add(name)
        return name
    used.add("columns")
    said = [_text(each) for each in columns]
    if types:
        said.append("types=[%s]" % ", ".join(_text(each) for each in types))
    return "columns(%s)" % ", ".join(said)


def _sum(inputs):
    return " + ".join(inputs)


def _task(node, used):
    from .flow import base_of

    used.add("task")
    version = node["taskVersion"]
    name = version[len("builtin:") :] if version.startswith("builtin:") else "task"
    short = name if re.match(r"[a-z][a-z0-9-]*@[0-9]+\Z", name) else version
    parameters = node.get("parameters") or {}
    said = [_text(short)]
    said += ["%s=%s" % (key, _literal(value)) for key, value in parameters.items() if _is_name(key)]
    others = ["%s: %s" % (_text(key), _literal(value)) for key, value in parameters.items() if not _is_name(key)]
    if others:
        said.append("**{%s}" % ", ".join(others))
    code = "task(%s)" % ", ".join(said)
    if node["id"] != base_of(name):
        code += ".called(%s)" % _text(node["id"])
    position = node.get("position")
    if position is not None:
        code += ".at(%s, %s)" % (_literal(position["x"]), _literal(position["y"]))
    return code


def _is_name(key):
    return re.match(r"[A-Za-z_][A-Za-z0-9_]*\Z", key) is not None and not keyword.iskeyword(key)


def _assigned(name, parts):
    line = "%s = %s" % (name, " >> ".join(parts))
    if len(line) <= WIDTH:
        return line
    return "%s = (\n    %s\n)" % (name, "\n    >> ".join(parts))


def _literal(value):
    return _text(value) if isinstance(value, str) else repr(value)


def _text(value):
    """A literal in double quotes of printable ASCII: whatever it holds, it is one text and nothing else."""
    out = []
    for char in value:
        code = ord(char)
        if char in '"\\':
            out.append("\\" + char)
        elif 32 <= code < 127:
            out.append(char)
        elif char == "\n":
            out.append("\\n")
        elif code > 160 and char.isprintable():
            out.append(char)
        else:
            out.append("\\x%02x" % code if code < 256 else "\\u%04x" % code if code < 65536 else "\\U%08x" % code)
    return '"%s"' % "".join(out)
