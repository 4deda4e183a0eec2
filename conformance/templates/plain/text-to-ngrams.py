import sys
import pandas
from sklearn.feature_extraction.text import TfidfVectorizer

train, rows = (pandas.read_csv(path) for path in sys.argv[1:3])
vectorizer = TfidfVectorizer(ngram_range=(1, 2), max_features=200, sublinear_tf=True).fit(train["review"])
names = ["review: " + term for term in vectorizer.get_feature_names_out()]
pandas.DataFrame(vectorizer.transform(rows["review"].fillna("")).toarray(), columns=names).to_csv(sys.stdout, index=False)
