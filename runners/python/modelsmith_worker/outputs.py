"""What hooks returned, brought into the one form that the host expects."""

import collections

import numpy
import pandas

from . import sparse
from .failures import ContractError
from .frames import FrameTable, NumberTable


_CONTAINERS = (list, tuple, dict, set, frozenset, numpy.ndarray, pandas.Series, pandas.DataFrame)


def transformed(value, rows):
    """A transform's output as a table with unique text names, its rows in order: sparse where all of it is."""
    matrix = sparse.matrix_of(value)
    if matrix is not None:
        named = isinstance(value, pandas.DataFrame)
        _check_rows(matrix.shape[0], value.index if named else None, rows, "transform")
        return sparse.SparseTable(matrix, _unique_names(value.columns if named else range(matrix.shape[1])))
    frame = _as_frame(value, "transform")
    _check_rows(len(frame), frame.index, rows, "transform")
    names = _unique_names(frame.columns)
    _refuse_containers(frame, names)
    if list(frame.columns) != names or not isinstance(frame.index, pandas.RangeIndex):
        frame = frame.copy(deep=False)
        frame.columns = names
        frame.index = pandas.RangeIndex(len(frame))
    return FrameTable(frame)


def _refuse_containers(frame, names):
    """A cell holds one value; a list would become a text of itself."""
    for place in numpy.flatnonzero([dtype == object for dtype in frame.dtypes]):
        cells = frame.iloc[:, place]
        if any(issubclass(kind, _CONTAINERS) for kind in set(map(type, cells))):
            row, cell = next((row, cell) for row, cell in enumerate(cells) if isinstance(cell, _CONTAINERS))
            raise ContractError(
                "task.output",
                "transform returned a %s in the column %s, row %d." % (type(cell).__name__, names[place], row + 1),
                "Give numbers, booleans, texts, categories or dates: one value in a cell, more in columns of their own.",
            )


def _unique_names(columns):
    names = [str(name) for name in columns]
    if len(set(names)) < len(names):
        twice = sorted(name for name, count in collections.Counter(names).items() if count > 1)
        raise ContractError("task.columns", "transform returned more than one column named %s." % _words(twice), "Give every column a name of its own.")
    return names


def _as_frame(value, hook):
    if isinstance(value, pandas.DataFrame):
        return value
    if isinstance(value, pandas.Series):
        return value.to_frame(name=value.name if value.name is not None else "0")
    if hasattr(value, "toarray"):
        value = sparse.dense(value)
    if isinstance(value, (list, tuple)):
        value = numpy.array(value)
    if isinstance(value, numpy.ndarray) and value.ndim in (1, 2):
        table = value.reshape(-1, 1) if value.ndim == 1 else value
        return pandas.DataFrame(table, columns=[str(i) for i in range(table.shape[1])])
    raise ContractError("task.output", "%s returned %s; a DataFrame was expected." % (hook, type(value).__name__), "Return a pandas DataFrame with one row for each row of the input.")


def _check_rows(count, index, rows, hook):
    """As many rows as there were, and in their order as far as the index tells: it is that of the input, which counts from 0."""
    if count != rows:
        raise ContractError(
            "task.rows",
            "%s returned %d rows for %d rows of input." % (hook, count, rows),
            "One row out for each row in, in the same order.",
        )
    if index is None or isinstance(index, pandas.RangeIndex) and index.step == 1 or not pandas.api.types.is_integer_dtype(index.dtype):
        return
    order = numpy.asarray(index)
    moved = numpy.flatnonzero(order != numpy.arange(rows))
    if len(moved) and (numpy.sort(order) == numpy.arange(rows)).all():
        raise ContractError(
            "task.order",
            "%s returned the rows in another order: row %d is row %d of the input." % (hook, moved[0] + 1, order[moved[0]] + 1),
            "Return them in the order in which they came, such as by .sort_index().",
        )


def predictions(value, rows, hook):
    """A regression's or anomaly's output: the one column `Predictions`."""
    frame = _as_frame(value, hook)
    _check_rows(len(frame), frame.index, rows, hook)
    if frame.shape[1] != 1:
        raise ContractError("task.predictions", "%s returned %d columns (%s); one was expected." % (hook, frame.shape[1], _words(frame.columns)), "Return one numeric column named Predictions.")
    return NumberTable(["Predictions"], numpy.array([_floats(frame.iloc[:, 0], hook)]))


def probabilities(value, rows, classes, own_classes, hook):
    """A classifier's output: one column a class, in the order of ``classes``."""
    if isinstance(value, numpy.ndarray) and value.dtype.kind == "f" and value.shape == (rows, len(classes)):
        # What most libraries give: a frame at each step of the way would cost one row more than its prediction.
        places = _places(classes, own_classes)
        if places is not None:
            return NumberTable(classes, numpy.ascontiguousarray(value.T[places], dtype="float64"))
    named = isinstance(value, pandas.DataFrame)
    frame = _as_frame(value, hook)
    _check_rows(len(frame), frame.index, rows, hook)
    if not named and own_classes is not None and len(own_classes) == frame.shape[1]:
        frame.columns = list(own_classes)
        named = True
    if frame.shape[1] == 1 and len(classes) == 2 and _label(frame.columns[0]) not in [_label(name) for name in classes]:
        positive = _floats(frame.iloc[:, 0], hook)
        return NumberTable(classes, numpy.array([1.0 - positive, positive]))
    if not named and frame.shape[1] == len(classes):
        frame.columns = list(classes)
    by_label = {}
    for index, name in enumerate(frame.columns):
        by_label[_label(name)] = index
    wanted = [_label(name) for name in classes]
    if sorted(by_label) != sorted(wanted) or frame.shape[1] != len(classes):
        raise ContractError(
            "task.classNames",
            "%s returned the columns %s; one for each class was expected: %s." % (hook, _words(frame.columns), _words(classes)),
            "Name the columns by class; any order will do.",
        )
    return NumberTable(classes, numpy.array([_floats(frame.iloc[:, by_label[label]], hook) for label in wanted]))


