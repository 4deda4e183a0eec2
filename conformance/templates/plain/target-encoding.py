import sys
import pandas

train, rows = (pandas.read_csv(path) for path in sys.argv[1:3])
price = train.pop("Sale_Price")
for name in train:
    known = price.groupby(train[name]).agg(["sum", "count"])
    rows[name] = rows[name].map((known["sum"] + 10 * price.mean()) / (known["count"] + 10)).fillna(price.mean())
rows[train.columns].to_csv(sys.stdout, index=False)
