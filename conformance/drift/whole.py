"""python whole.py TABLES FOLDER: whole real tables, cut where they shift, as CSV; and what numpy, scipy and evidently say of each part.

The first part of a table is the baseline of the others. Bins and measures are those of packages/domain/src/drift/fixtures/make.py.
"""
import importlib.metadata
import json
import pathlib
import sys

import numpy as np
import pandas as pd

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "packages/domain/src/drift/fixtures"))
from make import case  # noqa: E402

tables, folder = map(pathlib.Path, sys.argv[1:])
texts = ["carrier", "origin", "dest", "manufacturer"]
# Free text is compared by whether it is there; what names the part moves by itself.
left_out = {"flights": ["month", "year", "tailnum", "time_hour"], "chicago": ["year", "date"]}


def flights():
    return pd.read_parquet(tables / "flights.parquet"), "month", "late"


def chicago():
    table = pd.read_csv(tables / "chicago.csv")
    return table.assign(year=table["date"].str[:4].astype(int)), "year", "ridership"


def folded(bins, counts):
    """Counts as they are compared: what is out of range lies in the outermost bins."""
    missing, *others = counts
    if "cuts" in bins:
        below, *inside, above = others
        inside[0] += below
        inside[-1] += above
        others = inside
    return np.array([*others, missing], dtype=float)


def measured(before, now):
    found = case(before, now)
    shares = [own / own.sum() for own in (folded(found["bins"], counts) for counts in found.pop("counts"))]
    used = shares[0] + shares[1] > 0
    # evidently puts 0.0001 in the place of a share of zero too, but where a smaller share is there a millionth of that.
    found["psi"] = float(sum((b - a) * np.log(b / a) for a, b in zip(*(np.where(own == 0, 1e-4, own)[used] for own in shares))))
    found["zerosAlike"] = all(not (own[used] == 0).any() or own[own > 0].min() > 1e-4 for own in shares)
    return found


told = {"madeWith": {name: importlib.metadata.version(name) for name in ("numpy", "pandas", "scipy", "evidently")}, "tables": {}}
for name, (table, part, target) in (("flights", flights()), ("chicago", chicago())):
    names = [column for column in table.columns if column not in [*left_out[name], target]]
    parts = {int(value): own.reset_index(drop=True) for value, own in table.groupby(part)}
    first, *others = sorted(parts)
    for value, own in parts.items():
        own[[*names, *([target] if value == first else [])]].to_csv(folder / f"{name}-{value}.csv", index=False, float_format="%.17g")
    told["tables"][name] = {
        "target": target,
        "baseline": first,
        "types": {column: "category" if column in texts else "number" for column in names},
        "parts": {str(value): {column: measured(parts[first][column], parts[value][column]) for column in names} for value in others},
        "rows": {str(value): len(own) for value, own in parts.items()},
    }
(folder / "expected.json").write_text(json.dumps(told))
