"""Blueprints as code, without a server."""

import os
import random
import sys
import unittest
import xml.dom.minidom

from modelsmith.blueprint import categories, columns, everything, flow_of, numbers, task

SEED = int(os.environ.get("MODELSMITH_SEED", "9"))


def rebuilt(code):
    """The graph that code makes, run by itself."""
    found = {}
    exec(compile(code, "<blueprint>", "exec"), found)
    return found["blueprint"].graph


def plain(graph):
    """A graph without what says nothing: parameters of none."""
    return [{key: value for key, value in node.items() if key != "parameters" or value} for node in graph["nodes"]]


class FlowTest(unittest.TestCase):
    def test_writes_branches_with_operators(self):
        prepare = task("impute-numeric@1") >> task("standardise@1").called("scale")
        flow = (numbers >> prepare) + (categories >> task("one-hot@1")) >> task("logistic-regression@1", C=0.5)
        self.assertEqual(
            flow.graph,
            {
                "nodes": [
                    {"id": "impute-numeric", "taskVersion": "builtin:impute-numeric@1", "inputs": [{"from": "data", "dataTypes": ["NUM"]}]},
                    {"id": "scale", "taskVersion": "builtin:standardise@1", "inputs": [{"from": "node", "node": "impute-numeric"}]},
                    {"id": "one-hot", "taskVersion": "builtin:one-hot@1", "inputs": [{"from": "data", "dataTypes": ["CAT"]}]},
                    {
                        "id": "logistic-regression",
                        "taskVersion": "builtin:logistic-regression@1",
                        "inputs": [{"from": "node", "node": "scale"}, {"from": "node", "node": "one-hot"}],
                        "parameters": {"C": 0.5},
                    },
                ]
            },
        )
        self.assertEqual(
            flow.to_code(),
            "from modelsmith.blueprint import categories, numbers, task\n\n"
            'scale = numbers >> task("impute-numeric@1") >> task("standardise@1").called("scale")\n'
            'one_hot = categories >> task("one-hot@1")\n'
            'blueprint = scale + one_hot >> task("logistic-regression@1", C=0.5)\n',
        )
        self.assertEqual(rebuilt(flow.to_code()), flow.graph)

    def test_reads_one_node_twice_where_it_is_the_same(self):
        filled = columns("age", "income") >> task("impute-numeric@1")
        flow = filled + (filled >> task("pca@1")) + everything >> task("random-forest@1")
        ids = [node["id"] for node in flow.graph["nodes"]]
        self.assertEqual(ids, ["impute-numeric", "pca", "random-forest"])
        self.assertEqual(
            flow.graph["nodes"][2]["inputs"],
            [{"from": "node", "node": "impute-numeric"}, {"from": "node", "node": "pca"}, {"from": "data"}],
        )
        scale = task("standardise@1")
        twice = (numbers >> scale) + (categories >> scale) >> task("ridge@1")
        self.assertEqual([node["id"] for node in twice.graph["nodes"]], ["standardise", "standardise-2", "ridge"])

    def test_says_what_is_written_wrongly(self):
        one_hot, ridge = task("one-hot@1"), task("ridge@1")
        for wrong, words in (
            (lambda: numbers >> task("standardise@1") + (categories >> one_hot) >> ridge, "parentheses"),
            (lambda: numbers + one_hot >> ridge, "reads nothing yet"),
            (lambda: one_hot >> numbers, "reads nothing yet"),
            (lambda: numbers >> categories, "ends in a task"),
            (lambda: (one_hot >> ridge).called("a"), "before it is joined"),
            (lambda: columns(["age", "income"]), "one by one"),
            (lambda: task("ridge@1", 3), "by name"),
            (lambda: task("ridge@1", alpha=[1]), "Parameter alpha"),
        ):
            with self.assertRaises(TypeError) as raised:
                wrong()
            self.assertIn(words, str(raised.exception))
        for wrong, words in (
            (lambda: task("ridge"), "with its version"),
            (lambda: ridge.called("my model"), "letters"),
            (lambda: task("ridge@1", alpha=float("nan")), "finite"),
            (lambda: columns(types="NUMBER"), "there are NUM"),
            (lambda: (numbers >> ridge.called("a") >> ridge.called("a")).graph, "Two nodes"),
            (lambda: (numbers + categories).graph, "no blueprint"),
            (lambda: flow_of({"nodes": []}), "no tasks"),
        ):
            with self.assertRaises(ValueError) as raised:
                wrong()
            self.assertIn(words, str(raised.exception))

    def test_says_which_graphs_do_not_flow(self):
        def node(id, *reads):
            return {"id": id, "taskVersion": "builtin:ridge@1", "inputs": [{"from": "node", "node": each} for each in reads]}

        for nodes, words in (
            ([node("a", "b"), node("b", "a")], "cycle or stand behind one: a, b"),
            ([node("a", "gone")], "reads from gone"),
            ([node("a", "a")], "cycle"),
        ):
            with self.assertRaises(ValueError) as raised:
                flow_of({"nodes": nodes})
            self.assertIn(words, str(raised.exception))

    def test_makes_code_of_any_graph_that_makes_it_again(self):
        sys.stderr.write("seed %d\n" % SEED)
        generator = random.Random(SEED)
        for _ in range(300):
            graph = any_graph(generator)
            self.assertEqual(plain(flow_of(graph).graph), plain(graph))
            code = flow_of(graph).to_code()
            self.assertEqual(plain(rebuilt(code)), plain(graph), code)

    def test_draws_any_graph_as_xml_without_code(self):
        generator = random.Random(SEED)
        for _ in range(50):
            graph = any_graph(generator)
            drawn = xml.dom.minidom.parseString(flow_of(graph)._repr_svg_().encode("utf-8"))
            names = {each.tagName for each in drawn.getElementsByTagName("*")}
            self.assertEqual(names, {"svg", "title", "rect", "text", "path"})
            self.assertGreaterEqual(len(drawn.getElementsByTagName("rect")), len(graph["nodes"]) + 1)


