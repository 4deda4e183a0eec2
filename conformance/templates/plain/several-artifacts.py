import sys
import numpy, pandas
from sklearn.feature_extraction.text import CountVectorizer

train, rows = (pandas.read_csv(path) for path in sys.argv[1:3])
vectorizer = CountVectorizer(token_pattern="[a-z]{2,}", binary=True, min_df=4)
counts = vectorizer.fit_transform(train["review"]).toarray()
positive = (train["score"] == "other").values
seen = [counts[positive == side].sum(axis=0) + 1 for side in (False, True)]
weights = numpy.log(seen[1] / seen[1].sum()) - numpy.log(seen[0] / seen[0].sum())
score = vectorizer.transform(rows["review"].fillna("")) @ weights + numpy.log(positive.mean() / (1 - positive.mean()))
chance = 1 / (1 + numpy.exp(-score))
pandas.DataFrame({"great": 1 - chance, "other": chance}).to_csv(sys.stdout, index=False)
