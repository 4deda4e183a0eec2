"""Columns to pandas and back: what the hooks see, and what becomes of what they return."""

import numpy
import pandas

from . import sparse as sparse_tables
from .blocks import Blocks, blocks_of, is_plain, number_blocks_of, texts, validity_bits, write_blocks

_FEW, _MANY, _LONG = 50, 1000, 100
# Column names as pandas keeps them, by the names: to make them costs as much as the frame of a row.
_indexes = {}


class FileTable(object):
    """The bytes of a column block file, turned into pandas when a step asks for it."""

    def __init__(self, content):
        self._blocks = Blocks(content)
        self.rows = self._blocks.rows

    @property
    def names(self):
        return [column["name"] for column in self._blocks.columns]

    def shape(self):
        missing = any(self._blocks.buffer(column, "validity", "u1") is not None for column in self._blocks.columns)
        columns = [{"name": column["name"], "type": column["type"]} for column in self._blocks.columns]
        return {"rows": self.rows, "columns": columns, "sparse": self._all_sparse(self.names), "missing": missing}

    def frame(self, names, rows, shared, sparse=False):
        """A fresh DataFrame of these columns and rows (all when None), of sparse columns where they are and the reader takes them."""
        names = self.names if names is None else names
        if rows is None and self.rows == 1:
            row = self._regular_row(names)
            if row is not None:
                return row
        if self._all_sparse(names):
            matrix = sparse_tables.matrix_of_columns([self._entries(name) for name in names], self.rows)
            if matrix is not None:
                return sparse_tables.frame_of(matrix if rows is None else matrix[rows], names, sparse)
        if names and all(self._is_plain(name) for name in names):
            return self._numbers(names, rows)
        frame = pandas.DataFrame({index: _kept(self._series(name, rows)) for index, name in enumerate(names)})
        frame.columns = names
        return frame

    def _all_sparse(self, names):
        return bool(names) and all(self._blocks.column(name)["kind"] == "sparse" for name in names)

    def _entries(self, name):
        column = self._blocks.column(name)
        return self._blocks.buffer(column, "rows", "<i4"), self._blocks.buffer(column, "values", "<f8")

    def _is_plain(self, name):
        return is_plain(self._blocks.column(name))

    def _plain(self, name):
        if self._blocks.column(name)["kind"] == "float64":
            return self._blocks.buffer(self._blocks.column(name), "values", "<f8")
        places, values = self._entries(name)
        whole = numpy.zeros(self.rows)
        whole[places] = values
        return whole

    def _regular_row(self, names):
        """One row of plain numbers, none of them missing; None where it is something else."""
        values = self._blocks.regular(names)
        if values is None:
            return None
        key = tuple(names)
        index = _indexes.get(key)
        if index is None:
            if len(_indexes) >= _FEW:
                _indexes.clear()
            index = _indexes[key] = self._numbers(names, None).columns
        # Each frame has an index object of its own, which the hook may give a name.
        return pandas.DataFrame(values.T.copy(), columns=index.view(), copy=False)

    def _numbers(self, names, rows):
        """Numbers share one block, which is filled without holding any of it twice."""
        block = None
        for index, name in enumerate(names):
            values = _taken(self._plain(name), rows)
            if block is None:
                block = numpy.empty((len(names), len(values)))
            block[index] = values
        return pandas.DataFrame(block.T, columns=names, copy=False)

    def _series(self, name, rows):
        """A column under the types of the task contract."""
        blocks, column = self._blocks, self._blocks.column(name)
        kind = column["kind"]
        if self._is_plain(name):
            return _taken(self._plain(name), rows)
        valid = blocks.valid(column)
        if rows is not None and valid is not None:
            valid = valid[rows]
        if valid is not None and valid.all():
            valid = None
        if kind == "float64":
            return _whole(_taken(blocks.buffer(column, "values", "<f8"), rows), valid, column["type"])
        if kind == "boolean":
            values = _taken(blocks.buffer(column, "values", "u1"), rows).astype(bool)
            return values if valid is None else _with_none(values.astype(object), valid)
        if kind == "dictionary":
            offsets = blocks.buffer(column, "dictionaryOffsets", "<i4")
            known = numpy.array(texts(offsets, blocks.buffer(column, "dictionaryBytes", "u1")) or [""], dtype=object)
            values = known[_taken(blocks.buffer(column, "indices", "<i4"), rows)]
        else:
            all_texts = texts(blocks.buffer(column, "offsets", "<i4"), blocks.buffer(column, "bytes", "u1"))
            values = _taken(_objects(all_texts), rows)
        return values if valid is None else _with_none(values, valid)