def _places(classes, own_classes):
    """Where each of the classes stands among those of the model, which are these in their order unless it names its own; None where they are others."""
    if own_classes is None or len(own_classes) != len(classes):
        return list(range(len(classes)))
    labels = [_label(name) for name in own_classes]
    wanted = [_label(name) for name in classes]
    return [labels.index(label) for label in wanted] if sorted(labels) == sorted(wanted) else None


_HOLDOUT, _TRAIN = -1.0, -2.0


def parts(value, rows):
    """What split returned, as a number a row: that of its fold, -1 in the holdout, -2 where it is only trained on, none where it takes no part."""
    if isinstance(value, (list, tuple, range)):
        # An array of them would make texts of numbers beside a text.
        value = pandas.Series(list(value), dtype=object)
    frame = _as_frame(value, "split")
    _check_rows(len(frame), frame.index, rows, "split")
    if frame.shape[1] != 1:
        raise ContractError("task.parts", "split returned %d columns; one value for each row was expected." % frame.shape[1], "Return a Series, a list or an array.")
    cells = numpy.asarray(frame.iloc[:, 0], dtype=object)
    try:
        codes, distinct = pandas.factorize(cells)
    except TypeError:
        codes, distinct = numpy.arange(len(cells)), cells
    known = numpy.empty(len(distinct) + 1)
    # Missing values have the code -1, which is the last.
    known[-1] = numpy.nan
    for code, cell in enumerate(distinct):
        part = _part(cell)
        if part is None:
            row = int(numpy.flatnonzero(codes == code)[0])
            raise ContractError(
                "task.parts",
                "split returned %s in row %d." % (_shown(cell), row + 1),
                'Give each row the number of its fold from 0 or 1, "holdout", "train" (only trained on), or None (it takes no part).',
            )
        known[code] = part
    return NumberTable(["part"], known[codes].reshape(1, -1))


def _part(cell):
    """A value as the number of a part; None where it names none."""
    if isinstance(cell, str):
        return {"holdout": _HOLDOUT, "train": _TRAIN}.get(cell)
    if isinstance(cell, (bool, numpy.bool_)) or not isinstance(cell, (int, float, numpy.integer, numpy.floating)):
        return None
    number = _as_float(cell)
    return number if number.is_integer() and 0 <= number < 2**31 else None


def metrics(value, names):
    """What evaluate returned, as one row with a column a metric."""
    if isinstance(value, pandas.Series):
        value = value.to_dict()
    if not isinstance(value, dict):
        if len(names) != 1:
            raise ContractError("task.metrics", "evaluate returned %s; a number for each of %s was expected." % (_shown(value), _words(names)), "Return a dict of numbers by their names.")
        value = {names[0]: value}
    if sorted(map(str, value)) != sorted(names):
        raise ContractError("task.metrics", "evaluate returned the metrics %s; the metadata names %s." % (_words(list(value)), _words(names)), "Return each of them, and no other.")
    by_name = {str(name): number for name, number in value.items()}
    for name, number in by_name.items():
        if isinstance(number, (bool, numpy.bool_)) or not (number is None or isinstance(number, (int, float, numpy.integer, numpy.floating))):
            raise ContractError("task.metrics", 'evaluate returned %s as "%s", where a number was expected.' % (_shown(number), name), "Return numbers; NaN or None where there is none.")
    return NumberTable(names, numpy.array([[numpy.nan if by_name[name] is None else _as_float(by_name[name])] for name in names]))


def _as_float(number):
    try:
        return float(number)
    except OverflowError:
        return numpy.inf


def _shown(value):
    """A value for a message; a large one is not written out."""
    if isinstance(value, _CONTAINERS):
        return "a %s" % type(value).__name__
    text = repr(value)
    return text if len(text) <= 100 else text[:100] + "…"


def _floats(series, hook):
    try:
        return numpy.asarray(series, dtype="float64")
    except (TypeError, ValueError):
        broken = series[pandas.to_numeric(series, errors="coerce").isna() & series.notna()]
        row, value = (series.index.get_loc(broken.index[0]), broken.iloc[0]) if len(broken) and series.index.is_unique else (0, series.iloc[0])
        raise ContractError(
            "task.notNumeric",
            "%s returned %r in row %d, where a number was expected." % (hook, value, row + 1),
            "Return numbers; for classes their probabilities, not their labels.",
        )


def _words(names):
    """Names for a message, in quotes."""
    quoted = ['"%s"' % name for name in names[:10]]
    return ", ".join(quoted) + (" and %d more" % (len(names) - 10) if len(names) > 10 else "")


def _label(value):
    """Canonical text of a class label: 0, 0.0 and "0" are one; so are True and "true"."""
    if isinstance(value, (bool, numpy.bool_)):
        return "True" if value else "False"
    if isinstance(value, (int, numpy.integer)):
        return str(int(value))
    if isinstance(value, (float, numpy.floating)):
        return str(int(value)) if float(value).is_integer() else repr(float(value))
    text = str(value)
    if text.lower() in ("true", "false"):
        return text.capitalize()
    whole, point, zeros = text.partition(".")
    if point and zeros and set(zeros) == {"0"} and whole.lstrip("+-").isdigit():
        return str(int(whole))
    return text
