import sys
import pandas
from sklearn.ensemble import IsolationForest

train, rows = (pandas.read_csv(path) for path in sys.argv[1:3])
forest = IsolationForest(random_state=0).fit(train.fillna(train.median()).values)
unusual = -forest.score_samples(rows[train.columns].fillna(train.median()).values)
pandas.DataFrame({"prediction": unusual}).to_csv(sys.stdout, index=False)
