import sys
import pandas
from sklearn.linear_model import LogisticRegression

train, rows = (pandas.read_csv(path) for path in sys.argv[1:3])
target = train.pop("species")
both = pandas.concat([train, rows[train.columns]], ignore_index=True)
numbers = both.select_dtypes("number").columns
scaled = both[numbers].fillna(train[numbers].median())
scaled = (scaled - scaled[: len(train)].mean()) / scaled[: len(train)].std(ddof=0)
texts = both.drop(columns=numbers).fillna("missing")
known = [(name, level) for name in texts for level in sorted(texts[name][: len(train)].unique())]
columns = pandas.concat([scaled] + [(texts[name] == level) * 1.0 for name, level in known], axis=1).values
model = LogisticRegression(max_iter=1000).fit(columns[: len(train)], target)
pandas.DataFrame(model.predict_proba(columns[len(train) :]), columns=model.classes_).to_csv(sys.stdout, index=False)