def _kept(values):
    """Texts stay objects: pandas 3 would make its own kind of strings of them."""
    return pandas.Series(values, dtype=object) if values.dtype == object else values


def _objects(values):
    array = numpy.empty(len(values), dtype=object)
    array[:] = values
    return array


def _taken(values, rows):
    """The rows of a column, all when None; a view of it where they follow one another."""
    if rows is None:
        return values
    return values[rows] if isinstance(rows, slice) else values.take(rows)


def _with_none(values, valid):
    values = values.copy()
    values[~valid] = None
    return values


def _whole(values, valid, kind):
    """Dates, which are whole microseconds, and integers; those with missing values stay floats."""
    if kind == "date":
        moments = numpy.full(len(values), numpy.datetime64("NaT"), dtype="datetime64[us]")
        there = numpy.isfinite(values) if valid is None else valid & numpy.isfinite(values)
        moments[there] = values[there].astype("int64").view("datetime64[us]")
        return moments.astype("datetime64[ns]")
    return values.astype("int64") if valid is None else values


class FrameTable(object):
    """A DataFrame that a hook returned."""

    def __init__(self, frame):
        self._frame = frame
        self.rows = len(frame)

    @property
    def names(self):
        return list(self._frame.columns)

    def shape(self, look_for_missing=False):
        dtypes = list(self._frame.dtypes)
        described = [{"name": str(name), "type": kind} for name, kind in zip(self._frame.columns, _types_of(self._frame, dtypes))]
        shape = {"rows": self.rows, "columns": described, "sparse": False}
        return dict(shape, missing=_has_missing(self._frame, dtypes)) if look_for_missing else shape

    def frame(self, names, rows, shared, sparse=False):
        """The columns and rows asked for; a copy whenever somebody else will see the same memory."""
        chosen = self._frame if names is None or list(names) == self.names else self._frame[list(names)]
        if rows is not None:
            return (chosen.iloc[rows].copy() if isinstance(rows, slice) else chosen.take(rows)).reset_index(drop=True)
        return chosen.copy() if shared and chosen is self._frame else chosen

    def store(self, path):
        shape = self.shape()
        write_blocks(path, self.rows, _all_encoded(shape["columns"], self._frame))
        return {"columns": shape["columns"]}



class NumberTable(object):
    """Predictions: a float64 array of one row a name. A frame of them would cost one row more than its prediction."""

    def __init__(self, names, values):
        self.names = names
        self._values = values
        self.rows = values.shape[1]

    def shape(self, look_for_missing=False):
        shape = {"rows": self.rows, "columns": self._described(), "sparse": False}
        return dict(shape, missing=bool(numpy.isnan(self._values).any())) if look_for_missing else shape

    def frame(self, names, rows, shared, sparse=False):
        """A fresh DataFrame of the columns and rows asked for."""
        return FrameTable(pandas.DataFrame(self._values.T.copy(), columns=self.names)).frame(names, rows, False)

    def store(self, path):
        write_blocks(path, self.rows, self._encoded())
        return {"columns": self._described()}

    def as_blocks(self):
        """The bytes of a column block file."""
        if not numpy.isnan(self._values).any():
            return number_blocks_of(self.names, self._values)
        return blocks_of(self.rows, self._encoded())

    def _described(self):
        return [{"name": name, "type": "number"} for name in self.names]

    def _encoded(self):
        valid = [validity_bits(~numpy.isnan(values)) for values in self._values]
        return [
            dict(column, kind="float64", buffers=[("values", values)] + ([] if bits is None else [("validity", bits)]))
            for column, values, bits in zip(self._described(), self._values, valid)
        ]


def _has_missing(frame, dtypes):
    # Choosing columns may copy them.
    numbers = frame if all(dtype == numpy.float64 for dtype in dtypes) else frame.select_dtypes("number")
    if numbers.shape[1] == frame.shape[1] and numbers.shape[1] > 0:
        # A sum is NaN when any of its terms is; far cheaper than a mask.
        with numpy.errstate(all="ignore"):
            total = numpy.add.reduce(numpy.asarray(numbers, dtype=float), axis=None)
        if numpy.isfinite(total):
            return False
    return bool(frame.isna().values.any())


