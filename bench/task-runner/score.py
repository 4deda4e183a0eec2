"""The rows of a file scored by pandas and the model's own library: python score.py MODEL INPUT OUTPUT"""
import sys

import joblib
import pandas

model_file, source, destination = sys.argv[1:4]
model = joblib.load(model_file)
rows = pandas.read_csv(source)
answers = pandas.DataFrame(model.predict_proba(rows), columns=["probability_" + label for label in model.classes_])
answers.insert(0, "prediction", model.classes_[answers.values.argmax(axis=1)])
answers.to_csv(destination, index=False)
