"""What a task of the bench does, as a bare script: python fit.py TRAIN OUTPUT"""
import sys

import joblib
import pandas
from sklearn.linear_model import LogisticRegression

train_file, destination = sys.argv[1:3]
rows = pandas.read_csv(train_file)
target = rows.pop("target")
model = LogisticRegression(max_iter=500).fit(rows, target)
joblib.dump(model, destination + "/model.joblib")
answers = pandas.DataFrame(model.predict_proba(rows), columns=model.classes_)
answers.to_csv(destination + "/predictions.csv", index=False)
