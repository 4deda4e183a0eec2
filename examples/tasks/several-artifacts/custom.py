"""Several artifacts, and `load_model` that puts them together: a list of words as text, their weights as an array, settings as JSON."""

import json
import os
from collections import Counter

import numpy
import pandas

from words.tokens import words_of


def fit(X, y, output_dir, class_order, parameters, **kwargs):
    negative, positive = class_order
    texts = [set(words_of(text)) for text in X.iloc[:, 0]]
    seen = Counter(word for words in texts for word in words)
    known = sorted(word for word, count in seen.items() if count >= parameters["least"])
    places = {word: place for place, word in enumerate(known)}
    counts = numpy.ones((2, len(known)))
    for words, label in zip(texts, y):
        for word in words & places.keys():
            counts[int(label == positive), places[word]] += 1
    # Naive Bayes: how much more likely a word is in one class than in the other.
    weights = numpy.log(counts[1] / counts[1].sum()) - numpy.log(counts[0] / counts[0].sum())
    share = float((y == positive).mean())

    with open(os.path.join(output_dir, "words.txt"), "w", encoding="utf-8") as file:
        file.write("\n".join(known))
    numpy.save(os.path.join(output_dir, "weights.npy"), weights)
    with open(os.path.join(output_dir, "settings.json"), "w") as file:
        json.dump({"negative": negative, "positive": positive, "bias": float(numpy.log(share / (1 - share)))}, file)


def load_model(code_dir):
    with open(os.path.join(code_dir, "words.txt"), encoding="utf-8") as file:
        words = file.read().split("\n")
    weights = numpy.load(os.path.join(code_dir, "weights.npy"))
    with open(os.path.join(code_dir, "settings.json")) as file:
        settings = json.load(file)
    return dict(settings, weights=dict(zip(words, weights)))


def predict_proba(data, model, **kwargs):
    scores = [model["bias"] + sum(model["weights"].get(word, 0.0) for word in sorted(set(words_of(text)))) for text in data.iloc[:, 0]]
    positive = 1 / (1 + numpy.exp(-numpy.clip(scores, -500, 500)))
    return pandas.DataFrame({model["negative"]: 1 - positive, model["positive"]: positive})
