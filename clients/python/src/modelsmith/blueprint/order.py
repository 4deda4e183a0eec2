"""The order in which data reaches the nodes of a graph."""


def in_flow_order(graph):
    """The nodes, each after all that it reads; among those that could come next, the graph's own order decides."""
    nodes = graph["nodes"]
    ids = [node["id"] for node in nodes]
    if not ids:
        raise ValueError("The graph has no tasks.")
    doubled = sorted({each for each in ids if ids.count(each) > 1})
    if doubled:
        raise ValueError("Two nodes have the id %s." % ", ".join(doubled))
    known = set(ids)
    for node in nodes:
        for name in reads(node):
            if name not in known:
                raise ValueError("Node %s reads from %s, which is not in the graph." % (node["id"], name))
    ordered, done = [], set()
    while len(ordered) < len(nodes):
        ready = [node for node in nodes if node["id"] not in done and done.issuperset(reads(node))]
        if not ready:
            raise ValueError("These nodes form a cycle or stand behind one: %s." % ", ".join(each for each in ids if each not in done))
        ordered.append(ready[0])
        done.add(ready[0]["id"])
    return ordered


def reads(node):
    """The ids of the nodes that a node reads, in the order of its inputs."""
    return [each["node"] for each in node["inputs"] if each["from"] == "node"]