_KINDS = {"b": "boolean", "i": "integer", "u": "integer", "f": "number", "M": "date"}


def _types_of(frame, dtypes):
    """The type of each column; values are looked at only where the dtype leaves it open."""
    return [_type_of_dtype(dtype) or _type_of_values(frame.iloc[:, i]) for i, dtype in enumerate(dtypes)]


def _type_of_dtype(dtype):
    if isinstance(dtype, numpy.dtype):
        return _KINDS.get(dtype.kind)
    name = str(dtype)
    if name == "boolean":
        return "boolean"
    if name.lower().startswith(("int", "uint")):
        return "integer"
    if name.startswith(("Float", "Sparse[float", "Sparse[int")):
        return "number"
    if name.startswith("datetime64"):
        return "date"
    return "category" if name == "category" else None


def _type_of_values(series):
    present = series.dropna()
    if len(present) and all(isinstance(value, (bool, numpy.bool_)) for value in present):
        return "boolean"
    return _text_or_category([str(value) for value in present])


def _text_or_category(values):
    """The same rule as at ingest: few values that repeat are a category."""
    if not values or max(len(value) for value in values) > _LONG:
        return "text"
    distinct = len(set(values))
    if distinct <= _FEW:
        return "category" if len(values) <= 20 or distinct * 2 <= len(values) else "text"
    return "category" if distinct <= min(_MANY, len(values) * 0.05) else "text"


def _all_encoded(described, frame):
    """All columns for a file. Numbers of one dtype are taken together: pandas needs longer to hand out a column than to fill it."""
    encoded = [None] * len(described)
    by_dtype = {}
    for place, dtype in enumerate(frame.dtypes):
        if isinstance(dtype, numpy.dtype) and dtype.kind in "iuf":
            by_dtype.setdefault(dtype, []).append(place)
        else:
            encoded[place] = _encoded(described[place], frame.iloc[:, place])
    for places in by_dtype.values():
        whole = frame if len(places) == frame.shape[1] else frame.iloc[:, places]
        block = numpy.ascontiguousarray(whole.values.T, dtype="float64")
        # A sum is NaN when any of its terms is; far cheaper than a mask.
        with numpy.errstate(all="ignore"):
            doubtful = numpy.isnan(numpy.add.reduce(block, axis=1))
        for place, values, look in zip(places, block, doubtful):
            bits = validity_bits(~numpy.isnan(values)) if look else None
            buffers = [("values", values)] + ([] if bits is None else [("validity", bits)])
            encoded[place] = dict(described[place], kind="float64", buffers=buffers)
    return encoded


def _encoded(described, series):
    valid = ~pandas.isna(series).values
    bits = validity_bits(numpy.asarray(valid, dtype=bool))
    validity = [] if bits is None else [("validity", bits)]
    kind = described["type"]
    if kind in ("number", "integer"):
        values = pandas.to_numeric(series, errors="coerce").astype("float64")
        return dict(described, kind="float64", buffers=[("values", numpy.asarray(values))] + validity)
    if kind == "date":
        moments = pandas.to_datetime(series, utc=True).values.astype("datetime64[us]")
        values = numpy.where(valid, moments.astype("int64").astype("float64"), numpy.nan)
        return dict(described, kind="float64", buffers=[("values", values)] + validity)
    if kind == "boolean":
        values = numpy.array([bool(value) if there else False for value, there in zip(series, valid)], dtype="u1")
        return dict(described, kind="boolean", buffers=[("values", values)] + validity)
    words = [str(value) if there else "" for value, there in zip(series, valid)]
    if kind == "text":
        offsets, content = _utf8(words)
        return dict(described, kind="utf8", buffers=[("offsets", offsets), ("bytes", content)] + validity)
    codes, known = pandas.factorize(numpy.array(words, dtype=object))
    offsets, content = _utf8(list(known))
    buffers = [("indices", codes.astype("<i4")), ("dictionaryOffsets", offsets), ("dictionaryBytes", content)]
    return dict(described, kind="dictionary", dictionaryRows=len(known), buffers=buffers + validity)


def _utf8(words):
    encoded = [word.encode("utf-8", "replace") for word in words]
    offsets = numpy.zeros(len(words) + 1, dtype="<i4")
    numpy.cumsum([len(word) for word in encoded], out=offsets[1:])
    return offsets, numpy.frombuffer(b"".join(encoded), dtype="u1")
