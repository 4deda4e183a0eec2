"""A graph as an SVG, for a notebook: without a dependency, in the colours of the page that it stands on."""

from .order import in_flow_order

WIDTH, HEIGHT = 180, 46
BESIDE, BELOW = 56, 18
LETTERS = 26


def draw(graph):
    """Data on the left, the estimator on the right, each box as near as can be to what reads it."""
    boxes, lines = _parts(graph)
    layers = _layers(boxes, lines)
    ways = []
    for start, end in lines:
        between = [("way", start, layer) for layer in range(layers[start] + 1, layers[end])]
        layers.update((each, each[2]) for each in between)
        ways.append([start] + between + [end])
    columns = _columns(layers, ways)
    tallest = max(len(column) for column in columns)
    width = 2 * BELOW + len(columns) * WIDTH + (len(columns) - 1) * BESIDE
    height = tallest * (HEIGHT + BELOW) + BELOW
    places = {}
    for index, column in enumerate(columns):
        room = height / float(len(column))
        for row, each in enumerate(column):
            places[each] = (BELOW + index * (WIDTH + BESIDE), row * room + (room - HEIGHT) / 2)
    drawn = [_line([places[each] for each in way]) for way in ways]
    drawn += [_box(places[each], boxes[each]) for column in columns for each in column if each in boxes]
    said = "Blueprint: " + ", ".join(_words(node) for node in in_flow_order(graph))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" width="%g" height="%g" role="img" '
        'font-family="system-ui, sans-serif" font-size="12" color="#7a7a7a"><title>%s</title>%s</svg>'
    ) % (width, height, width, height, _escape(said), "".join(drawn))


def _parts(graph):
    """Boxes by their keys, each after those that it reads, and lines between keys."""
    boxes, lines = {}, []
    for node in in_flow_order(graph):
        for given in node["inputs"]:
            start = given.get("node")
            if given["from"] == "data":
                words = _selection(given)
                start = ("data", words)
                boxes.setdefault(start, ("Data", words, True))
            lines.append((start, node["id"]))
        name = node["taskVersion"].replace("builtin:", "", 1).split("@")[0]
        parameters = ", ".join("%s=%s" % pair for pair in (node.get("parameters") or {}).items())
        boxes[node["id"]] = (node["id"], parameters or name, False)
    return boxes, lines


def _layers(boxes, lines):
    """How far from the left each box stands: directly before the first that reads it."""
    right = {key: 0 for key in boxes}
    for key in reversed(list(boxes)):
        right[key] = max([right[end] + 1 for start, end in lines if start == key] or [0])
    most = max(right.values())
    return {key: most - distance for key, distance in right.items()}


def _columns(layers, ways):
    """The keys of each layer, from the right to the left in the order in which they are read."""
    columns = [[] for _ in range(max(layers.values()) + 1)]
    for key, layer in layers.items():
        columns[layer].append(key)
    for layer in reversed(range(len(columns) - 1)):
        ranks = {}
        for rank, way in enumerate(ways):
            for key, reader in zip(way, way[1:]):
                if layers[key] == layer and layers[reader] == layer + 1:
                    place = (columns[layer + 1].index(reader), rank)
                    ranks[key] = min(place, ranks.get(key, place))
        columns[layer].sort(key=lambda key: ranks[key])
    return columns


def _selection(given):
    return ", ".join(given.get("columns") or given.get("dataTypes") or ["all columns"])


def _words(node):
    inputs = [each.get("node") or _selection(each) for each in node["inputs"]]
    return "%s on %s" % (node["id"], " and ".join(inputs))


def _box(place, box):
    x, y = place
    title, words, is_data = box
    return (
        '<rect x="%g" y="%g" width="%g" height="%g" rx="4" fill="none" stroke="currentColor"%s/>'
        '<text x="%g" y="%g" font-weight="bold" fill="currentColor">%s</text><text x="%g" y="%g" fill="currentColor">%s</text>'
    ) % (
        x, y, WIDTH, HEIGHT, ' stroke-dasharray="4 3"' if is_data else "",
        x + 10, y + 19, _escape(_short(title)), x + 10, y + 36, _escape(_short(words)),
    )  # fmt: skip


def _line(way):
    bend = BESIDE / 2.0
    x, y = way[0][0] + WIDTH, way[0][1] + HEIGHT / 2.0
    path = "M%g %g" % (x, y)
    for place in way[1:]:
        to_x, to_y = place[0], place[1] + HEIGHT / 2.0
        path += "C%g %g %g %g %g %g" % (x + bend, y, to_x - bend, to_y, to_x, to_y)
        x, y = to_x + WIDTH, to_y
        if place is not way[-1]:
            path += "H%g" % x
    return (
        '<path d="%s" fill="none" stroke="currentColor"/><path d="M%g %gl-7 -4v8z" fill="currentColor"/>'
    ) % (path, to_x, to_y)


def _short(text):
    return text if len(text) <= LETTERS else text[: LETTERS - 1] + "…"


def _escape(text):
    for char, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(char, name)
    # XML holds no control characters, under no name.
    return "".join(char if char >= " " and not 0xD800 <= ord(char) <= 0xDFFF and char not in "\ufffe\uffff" else " " for char in text)
