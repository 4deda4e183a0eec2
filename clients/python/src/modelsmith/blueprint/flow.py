"""Flows: immutable values that a blueprint's graph is made of, and that are made of one."""

import itertools
import re

from .code import code_of
from .drawing import draw

DATA_TYPES = ("NUM", "TXT", "CAT", "IMG", "DATE", "DATE_DURATION", "COUNT_DICT", "GEO")

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_BUILT_IN = re.compile(r"[a-z][a-z0-9-]*@[0-9]+\Z")
# Nodes stand in a graph in the order in which they were made.
_made = itertools.count()


class Flow(object):
    """What columns and tasks give, side by side; ``flow >> task(...)`` is what a task makes of it."""

    def __init__(self, outputs, order=None):
        self._outputs = tuple(outputs)
        self._order = order

    def __add__(self, other):
        if isinstance(other, Steps):
            raise TypeError(_loose(other))
        return Flow(self._outputs + other._outputs) if isinstance(other, Flow) else NotImplemented

    def __rshift__(self, steps):
        if isinstance(steps, Flow):
            raise TypeError("A flow ends in a task, not in another flow: put each branch in parentheses and add them, (a >> b) + (c >> d).")
        if not isinstance(steps, Steps):
            return NotImplemented
        flow = self
        for step in steps._steps:
            flow = Flow([Node(step, flow._outputs)])
        return flow

    def in_order(self, *ids):
        """The same flow whose graph lists its nodes in this order, which changes nothing but the list."""
        order = tuple(ids)
        if sorted(order) != sorted(node["id"] for node in self.graph["nodes"]):
            raise ValueError("in_order() takes the id of each node once.")
        return Flow(self._outputs, order)

    @property
    def graph(self):
        """The blueprint's graph as the server takes it: ``{"nodes": [...]}``."""
        if any(isinstance(each, Columns) for each in self._outputs):
            raise ValueError("Columns alone are no blueprint: let them flow into a task, such as numbers >> task(\"ridge@1\").")
        nodes = sorted(_reachable(self._outputs), key=lambda node: node.made)
        ids = _ids(nodes)
        listed = [_as_dict(node, ids) for node in nodes]
        if self._order is not None:
            listed.sort(key=lambda node: self._order.index(node["id"]))
        return {"nodes": listed}

    def to_code(self):
        """Python that makes the same graph, as a flow named ``blueprint``."""
        return code_of(self.graph)

    def _repr_svg_(self):
        return draw(self.graph)

    def __repr__(self):
        return "<Flow of %s>" % " and ".join(
            each.words() if isinstance(each, Columns) else each.step.name for each in self._outputs
        )


class Steps(object):
    """Tasks one after the other that read nothing yet; ``flow >> steps`` makes them nodes."""

    def __init__(self, steps):
        self._steps = tuple(steps)

    def __rshift__(self, other):
        if isinstance(other, Flow):
            raise TypeError(_loose(self))
        return Steps(self._steps + other._steps) if isinstance(other, Steps) else NotImplemented

    def __add__(self, other):
        if isinstance(other, (Flow, Steps)):
            raise TypeError(_loose(self))
        return NotImplemented

    def called(self, id):
        """The same task whose node has this id; without, it is called after the task."""
        if not _ID.match(str(id)):
            raise ValueError("A node's id has letters, digits, - and _, at most 64: %r has not." % (id,))
        return self._changed("called", id=str(id))

    def at(self, x, y):
        """The same task whose node has this position."""
        return self._changed("at", position={"x": x, "y": y})

    def _changed(self, method, **changes):
        if len(self._steps) != 1:
            raise TypeError("%s() is said of one task, before it is joined with others." % method)
        return Steps([self._steps[0].changed(**changes)])

    def __repr__(self):
        return "<Steps %s>" % " >> ".join(step.name for step in self._steps)


def _loose(steps):
    return (
        "%r reads nothing yet. Begin with columns and put each branch in parentheses, "
        "such as (numbers >> task(...)) + (categories >> task(...)) >> task(...)." % (steps,)
    )


class Step(object):
    """A task version with parameters."""

    def __init__(self, version, name, parameters, id=None, position=None):
        self.version = version
        self.name = name
        self.parameters = parameters
        self.id = id
        self.position = position

    def changed(self, **changes):
        fields = dict(vars(self))
        fields.update(changes)
        return Step(**fields)


class Columns(object):
    """Columns of the data, by type, by name, or all of them."""

    def __init__(self, types, names):
        self.types = types
        self.names = names

    def input(self):
        given = {"from": "data"}
        if self.types:
            given["dataTypes"] = list(self.types)
        if self.names:
            given["columns"] = list(self.names)
        return given

    def words(self):
        return ", ".join(self.names or self.types) or "all columns"