TEXTS = ["age", "class", "a b", '"', "\\", "'''", "\n", "\0", "é", "\U0001f600", "\u2028", "{x}", "%s", "<b>&", "]]>", "__import__('os')"]


def any_graph(generator):
    nodes = []
    for index in range(generator.randint(1, 9)):
        pool = [{"from": "node", "node": node["id"]} for node in nodes]
        data = {"from": "data"}
        if generator.random() < 0.5:
            data["dataTypes"] = generator.sample(["NUM", "CAT", "TXT", "DATE", "GEO"], generator.randint(1, 2))
        if generator.random() < 0.4:
            data["columns"] = generator.sample(TEXTS, generator.randint(1, 3))
        inputs = generator.sample(pool, min(len(pool), generator.randint(0, 3)))
        if not inputs or generator.random() < 0.3:
            inputs.insert(generator.randint(0, len(inputs)), data)
        name = generator.choice(["ridge", "one-hot", "pca"])
        used = [node["id"] for node in nodes]
        id = generator.choice([name, "class", "task", "numbers", "1", "A-b", "A_b", "-", "fit_%d" % index])
        node = {
            "id": id if id not in used else "node%d" % index,
            "taskVersion": generator.choice(["builtin:%s@1" % name, "taskVersion_0123456789abcdef", "builtin:Odd name"]),
            "inputs": inputs,
        }
        if generator.random() < 0.6:
            values = [1, -2, 0.1, 1e300, -0.0, True, None] + TEXTS
            keys = ["alpha", "lambda", "class", "version", "parameters"] + TEXTS
            node["parameters"] = {generator.choice(keys): generator.choice(values) for _ in range(generator.randint(0, 4))}
        if generator.random() < 0.2:
            node["position"] = {"x": generator.randint(-5, 500), "y": generator.random()}
        nodes.append(node)
    if generator.random() < 0.5:
        generator.shuffle(nodes)
    return {"nodes": nodes}


if __name__ == "__main__":
    unittest.main()
