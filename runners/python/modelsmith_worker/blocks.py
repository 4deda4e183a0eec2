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


class Blocks(object):
    """The bytes of a file; buffers are read-only views into them."""

    def __init__(self, content):
        self._content = content
        if content[:8] != _MAGIC:
            raise ValueError("This is not a column block file.")
        (length,) = struct.unpack("<I", content[8:12])
        header = json.loads(content[12 : 12 + length].decode("utf-8"))
        self.rows = header["rows"]
        self.columns = header["columns"]
        self._by_name = {column["name"]: column for column in self.columns}

    def column(self, name):
        return self._by_name[name]

    def buffer(self, column, name, dtype):
        for place in column["buffers"]:
            if place["name"] == name:
                count = place["length"] // numpy.dtype(dtype).itemsize
                return numpy.frombuffer(self._content, dtype, count, place["offset"])
        return None

    def valid(self, column):
        """A boolean array, or None when every row has a value."""
        bits = self.buffer(column, "validity", "u1")
        if bits is None:
            return None
        return numpy.unpackbits(bits.reshape(-1, 1)[:, ::-1], axis=1)[:, ::-1].reshape(-1)[: self.rows].astype(bool)


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


def _write(file, rows, columns):
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
    file.write((_MAGIC + struct.pack("<I", len(header)) + header).ljust(start, b"\0"))
    for column in columns:
        for _, array in column["buffers"]:
            file.write(memoryview(numpy.ascontiguousarray(array)).cast("B"))
            file.write(b"\0" * (_aligned(array.nbytes) - array.nbytes))


def _aligned(offset):
    return -(-offset // _ALIGNMENT) * _ALIGNMENT


def validity_bits(valid):
    """The bitmap of a boolean array, or None when all are set."""
    if valid.all():
        return None
    padded = numpy.zeros(-(-len(valid) // 8) * 8, dtype="u1")
    padded[: len(valid)] = valid
    return numpy.packbits(padded.reshape(-1, 8)[:, ::-1], axis=1).reshape(-1)
