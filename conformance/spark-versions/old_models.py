"""The models of pyspark.mllib, which know no columns."""

import pyspark.mllib.classification
import pyspark.mllib.clustering
import pyspark.mllib.recommendation
import pyspark.mllib.regression
import pyspark.mllib.tree
from pyspark import mllib
from pyspark.mllib.regression import LabeledPoint


def old_models(context, train, test_rows):
    """Name, model, and its answers: of pyspark.mllib, whose models know no columns."""
    arrays = [row["features"].toArray() for row in train]
    given = [row["features"].toArray() for row in test_rows]
    counted = [row["counts"].toArray() for row in train]
    points = lambda label, values=arrays: context.parallelize([LabeledPoint(row[label], one) for row, one in zip(train, values)], 1)
    plain = context.parallelize(arrays, 1)
    answers = lambda model, values=given: (values, [{"prediction": float(model.predict(one))} for one in values])
    yield "old_LogisticRegression", lambda: mllib.classification.LogisticRegressionWithLBFGS.train(points("two"), iterations=5), answers
    yield "old_LogisticRegression_intercept", lambda: mllib.classification.LogisticRegressionWithLBFGS.train(points("three"), iterations=5, numClasses=3, intercept=True), answers

    def with_threshold():
        model = mllib.classification.LogisticRegressionWithLBFGS.train(points("two"), iterations=5, intercept=True)
        model.setThreshold(0.8)
        return model

    yield "old_LogisticRegression_threshold", with_threshold, answers
    yield "old_SVM", lambda: mllib.classification.SVMWithSGD.train(points("two"), iterations=5, intercept=True), answers
    test_counts = [row["counts"].toArray() for row in test_rows]
    yield "old_NaiveBayes", lambda: mllib.classification.NaiveBayes.train(points("three", counted), 0.5), lambda model: answers(model, test_counts)
    yield "old_LinearRegression", lambda: mllib.regression.LinearRegressionWithSGD.train(points("target"), iterations=5, intercept=True), answers
    yield "old_Lasso", lambda: mllib.regression.LassoWithSGD.train(points("target"), iterations=5, regParam=0.2), answers
    yield "old_Ridge", lambda: mllib.regression.RidgeRegressionWithSGD.train(points("target"), iterations=5), answers
    yield "old_KMeans", lambda: mllib.clustering.KMeans.train(plain, 3, maxIterations=3, seed=5), answers
    yield "old_GaussianMixture", lambda: mllib.clustering.GaussianMixture.train(plain, 3, maxIterations=4, seed=5), answers
    yield "old_BisectingKMeans", lambda: mllib.clustering.BisectingKMeans.train(plain, 4, seed=5), answers
    ordered = context.parallelize([(row["target"], row["x"], row["weight"]) for row in train], 1)
    single = [[row["x"]] for row in test_rows]
    yield "old_IsotonicRegression", lambda: mllib.regression.IsotonicRegression.train(ordered), lambda model: (single, [{"prediction": float(model.predict(one[0]))} for one in single])
    coded = [row["codes"].toArray() for row in train]
    test_codes = [row["codes"].toArray() for row in test_rows]
    known = {0: 3, 1: 2, 3: 4}
    DecisionTree, RandomForest, GradientBoostedTrees = mllib.tree.DecisionTree, mllib.tree.RandomForest, mllib.tree.GradientBoostedTrees
    yield "old_DecisionTree_classes", lambda: DecisionTree.trainClassifier(points("three", coded), 3, known, maxDepth=4), lambda model: answers(model, test_codes)
    yield "old_DecisionTree", lambda: DecisionTree.trainRegressor(points("target"), {}, maxDepth=4), answers
    yield "old_RandomForest_classes", lambda: RandomForest.trainClassifier(points("three", coded), 3, known, 5, seed=4), lambda model: answers(model, test_codes)
    yield "old_RandomForest_two", lambda: RandomForest.trainClassifier(points("two"), 2, {}, 4, seed=4), answers
    yield "old_RandomForest", lambda: RandomForest.trainRegressor(points("target"), {}, 3, seed=4), answers
    yield "old_GradientBoostedTrees_classes", lambda: GradientBoostedTrees.trainClassifier(points("two"), {}, numIterations=4), answers
    yield "old_GradientBoostedTrees", lambda: GradientBoostedTrees.trainRegressor(points("target"), {}, numIterations=4), answers
    ratings = context.parallelize([mllib.recommendation.Rating(row["user"], row["item"], row["rating"]) for row in train], 1)
    pairs = [[row["user"] % 5, row["item"] % 3] for row in test_rows]
    yield "old_MatrixFactorization", lambda: mllib.recommendation.ALS.train(ratings, 3, iterations=2, seed=5), lambda model: (pairs, [{"prediction": float(model.predict(*one))} for one in pairs])
