"""The column block file: a JSON header and 64-byte-aligned little-endian buffers (the host's `table` package has the layout)."""

import io
import json
import mmap
import struct

import numpy

_MAGIC = b"MSCOLS01"
_ALIGNMENT = 64


def mapped(path):
    """The bytes of a file, of which those are read that are looked at."""
    with open(path, "rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


class _Header(object):
    """What a file says of its columns, and what was worked out from it."""

    def __init__(self, content):
        header = json.loads(content.decode("utf-8"))
        self.rows = header["rows"]
        self.columns = header["columns"]
        self.by_name = {column["name"]: column for column in self.columns}
        self.regular = {}


# Rows that come one at a time have the same header each time.
_KEPT_HEADERS, _KEPT_BYTES = 16, 2**16
_headers = {}


def _header_of(content):
    known = _headers.get(content)
    if known is not None:
        return known
    header = _Header(content)
    if len(content) <= _KEPT_BYTES:
        if len(_headers) >= _KEPT_HEADERS:
            _headers.clear()
        _headers[content] = header
    return header


class Blocks(object):
    """The bytes of a file; buffers are read-only views into them."""

    def __init__(self, content):
        self._content = content
        if content[:8] != _MAGIC:
            raise ValueError("This is not a column block file.")
        (length,) = struct.unpack("<I", content[8:12])
        self._header = _header_of(content[12 : 12 + length])
        self.rows = self._header.rows
        self.columns = self._header.columns

    def column(self, name):
        return self._header.by_name[name]

    def buffer(self, column, name, dtype):
        for place in column["buffers"]:
            if place["name"] == name:
                count = place["length"] // numpy.dtype(dtype).itemsize
                return numpy.frombuffer(self._content, dtype, count, place["offset"])
        return None

    def regular(self, names):
        """Plain numbers, none of them missing, that lie at equal distances, as a view of one row a name; None where they do not."""
        key = tuple(names)
        if key not in self._header.regular:
            self._header.regular[key] = self._distance(names)
        found = self._header.regular[key]
        if found is None:
            return None
        first, step = found
        return numpy.ndarray((len(names), self.rows), "<f8", self._content, first, (step, 8))

    def _distance(self, names):
        """(offset of the first, bytes from one to the next)."""
        columns = [self.column(name) for name in names]
        if not columns or self.rows == 0 or not all(_is_complete(column) for column in columns):
            return None
        offsets = [column["buffers"][0]["offset"] for column in columns]
        step = offsets[1] - offsets[0] if len(offsets) > 1 else self.rows * 8
        return (offsets[0], step) if all(after - before == step for before, after in zip(offsets, offsets[1:])) else None

    def valid(self, column):
        """A boolean array, or None when every row has a value."""
        bits = self.buffer(column, "validity", "u1")
        if bits is None:
            return None
        return numpy.unpackbits(bits.reshape(-1, 1)[:, ::-1], axis=1)[:, ::-1].reshape(-1)[: self.rows].astype(bool)


def is_plain(column):
    """Numbers that are as they should be: a missing one is NaN already."""
    return column["kind"] in ("float64", "sparse") and column["type"] not in ("integer", "date")


def _is_complete(column):
    return column["kind"] == "float64" and is_plain(column) and len(column["buffers"]) == 1


def texts(offsets, content):
    """Strings of UTF-8 bytes cut at offsets."""
    data = content.tobytes()
    return [data[offsets[i] : offsets[i + 1]].decode("utf-8") for i in range(len(offsets) - 1)]


def write_blocks(path, rows, columns):
    """Write columns: dicts with name, type, kind and buffers, a list of (name, array); dictionaryRows for dictionaries."""
    with open(path, "wb") as file:
        _write(file, rows, columns)


def blocks_of(rows, columns):
    """The bytes of such a file."""
    file = io.BytesIO()
    _write(file, rows, columns)
    return file.getvalue()


_number_heads = {}


def number_blocks_of(names, values):
    """The bytes of a file of numbers without any missing: a float64 array of one row a name."""
    key = (tuple(names), values.shape[1])
    head = _number_heads.get(key)
    if head is None:
        columns = [{"name": name, "type": "number", "kind": "float64", "buffers": [("values", row)]} for name, row in zip(names, values)]
        head = _head_of(values.shape[1], columns)
        if len(_number_heads) >= _KEPT_HEADERS:
            _number_heads.clear()
        if len(head) <= _KEPT_BYTES:
            _number_heads[key] = head
    padded = numpy.zeros((len(names), _aligned(values.shape[1] * 8) // 8))
    padded[:, : values.shape[1]] = values
    return head + padded.tobytes()


def _write(file, rows, columns):
    file.write(_head_of(rows, columns))
    for column in columns:
        for _, array in column["buffers"]:
            file.write(memoryview(numpy.ascontiguousarray(array)).cast("B"))
            file.write(b"\0" * (_aligned(array.nbytes) - array.nbytes))


def _head_of(rows, columns):
    """All that stands before the first buffer."""

    def header_at(start):
        offset, described = start, []
        for column in columns:
            places = []
            for name, array in column["buffers"]:
                places.append({"name": name, "offset": offset, "length": array.nbytes})
                offset = _aligned(offset + array.nbytes)
            described.append(dict(column, buffers=places))
        return json.dumps({"version": 1, "rows": rows, "columns": described}).encode("utf-8")

    # Offsets depend on the header's length and the header holds the offsets: room is left for the longest of them.
    start = _aligned(12 + len(header_at(2**40)))
    header = header_at(start)
    return (_MAGIC + struct.pack("<I", len(header)) + header).ljust(start, b"\0")


def _aligned(offset):
    return -(-offset // _ALIGNMENT) * _ALIGNMENT


def validity_bits(valid):
    """The bitmap of a boolean array, or None when all are set."""
    if valid.all():
        return None
    padded = numpy.zeros(-(-len(valid) // 8) * 8, dtype="u1")
    padded[: len(valid)] = valid
    return numpy.packbits(padded.reshape(-1, 8)[:, ::-1], axis=1).reshape(-1)
