import sys
import pandas

train, rows = (pandas.read_csv(path) for path in sys.argv[1:3])
filled = rows.astype("float64").fillna(train.median())
for name in train.columns[train.isna().any()]:
    filled[name + " was missing"] = rows[name].isna().astype("float64")
filled.to_csv(sys.stdout, index=False)
