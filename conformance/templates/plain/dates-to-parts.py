import sys
import numpy, pandas

train, rows = (pandas.read_csv(path, parse_dates=["date"])["date"] for path in sys.argv[1:3])
turn = 2 * numpy.pi * (rows.dt.dayofyear - 1) / 365.25
parts = {"date year": rows.dt.year, "date season, sine": numpy.sin(turn), "date season, cosine": numpy.cos(turn)}
for day, word in enumerate(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]):
    parts["date " + word] = (rows.dt.dayofweek == day) * 1.0
parts["date days since the first"] = (rows - train.min()).dt.days
pandas.DataFrame(parts).fillna(-1).to_csv(sys.stdout, index=False)
