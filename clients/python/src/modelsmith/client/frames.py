"""Tables in and out: a path, a pandas DataFrame, or a list of dicts."""

import csv
import io
import os


def is_frame(value):
    """Is it a pandas DataFrame (without importing pandas)."""
    return hasattr(value, "to_csv") and hasattr(value, "columns")


def as_file(data, name):
    """(file name, bytes) of a path, a DataFrame or a list of dicts."""
    if isinstance(data, (str, os.PathLike)):
        path = os.fspath(data)
        with open(path, "rb") as file:
            return os.path.basename(path), file.read()
    return (name or "data") + ".csv", as_csv(data)


def as_csv(data):
    """UTF-8 CSV with a header; missing values are empty cells."""
    if is_frame(data):
        return data.to_csv(index=False).encode("utf-8")
    rows = list(data)
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def as_records(data):
    """Rows as dicts of plain values; what is missing is None."""
    if is_frame(data):
        rows = [dict(zip(data.columns, cells)) for cells in data.astype(object).values.tolist()]
    else:
        rows = [dict(row) for row in data]
    return [{str(name): None if value != value else value for name, value in row.items()} for row in rows]


def as_table(rows, like=None):
    """Rows as a DataFrame where pandas is installed, else as they are; ``like`` lends its index."""
    try:
        import pandas
    except ImportError:
        return rows
    return pandas.DataFrame(rows, index=like.index if isinstance(like, pandas.DataFrame) else None)
