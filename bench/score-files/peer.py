"""The same with pandas and the model's own library: python peer.py MODEL INPUT OUTPUT [CHUNK_ROWS]"""
import pickle
import sys

import pandas as pd

model_file, source, destination = sys.argv[1:4]
chunk_rows = int(sys.argv[4]) if len(sys.argv) > 4 else 50_000
with open(model_file, "rb") as file:
    model = pickle.load(file)
classes = model.classes_
names = [f"probability_{label}" for label in classes]
with open(destination, "w", newline="") as out:
    for index, chunk in enumerate(pd.read_csv(source, chunksize=chunk_rows)):
        # One call gives both: the label is the class of the highest probability.
        probabilities = model.predict_proba(chunk)
        answers = pd.DataFrame(probabilities, columns=names)
        answers.insert(0, "prediction", classes[probabilities.argmax(axis=1)])
        answers.to_csv(out, header=index == 0, index=False)