class Node(object):
    """A step that reads something: the same object is the same node, however many read it."""

    def __init__(self, step, inputs):
        self.step = step
        self.inputs = inputs
        self.made = next(_made)


def columns(*names, types=()):
    """Columns by name, by type (``types=["NUM", "CAT"]``), by both, or, of neither, all."""
    types = (types,) if isinstance(types, str) else tuple(types)
    for each in types:
        if each not in DATA_TYPES:
            raise ValueError("%r is no data type; there are %s." % (each, ", ".join(DATA_TYPES)))
    for each in names:
        if not isinstance(each, str):
            raise TypeError("Columns are given one by one, by name: %r is no text." % (each,))
    return Flow([Columns(types, names)])


numbers = columns(types=["NUM"])
categories = columns(types=["CAT"])
texts = columns(types=["TXT"])
dates = columns(types=["DATE"])
everything = columns()


def task(*version, **parameters):
    """A task with its parameters: a built-in one by name and version (``task("one-hot@1")``), or a Task of one's own.

    Any version is named by its id, too: ``builtin:one-hot@1``, ``taskVersion_…``.
    """
    if len(version) != 1:
        raise TypeError("task() takes the task, and its parameters by name.")
    version = version[0]
    name = version
    if not isinstance(version, str):
        version, name = version.latest["id"], version.name
    elif _BUILT_IN.match(version):
        version = "builtin:" + version
    elif not re.match(r"builtin:.|taskVersion_.", version):
        raise ValueError("%r is no task version. Name it with its version, such as \"one-hot@1\", or by its id." % version)
    else:
        name = version[len("builtin:") :] if version.startswith("builtin:") else "task"
    values = {key: _plain(key, value) for key, value in parameters.items()}
    return Steps([Step(version, name, values)])


def _plain(name, value):
    value = value.item() if hasattr(value, "item") else value
    if value is not None and not isinstance(value, (str, bool, int, float)):
        raise TypeError("Parameter %s is a text, a number, True, False or None: %r is not." % (name, value))
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        raise ValueError("Parameter %s is no finite number." % name)
    return value


def base_of(name):
    """What a node is called after its task when nobody says otherwise."""
    return re.sub("[^a-z0-9]+", "-", name.split("@")[0].lower()).strip("-")[:48] or "task"


def _reachable(outputs):
    found = []
    left = list(outputs)
    known = set()
    while left:
        each = left.pop()
        if isinstance(each, Node) and id(each) not in known:
            known.add(id(each))
            found.append(each)
            left.extend(each.inputs)
    return found


def _ids(nodes):
    taken = {}
    for node in nodes:
        if node.step.id is not None:
            if node.step.id in taken:
                raise ValueError("Two nodes are called %r." % node.step.id)
            taken[node.step.id] = node
    ids = {id(node): name for name, node in taken.items()}
    for node in nodes:
        if node.step.id is None:
            base = base_of(node.step.name)
            names = itertools.chain([base], ("%s-%d" % (base, number) for number in itertools.count(2)))
            free = next(name for name in names if name not in taken)
            taken[free] = node
            ids[id(node)] = free
    return ids


def _as_dict(node, ids):
    inputs = [
        each.input() if isinstance(each, Columns) else {"from": "node", "node": ids[id(each)]} for each in node.inputs
    ]
    shown = {"id": ids[id(node)], "taskVersion": node.step.version, "inputs": inputs}
    if node.step.parameters:
        shown["parameters"] = dict(node.step.parameters)
    if node.step.position is not None:
        shown["position"] = dict(node.step.position)
    return shown


def flow_of(graph):
    """The flow of a graph, such as a saved blueprint's; ValueError where it is none that flows."""
    from .order import in_flow_order

    made = {}
    for node in in_flow_order(graph):
        step = Step(node["taskVersion"], node["taskVersion"], dict(node.get("parameters") or {}), node["id"], node.get("position"))
        inputs = [
            made[each["node"]] if each["from"] == "node" else Columns(tuple(each.get("dataTypes", ())), tuple(each.get("columns", ())))
            for each in node["inputs"]
        ]
        made[node["id"]] = Node(step, inputs)
    read = {each["node"] for node in graph["nodes"] for each in node["inputs"] if each["from"] == "node"}
    ends = [made[node["id"]] for node in graph["nodes"] if node["id"] not in read]
    return Flow(ends, tuple(node["id"] for node in graph["nodes"]))
