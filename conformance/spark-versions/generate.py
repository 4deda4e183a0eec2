"""Trains and saves every model of pyspark.ml with small data, with what Spark predicts, as a folder of fixtures.

    python generate.py OUT [--only TEXT]

Run it with a Python that has PySpark, 2.4 or later, and a Java that fits; then `npm run conformance -- OUT`. All numbers come from
one seed. Cases that a version does not have are left out by their name.
"""

import argparse
import csv
import itertools
import json
import os
import shutil
import sys
import tempfile
import zipfile

import numpy as np
import pyspark
import pyspark.mllib.classification
import pyspark.mllib.clustering
import pyspark.mllib.recommendation
import pyspark.mllib.regression
import pyspark.mllib.tree
from pyspark import mllib
from pyspark.ml import Estimator, Pipeline, classification, clustering, evaluation, feature, recommendation, regression, tuning
from pyspark.ml.linalg import DenseMatrix, DenseVector, SparseVector, Vectors
from pyspark.mllib.regression import LabeledPoint
from pyspark.sql import SparkSession
from pyspark.sql.types import ArrayType, BooleanType, DoubleType, FloatType, IntegerType, LongType, StringType, StructField, StructType

try:
    from pyspark.ml import fpm
except ImportError:
    fpm = None
try:
    from pyspark.ml.linalg import VectorUDT
except ImportError:
    from pyspark.mllib.linalg import VectorUDT

SEED = 20_240_607
KINDS = {
    "vector": VectorUDT(),
    "string": StringType(),
    "double": DoubleType(),
    "int": IntegerType(),
    "boolean": BooleanType(),
    "long": LongType(),
    "float": FloatType(),
    "list": ArrayType(StringType()),
}
# As the fixtures name them.
NAMED = {"long": "bigint", "list": "array<string>"}
TYPES = {
    "features": "vector",
    "counts": "vector",
    "bits": "vector",
    "codes": "vector",
    "wide": "vector",
    "x": "double",
    "y": "double",
    "gappy": "double",
    "weight": "double",
    "censor": "double",
    "two": "double",
    "three": "double",
    "target": "double",
    "positive": "double",
    "colour": "string",
    "size": "string",
    "text": "string",
    "user": "int",
    "item": "int",
    "place": "int",
    "rating": "double",
    "level": "int",
    "late": "int",
    "flag": "boolean",
    "long": "long",
    "single": "float",
    "gaps": "int",
    "one": "double",
    "answer": "string",
    "basket": "list",
    "odd": "vector",
}
# What no training has seen: parts that are not finite.
ODD = [np.array(one) for one in ([1, np.nan, 1, 1, 1], [np.inf, 1, 1, 1, 1], [1, 1, -np.inf, 1, np.nan], [1e200, -1e200, 1e200, 1, 1])]
FIRST_ODD = 16
WORDS = "the quick brown fox jumps over a lazy dog while I see it Twice".split()


def rows(count, random, is_test):
    """A list of dicts; the rows for scoring have values that training has not, and edges."""
    made = []
    for index in range(count):
        features = random.normal(size=5)
        if is_test and index < 3:
            features = np.array([0.0, -0.0, 1e3, -1e3, 5e-324]) * (index + 1)
        three = int(np.argmax(features[:3] + 0.5 * random.normal(size=3)))
        made.append(
            {
                "features": Vectors.dense(features),
                "counts": Vectors.dense(random.poisson(2, size=6) + (np.arange(6) == index % 6)),
                "bits": Vectors.dense((random.rand(6) < 0.4) | (np.arange(6) == index % 6)),
                "codes": Vectors.dense([index % 3, index % 2, float(features[0]), index % 4]),
                "wide": Vectors.dense((random.rand(40) < 0.15) * random.randint(1, 4, 40) + (np.arange(40) == 1)),
                "x": float(features[0]),
                "y": float(random.normal() * 3),
                "gappy": None if index % 7 == 3 else (float("nan") if index % 7 == 5 else float(random.randint(0, 4))),
                "weight": float(random.rand() + 0.5),
                "censor": float(index % 3 != 0),
                "two": float(features[0] + 0.7 * random.normal() > 0),
                "three": float(three),
                "target": float(features @ np.array([1, -2, 0.5, 0, 3]) + random.normal() * 0.3),
                "positive": float(np.exp(features[0] * 0.4 - features[1] * 0.2 + random.normal() * 0.1)),
                "colour": ["red", "green", "blue", "gr\u00fcn", "\U0001d306"][index % (5 if not is_test else 4)],
                "size": ["S", "M", "L"][random.randint(3)],
                "text": " ".join(random.choice(WORDS, 5 + index % 4)),
                "user": int(random.randint(0, 8 if not is_test else 10)),
                "item": int(random.randint(0, 6 if not is_test else 8)),
                "place": index % 4,
                "level": None if index % 9 == 4 else index % 3,
                "late": None if is_test and index % 9 == 4 else index % 3,
                "rating": float(random.randint(1, 6)),
                "flag": index % 3 == 1,
                "long": [5_000_000_000, -7, 0, 12][index % 4],
                "single": None if index % 11 == 4 else [0.1, -2.5, 1e10, 3.0][index % 4],
                "gaps": None if index % 6 == 2 else index % 7 - 1,
                "one": 1.0,
                "answer": ["no", "yes", "maybe"][three],
                "basket": [item for place, item in enumerate(["bread", "milk", "beer", "eggs", "salt"]) if (index >> place) % 2 == 1],
                "odd": Vectors.dense(features * ODD[index % len(ODD)] if is_test and index >= FIRST_ODD else features),
            }
        )
    return made


def cases():
    """Name, what is fitted or used as it is, and the columns it is given to score."""
    c, r, f, k = classification, regression, feature, clustering
    both = {"rawPredictionCol": "raw", "probabilityCol": "share", "predictionCol": "guess"}
    index = lambda: f.StringIndexer(inputCol="colour", outputCol="colourIndex", handleInvalid="keep")
    tokens = lambda: f.Tokenizer(inputCol="text", outputCol="words")
    encoder = getattr(f, "OneHotEncoderEstimator", f.OneHotEncoder)
    one_hot = lambda **more: encoder(inputCols=["colourIndex"], outputCols=["colourPlaces"], **more)
    yield "LogisticRegression_binary", lambda: c.LogisticRegression(labelCol="two", maxIter=10, regParam=0.01, threshold=0.4, **both), ["features"]
    yield "LogisticRegression_multinomial", lambda: c.LogisticRegression(labelCol="three", maxIter=10, elasticNetParam=0.5, regParam=0.02), ["features"]
    yield "LogisticRegression_wide_sparse", lambda: c.LogisticRegression(labelCol="three", featuresCol="wide", maxIter=10, elasticNetParam=1.0, regParam=0.1), ["wide"]
    yield "LinearSVC", lambda: c.LinearSVC(labelCol="two", maxIter=10, regParam=0.01, threshold=0.1), ["features"]
    yield "DecisionTreeClassifier_leaf", lambda: c.DecisionTreeClassifier(labelCol="three", maxDepth=4, leafCol="leaf"), ["features"]
    yield "NaiveBayes_thresholds", lambda: c.NaiveBayes(labelCol="three", featuresCol="counts", thresholds=[0.5, 0.2, 0.3]), ["counts"]
    yield "RandomForestClassifier", lambda: c.RandomForestClassifier(labelCol="three", numTrees=5, maxDepth=4, seed=3), ["features"]
    yield "RandomForestClassifier_leaf", lambda: c.RandomForestClassifier(labelCol="two", numTrees=3, maxDepth=3, seed=3, leafCol="leaf"), ["features"]
    yield "GBTClassifier", lambda: c.GBTClassifier(labelCol="two", maxIter=5, maxDepth=3, seed=3), ["features"]
    yield "NaiveBayes_multinomial", lambda: c.NaiveBayes(labelCol="three", featuresCol="counts"), ["counts"]
    yield "NaiveBayes_bernoulli", lambda: c.NaiveBayes(labelCol="two", featuresCol="bits", modelType="bernoulli"), ["bits"]
    yield "NaiveBayes_complement", lambda: c.NaiveBayes(labelCol="three", featuresCol="counts", modelType="complement"), ["counts"]
    yield "NaiveBayes_gaussian", lambda: c.NaiveBayes(labelCol="three", modelType="gaussian"), ["features"]
    yield "MultilayerPerceptron", lambda: c.MultilayerPerceptronClassifier(labelCol="three", layers=[5, 4, 3], maxIter=8, seed=3), ["features"]
    yield "OneVsRest_logistic", lambda: c.OneVsRest(labelCol="three", classifier=c.LogisticRegression(maxIter=4)), ["features"]
    yield "OneVsRest_svc", lambda: c.OneVsRest(labelCol="three", classifier=c.LinearSVC(maxIter=4)), ["features"]
    yield "FMClassifier", lambda: c.FMClassifier(labelCol="two", factorSize=3, maxIter=5, stepSize=0.1, seed=3), ["features"]
    yield "FMRegressor", lambda: r.FMRegressor(labelCol="target", factorSize=2, maxIter=5, stepSize=0.1, seed=3), ["features"]
    yield "FMRegressor_pairs_only", lambda: r.FMRegressor(labelCol="target", factorSize=2, maxIter=5, fitLinear=False, fitIntercept=False, seed=3), ["features"]
    yield "LinearRegression", lambda: r.LinearRegression(labelCol="target", regParam=0.1, elasticNetParam=0.3, maxIter=10), ["features"]
    yield "LinearRegression_huber", lambda: r.LinearRegression(labelCol="target", loss="huber", maxIter=8), ["features"]
    yield "GLM_gaussian", lambda: r.GeneralizedLinearRegression(labelCol="target", linkPredictionCol="link"), ["features"]
    yield "GLM_poisson_offset", lambda: r.GeneralizedLinearRegression(labelCol="positive", family="poisson", offsetCol="weight"), ["features", "weight"]
    yield "GLM_tweedie", lambda: r.GeneralizedLinearRegression(labelCol="positive", family="tweedie", variancePower=1.5, linkPower=0.0), ["features"]
    yield "GLM_binomial", lambda: r.GeneralizedLinearRegression(labelCol="two", family="binomial", link="cloglog", regParam=0.1), ["features"]
    yield "AFTSurvivalRegression", lambda: r.AFTSurvivalRegression(labelCol="positive", censorCol="censor", quantilesCol="quantiles", quantileProbabilities=[0.1, 0.5, 0.9]), ["features"]
    yield "AFTSurvivalRegression_plain", lambda: r.AFTSurvivalRegression(labelCol="positive", censorCol="censor", fitIntercept=False), ["features"]
    yield "DecisionTreeRegressor_variance", lambda: r.DecisionTreeRegressor(labelCol="target", varianceCol="spread", maxDepth=4), ["features"]
    yield "RandomForestRegressor", lambda: r.RandomForestRegressor(labelCol="target", numTrees=4, maxDepth=4, seed=3), ["features"]
    yield "GBTRegressor_leaf", lambda: r.GBTRegressor(labelCol="target", maxIter=4, maxDepth=3, seed=3, leafCol="leaf"), ["features"]
    yield "RandomForestRegressor_categories", lambda: Pipeline(stages=[f.VectorIndexer(inputCol="codes", outputCol="indexed", maxCategories=4), r.RandomForestRegressor(labelCol="target", featuresCol="indexed", numTrees=3, seed=3)]), ["codes"]
    yield "IsotonicRegression", lambda: r.IsotonicRegression(labelCol="target", featureIndex=4), ["features"]
    yield "KMeans", lambda: k.KMeans(k=3, seed=3), ["features"]
    yield "KMeans_cosine", lambda: k.KMeans(k=3, seed=3, distanceMeasure="cosine"), ["features"]
    yield "BisectingKMeans", lambda: k.BisectingKMeans(k=4, seed=3), ["features"]
    yield "BisectingKMeans_cosine", lambda: k.BisectingKMeans(k=4, seed=3, distanceMeasure="cosine"), ["features"]
    yield "GaussianMixture", lambda: k.GaussianMixture(k=3, maxIter=8, seed=3), ["features"]
    yield "LDA_online", lambda: k.LDA(k=3, seed=3, maxIter=5, featuresCol="counts"), ["counts"]
    yield "LDA_em", lambda: k.LDA(k=3, seed=3, maxIter=5, featuresCol="counts", optimizer="em"), ["counts"]
    yield "ALS", lambda: recommendation.ALS(rank=7, maxIter=3, seed=3, ratingCol="rating"), ["user", "item"]
    yield "ALS_drop", lambda: recommendation.ALS(rank=2, maxIter=3, seed=3, ratingCol="rating", coldStartStrategy="drop", nonnegative=True), ["user", "item"]
    yield "Binarizer", lambda: f.Binarizer(inputCol="x", outputCol="out", threshold=0.3), ["x"]
    yield "Binarizer_several", lambda: f.Binarizer(inputCols=["x", "y"], outputCols=["p", "q"], thresholds=[0.0, 1.0]), ["x", "y"]
    yield "Binarizer_vector", lambda: f.Binarizer(inputCol="features", outputCol="out", threshold=-0.3), ["features"]
    yield "BucketedRandomProjectionLSH", lambda: f.BucketedRandomProjectionLSH(inputCol="features", outputCol="out", bucketLength=1.5, numHashTables=3, seed=3), ["features"]
    yield "MinHashLSH", lambda: f.MinHashLSH(inputCol="bits", outputCol="out", numHashTables=3, seed=3), ["bits"]
    yield "Bucketizer", lambda: f.Bucketizer(inputCol="gappy", outputCol="out", splits=[-1.0, 1.0, 2.0, float("inf")], handleInvalid="keep"), ["gappy"]
    yield "Bucketizer_several", lambda: f.Bucketizer(inputCols=["x", "y"], outputCols=["p", "q"], splitsArray=[[float("-inf"), 0.0, 1.0, float("inf")], [float("-inf"), -1.0, float("inf")]]), ["x", "y"]
    yield "QuantileDiscretizer", lambda: f.QuantileDiscretizer(inputCol="x", outputCol="out", numBuckets=4), ["x"]
    yield "QuantileDiscretizer_several", lambda: f.QuantileDiscretizer(inputCols=["x", "y"], outputCols=["p", "q"], numBuckets=3, handleInvalid="skip"), ["x", "y"]
    yield "ChiSqSelector", lambda: f.ChiSqSelector(featuresCol="counts", outputCol="out", labelCol="three", numTopFeatures=3), ["counts"]
    yield "UnivariateFeatureSelector", lambda: f.UnivariateFeatureSelector(featuresCol="features", outputCol="out", labelCol="target", selectionMode="numTopFeatures").setFeatureType("continuous").setLabelType("continuous").setSelectionThreshold(2), ["features"]
    yield "VarianceThresholdSelector", lambda: f.VarianceThresholdSelector(featuresCol="counts", outputCol="out", varianceThreshold=1.5), ["counts"]
    yield "VectorSlicer", lambda: f.VectorSlicer(inputCol="features", outputCol="out", indices=[4, 1]), ["features"]
    yield "VectorSizeHint", lambda: f.VectorSizeHint(inputCol="features", size=5), ["features"]
    yield "VectorIndexer", lambda: f.VectorIndexer(inputCol="codes", outputCol="out", maxCategories=4, handleInvalid="keep"), ["codes"]
    yield "VectorAssembler", lambda: f.VectorAssembler(inputCols=["x", "features", "y", "place"], outputCol="out"), ["x", "features", "y", "place"]
    yield "VectorAssembler_skip", lambda: f.VectorAssembler(inputCols=["gappy", "x"], outputCol="out", handleInvalid="skip"), ["gappy", "x"]
    yield "DCT", lambda: f.DCT(inputCol="features", outputCol="out"), ["features"]
    yield "ElementwiseProduct", lambda: f.ElementwiseProduct(inputCol="features", outputCol="out", scalingVec=Vectors.dense([1, 2, 0, -1, 0.5])), ["features"]
    yield "FeatureHasher", lambda: f.FeatureHasher(inputCols=["x", "colour", "size"], outputCol="out", numFeatures=32), ["x", "colour", "size"]
    yield "HashingTF", lambda: Pipeline(stages=[tokens(), f.HashingTF(inputCol="words", outputCol="out", numFeatures=32)]), ["text"]
    yield "HashingTF_IDF", lambda: Pipeline(stages=[tokens(), f.HashingTF(inputCol="words", outputCol="tf", numFeatures=16, binary=True), f.IDF(inputCol="tf", outputCol="out", minDocFreq=2)]), ["text"]
    yield "IDF", lambda: f.IDF(inputCol="counts", outputCol="out"), ["counts"]
    yield "CountVectorizer", lambda: Pipeline(stages=[tokens(), f.CountVectorizer(inputCol="words", outputCol="out", vocabSize=8, minDF=2, maxDF=0.9)]), ["text"]
    yield "RegexTokenizer", lambda: f.RegexTokenizer(inputCol="text", outputCol="out", pattern="[aeiou ]+", minTokenLength=2), ["text"]
    yield "StopWordsRemover", lambda: Pipeline(stages=[tokens(), f.StopWordsRemover(inputCol="words", outputCol="out")]), ["text"]
    yield "StopWordsRemover_several", lambda: Pipeline(stages=[tokens(), f.NGram(inputCol="words", outputCol="pairs"), f.StopWordsRemover(inputCols=["words", "pairs"], outputCols=["p", "q"])]), ["text"]
    yield "Word2Vec", lambda: Pipeline(stages=[tokens(), f.Word2Vec(inputCol="words", outputCol="out", vectorSize=4, minCount=1, seed=3)]), ["text"]
    yield "Imputer_mean", lambda: f.Imputer(inputCols=["gappy", "x"], outputCols=["p", "q"]), ["gappy", "x"]
    yield "Imputer_single_median", lambda: f.Imputer(inputCol="gappy", outputCol="out", strategy="median"), ["gappy"]
    yield "Imputer_mode", lambda: f.Imputer(inputCol="gappy", outputCol="out", strategy="mode"), ["gappy"]
    yield "IndexToString", lambda: f.IndexToString(inputCol="three", outputCol="out", labels=["a", "b", "c"]), ["three"]
    pair = lambda: f.VectorAssembler(inputCols=["x", "y"], outputCol="pair")
    yield "Interaction", lambda: Pipeline(stages=[pair(), f.Interaction(inputCols=["weight", "x", "pair"], outputCol="out")]), ["x", "y", "weight"]
    yield "MaxAbsScaler", lambda: f.MaxAbsScaler(inputCol="features", outputCol="out"), ["features"]
    yield "MinMaxScaler", lambda: f.MinMaxScaler(inputCol="features", outputCol="out", min=-1.0, max=2.0), ["features"]
    yield "StandardScaler", lambda: f.StandardScaler(inputCol="features", outputCol="out", withMean=True), ["features"]
    yield "RobustScaler", lambda: f.RobustScaler(inputCol="features", outputCol="out", withCentering=True, lower=0.2, upper=0.8), ["features"]
    yield "RobustScaler_default", lambda: f.RobustScaler(inputCol="counts", outputCol="out"), ["counts"]
    yield "Normalizer", lambda: f.Normalizer(inputCol="features", outputCol="out", p=float("inf")), ["features"]
    yield "OneHotEncoder", lambda: Pipeline(stages=[index(), one_hot()]), ["colour"]
    yield "OneHotEncoder_keep", lambda: Pipeline(stages=[index(), one_hot(handleInvalid="keep", dropLast=False)]), ["colour"]
    yield "OneHotEncoder_single", lambda: f.OneHotEncoder(inputCol="place", outputCol="out"), ["place"]
    yield "PCA", lambda: f.PCA(k=2, inputCol="features", outputCol="out"), ["features"]
    yield "PolynomialExpansion", lambda: f.PolynomialExpansion(degree=3, inputCol="features", outputCol="out"), ["features"]
    yield "RFormula", lambda: f.RFormula(formula="target ~ x + colour + size:y", featuresCol="made", labelCol="wanted"), ["x", "y", "colour", "size"]
    yield "SQLTransformer", lambda: f.SQLTransformer(statement="SELECT *, x * 2 + y AS z FROM __THIS__"), ["x", "y"]
    yield "StringIndexer", lambda: f.StringIndexer(inputCol="colour", outputCol="out", handleInvalid="skip", stringOrderType="alphabetDesc"), ["colour"]
    yield "StringIndexer_several", lambda: f.StringIndexer(inputCols=["colour", "size"], outputCols=["p", "q"], handleInvalid="keep"), ["colour", "size"]
    yield "TargetEncoder", lambda: f.TargetEncoder(inputCols=["place", "three"], outputCols=["p", "q"], labelCol="two", smoothing=2.0), ["place", "three"]
    yield "TargetEncoder_keep", lambda: f.TargetEncoder(inputCol="user", outputCol="out", labelCol="target", targetType="continuous", handleInvalid="keep"), ["user"]
    yield "TargetEncoder_null", lambda: f.TargetEncoder(inputCol="level", outputCol="out", labelCol="target", targetType="continuous", smoothing=1.0), ["level"]
    yield "TargetEncoder_late_null", lambda: f.TargetEncoder(inputCol="late", outputCol="out", labelCol="target", targetType="continuous", handleInvalid="keep"), ["late"]
    whole = lambda: [
        index(),
        one_hot(),
        f.VectorAssembler(inputCols=["colourPlaces", "x", "y"], outputCol="assembled"),
        f.StandardScaler(inputCol="assembled", outputCol="scaled"),
        c.LogisticRegression(labelCol="two", featuresCol="scaled", maxIter=10),
    ]
    yield "Pipeline_five_stages", lambda: Pipeline(stages=whole()), ["colour", "x", "y"]
    yield "Pipeline_nested", lambda: Pipeline(stages=[Pipeline(stages=whole()[:2]), *whole()[2:]]), ["colour", "x", "y"]
    grid = lambda estimator: tuning.ParamGridBuilder().addGrid(estimator.regParam, [0.01, 1.0]).build()
    line = r.LinearRegression(labelCol="target", maxIter=5)
    measure = evaluation.RegressionEvaluator(labelCol="target")
    yield "CrossValidator", lambda: tuning.CrossValidator(estimator=line, estimatorParamMaps=grid(line), evaluator=measure, numFolds=2, seed=3), ["features"]
    yield "TrainValidationSplit", lambda: tuning.TrainValidationSplit(estimator=line, estimatorParamMaps=grid(line), evaluator=measure, seed=3), ["features"]
    for codec in ("zstd", "lz4", "lz4_raw", "gzip", "uncompressed"):
        yield f"RandomForestClassifier_parquet_{codec}", lambda: c.RandomForestClassifier(labelCol="three", numTrees=3, seed=3), ["features"]


def settings():
    """The same classes with other settings, and what their columns may hold besides."""
    c, r, f, k = classification, regression, feature, clustering
    three = {"labelCol": "three", "featuresCol": "odd"}
    two = {"labelCol": "two", "featuresCol": "odd"}
    target = {"labelCol": "target", "featuresCol": "odd"}
    yield "LogisticRegression_odd", lambda: c.LogisticRegression(maxIter=8, regParam=0.05, **two), ["odd"]
    yield "LogisticRegression_multinomial_odd", lambda: c.LogisticRegression(maxIter=8, regParam=0.05, elasticNetParam=1.0, **three), ["odd"]
    yield "LogisticRegression_multinomial_of_two", lambda: c.LogisticRegression(maxIter=8, family="multinomial", threshold=0.7, **two), ["odd"]
    yield "LogisticRegression_thresholds_of_two", lambda: c.LogisticRegression(maxIter=8, thresholds=[0.2, 0.7], **two), ["odd"]
    yield "LogisticRegression_threshold_0", lambda: c.LogisticRegression(maxIter=8, threshold=0.0, **two), ["odd"]
    yield "LogisticRegression_threshold_1", lambda: c.LogisticRegression(maxIter=8, threshold=1.0, **two), ["odd"]
    yield "LogisticRegression_thresholds_zero", lambda: c.LogisticRegression(maxIter=8, thresholds=[0.0, 0.5, 0.1], **three), ["odd"]
    yield "LogisticRegression_of_one", lambda: c.LogisticRegression(labelCol="one", maxIter=3), ["features"]
    yield "LogisticRegression_multinomial_of_one", lambda: c.LogisticRegression(labelCol="one", maxIter=3, family="multinomial"), ["features"]
    yield "LogisticRegression_no_raw", lambda: c.LogisticRegression(maxIter=8, threshold=0.3, rawPredictionCol="", weightCol="weight", **two), ["odd"]
    yield "LogisticRegression_prediction_only", lambda: c.LogisticRegression(maxIter=8, threshold=0.3, rawPredictionCol="", probabilityCol="", **two), ["odd"]
    yield "LogisticRegression_multinomial_prediction_only", lambda: c.LogisticRegression(maxIter=8, thresholds=[0.3, 0.3, 0.6], rawPredictionCol="", probabilityCol="", **three), ["odd"]
    yield "LogisticRegression_no_prediction", lambda: c.LogisticRegression(maxIter=8, predictionCol="", **three), ["odd"]
    yield "LogisticRegression_plain", lambda: c.LogisticRegression(maxIter=8, fitIntercept=False, standardization=False, **three), ["odd"]
    yield "LogisticRegression_bounds", lambda: c.LogisticRegression(labelCol="three", maxIter=8, lowerBoundsOnCoefficients=DenseMatrix(3, 5, [0.0] * 15), upperBoundsOnIntercepts=Vectors.dense([0.1, 0.2, 0.3])), ["features"]
    yield "LinearSVC_odd", lambda: c.LinearSVC(maxIter=5, fitIntercept=False, threshold=-0.5, weightCol="weight", **two), ["odd"]
    yield "LinearSVC_prediction_only", lambda: c.LinearSVC(maxIter=5, rawPredictionCol="", **two), ["odd"]
    yield "DecisionTreeClassifier_odd", lambda: c.DecisionTreeClassifier(maxDepth=5, thresholds=[0.9, 0.2, 0.3], impurity="entropy", **three), ["odd"]
    yield "DecisionTreeClassifier_stump", lambda: c.DecisionTreeClassifier(maxDepth=0, **three), ["odd"]
    yield "RandomForestClassifier_odd", lambda: c.RandomForestClassifier(numTrees=7, maxDepth=5, seed=5, featureSubsetStrategy="all", subsamplingRate=0.5, thresholds=[0.5, 0.1, 0.2], **three), ["odd"]
    yield "RandomForestClassifier_weighted", lambda: c.RandomForestClassifier(numTrees=3, maxDepth=5, seed=5, weightCol="weight", **three), ["odd"]
    yield "RandomForestClassifier_no_raw", lambda: c.RandomForestClassifier(numTrees=3, maxDepth=5, seed=5, rawPredictionCol="", **three), ["odd"]
    yield "GBTClassifier_odd", lambda: c.GBTClassifier(maxIter=3, maxDepth=2, stepSize=0.5, seed=5, thresholds=[0.3, 0.6], **two), ["odd"]
    yield "GBTClassifier_prediction_only", lambda: c.GBTClassifier(maxIter=3, maxDepth=2, seed=5, rawPredictionCol="", probabilityCol="", **two), ["odd"]
    yield "NaiveBayes_smooth", lambda: c.NaiveBayes(labelCol="three", featuresCol="wide", smoothing=0.1, weightCol="weight", rawPredictionCol=""), ["wide"]
    yield "NaiveBayes_gaussian_odd", lambda: c.NaiveBayes(modelType="gaussian", **three), ["odd"]
    yield "MultilayerPerceptron_no_hidden", lambda: c.MultilayerPerceptronClassifier(layers=[5, 3], maxIter=8, seed=3, solver="gd", **three), ["odd"]
    yield "MultilayerPerceptron_thresholds", lambda: c.MultilayerPerceptronClassifier(layers=[5, 3, 6, 3], maxIter=8, seed=3, thresholds=[0.2, 0.2, 0.9], **three), ["odd"]
    yield "MultilayerPerceptron_prediction_only", lambda: c.MultilayerPerceptronClassifier(layers=[5, 3, 3], maxIter=8, seed=3, rawPredictionCol="", probabilityCol="", **three), ["odd"]
    yield "OneVsRest_tree", lambda: c.OneVsRest(labelCol="user", classifier=c.DecisionTreeClassifier(maxDepth=1)), ["features"]
    yield "OneVsRest_bayes", lambda: c.OneVsRest(labelCol="three", featuresCol="counts", predictionCol="guess", classifier=c.NaiveBayes()), ["counts"]
    yield "OneVsRest_forest", lambda: c.OneVsRest(classifier=c.RandomForestClassifier(numTrees=2, seed=4), **three), ["odd"]
    yield "OneVsRest_boosted", lambda: c.OneVsRest(classifier=c.GBTClassifier(maxIter=2, seed=4), weightCol="weight", **three), ["odd"]
    yield "OneVsRest_odd", lambda: c.OneVsRest(classifier=c.LogisticRegression(maxIter=2, threshold=0.2), **three), ["odd"]
    yield "FMClassifier_odd", lambda: c.FMClassifier(factorSize=2, maxIter=3, seed=3, thresholds=[0.7, 0.2], **two), ["odd"]
    yield "LinearRegression_odd", lambda: r.LinearRegression(weightCol="weight", solver="l-bfgs", maxIter=6, **target), ["odd"]
    yield "LinearRegression_of_one", lambda: r.LinearRegression(labelCol="one"), ["features"]
    for family, links in {"gaussian": ["identity", "log", "inverse"], "binomial": ["logit", "probit", "cloglog"], "poisson": ["log", "identity", "sqrt"], "gamma": ["inverse", "identity", "log"]}.items():
        label = "two" if family == "binomial" else "positive"
        for link in links:
            yield f"GLM_{family}_{link}", lambda: r.GeneralizedLinearRegression(labelCol=label, family=family, link=link, maxIter=5, regParam=0.5, linkPredictionCol="link"), ["features"]
    yield "GLM_odd", lambda: r.GeneralizedLinearRegression(labelCol="positive", featuresCol="odd", family="Poisson", maxIter=5, regParam=0.1, weightCol="weight"), ["odd"]
    yield "GLM_binomial_offset", lambda: r.GeneralizedLinearRegression(labelCol="two", family="binomial", maxIter=5, offsetCol="y", linkPredictionCol="link", regParam=0.1), ["features", "y"]
    yield "GLM_gaussian_offset", lambda: r.GeneralizedLinearRegression(labelCol="target", offsetCol="place"), ["features", "place"]
    for power, link in ((0.0, None), (0.0, 0.5), (1.0, None), (1.3, None), (1.5, 1.0), (1.7, -0.5), (2.0, None), (2.0, 0.0), (2.5, 0.3)):
        more = {} if link is None else {"linkPower": link}
        yield f"GLM_tweedie_{power}_{link}", lambda: r.GeneralizedLinearRegression(labelCol="positive", family="tweedie", variancePower=power, maxIter=4, regParam=0.3, linkPredictionCol="link", **more), ["features"]
    yield "IsotonicRegression_of_number", lambda: r.IsotonicRegression(labelCol="target", featuresCol="x", isotonic=False, weightCol="weight"), ["x"]
    yield "IsotonicRegression_odd", lambda: r.IsotonicRegression(featureIndex=1, **target), ["odd"]
    yield "AFTSurvivalRegression_odd", lambda: r.AFTSurvivalRegression(labelCol="positive", featuresCol="odd", censorCol="censor", quantilesCol="quantiles", maxIter=5), ["odd"]
    yield "DecisionTreeRegressor_odd", lambda: r.DecisionTreeRegressor(maxDepth=5, varianceCol="spread", maxBins=4, **target), ["odd"]
    yield "GBTRegressor_absolute", lambda: r.GBTRegressor(maxIter=3, lossType="absolute", seed=3, **target), ["odd"]
    yield "KMeans_odd", lambda: k.KMeans(k=4, seed=5, featuresCol="odd", predictionCol="cluster"), ["odd"]
    yield "BisectingKMeans_odd", lambda: k.BisectingKMeans(k=5, seed=5, featuresCol="odd", minDivisibleClusterSize=2.0), ["odd"]
    yield "GaussianMixture_odd", lambda: k.GaussianMixture(k=2, maxIter=4, seed=5, featuresCol="odd", probabilityCol="shares"), ["odd"]
    yield "GaussianMixture_of_one", lambda: k.GaussianMixture(k=1, maxIter=4, seed=5), ["features"]
    yield "LDA_prior", lambda: k.LDA(k=2, seed=3, maxIter=4, featuresCol="counts", docConcentration=[0.3, 0.9], topicConcentration=0.5, topicDistributionCol="topics"), ["counts"]
    yield "LDA_optimized", lambda: k.LDA(k=4, seed=3, maxIter=6, featuresCol="wide", optimizeDocConcentration=True, subsamplingRate=0.3), ["wide"]
    yield "ALS_implicit", lambda: recommendation.ALS(rank=3, maxIter=2, seed=3, ratingCol="rating", implicitPrefs=True, alpha=2.0, userCol="place", itemCol="three", predictionCol="stars"), ["place", "three"]
    yield "Binarizer_several_one_threshold", lambda: f.Binarizer(inputCols=["x", "y"], outputCols=["p", "q"], threshold=0.4), ["x", "y"]
    yield "Binarizer_odd", lambda: f.Binarizer(inputCol="odd", outputCol="out", threshold=0.1), ["odd"]
    yield "BucketedRandomProjectionLSH_odd", lambda: f.BucketedRandomProjectionLSH(inputCol="odd", outputCol="out", bucketLength=0.5, numHashTables=2, seed=4), ["odd"]
    for invalid in ("keep", "skip"):
        yield f"Bucketizer_{invalid}", lambda: f.Bucketizer(inputCol="gappy", outputCol="out", splits=[-1.0, 1.0, 2.0, 9.0], handleInvalid=invalid), ["gappy"]
        yield f"Bucketizer_several_{invalid}", lambda: f.Bucketizer(inputCols=["gappy", "gaps"], outputCols=["p", "q"], splitsArray=[[-1.0, 1.0, 2.0, 9.0], [-9.0, 0.0, 3.0, 9.0]], handleInvalid=invalid), ["gappy", "gaps"]
        yield f"QuantileDiscretizer_{invalid}", lambda: f.QuantileDiscretizer(inputCol="gappy", outputCol="out", numBuckets=3, handleInvalid=invalid), ["gappy"]
        yield f"VectorIndexer_{invalid}", lambda: f.VectorIndexer(inputCol="wide", outputCol="out", maxCategories=3, handleInvalid=invalid), ["wide"]
        yield f"VectorAssembler_{invalid}_several", lambda: f.VectorAssembler(inputCols=["gappy", "single", "odd", "flag", "long"], outputCol="out", handleInvalid=invalid), ["gappy", "single", "odd", "flag", "long"]
        yield f"StringIndexer_{invalid}_several", lambda: f.StringIndexer(inputCols=["colour", "level", "flag"], outputCols=["p", "q", "r"], handleInvalid=invalid), ["colour", "level", "flag"]
        yield f"RFormula_{invalid}", lambda: f.RFormula(formula="answer ~ x + colour + gappy", handleInvalid=invalid), ["x", "colour", "gappy", "answer"]
    yield "Bucketizer_of_int", lambda: f.Bucketizer(inputCol="place", outputCol="out", splits=[-1.0, 1.0, 2.0, 9.0]), ["place"]
    yield "Bucketizer_odd_splits", lambda: f.Bucketizer(inputCol="x", outputCol="out", splits=[float("-inf"), -0.5, 0.0, 1e-3, float("inf")]), ["x"]
    for order in ("frequencyDesc", "frequencyAsc", "alphabetAsc"):
        yield f"StringIndexer_{order}", lambda: f.StringIndexer(inputCol="size", outputCol="out", stringOrderType=order), ["size"]
    for name in ("place", "long", "flag", "x", "single", "gaps"):
        yield f"StringIndexer_of_{name}", lambda: f.StringIndexer(inputCol=name, outputCol="out", handleInvalid="keep"), [name]
    yield "IndexToString_own_labels", lambda: Pipeline(stages=[f.StringIndexer(inputCol="colour", outputCol="index", handleInvalid="keep"), f.IndexToString(inputCol="index", outputCol="back")]), ["colour"]
    yield "IndexToString_of_prediction", lambda: Pipeline(stages=[c.DecisionTreeClassifier(labelCol="three"), f.IndexToString(inputCol="prediction", outputCol="back", labels=["a", "b", "c"])]), ["features"]
    encoder = getattr(f, "OneHotEncoderEstimator", f.OneHotEncoder)
    for invalid in ("keep", "error"):
        for drop in (True, False):
            yield f"OneHotEncoder_several_{invalid}_{drop}", lambda: encoder(inputCols=["place", "three"], outputCols=["p", "q"], handleInvalid=invalid, dropLast=drop), ["place", "three"]
    yield "OneHotEncoder_keep_unseen", lambda: encoder(inputCols=["user"], outputCols=["p"], handleInvalid="keep"), ["user"]
    old_encoder = lambda **more: f.OneHotEncoder(inputCol="index", outputCol="out", **more)
    for drop in (True, False):
        yield f"OneHotEncoder_old_{drop}", lambda: Pipeline(stages=[f.StringIndexer(inputCol="colour", outputCol="index", handleInvalid="keep"), old_encoder(dropLast=drop)]), ["colour"]
        yield f"OneHotEncoder_old_buckets_{drop}", lambda: Pipeline(stages=[f.Bucketizer(inputCol="x", outputCol="index", splits=[float("-inf"), 0.0, 1.0, float("inf")]), old_encoder(dropLast=drop)]), ["x"]
    for strategy in ("mean", "median", "mode"):
        yield f"Imputer_{strategy}_of_other_numbers", lambda: f.Imputer(inputCols=["gaps", "single", "level"], outputCols=["p", "q", "r"], strategy=strategy), ["gaps", "single", "level"]
        yield f"Imputer_{strategy}_missing", lambda: f.Imputer(inputCols=["gappy", "x"], outputCols=["p", "q"], strategy=strategy, missingValue=2.0), ["gappy", "x"]
        yield f"Imputer_{strategy}_missing_int", lambda: f.Imputer(inputCols=["gaps"], outputCols=["p"], strategy=strategy, missingValue=-1.0), ["gaps"]
    yield "Imputer_in_place", lambda: f.Imputer(inputCols=["gappy"], outputCols=["gappyFilled"]), ["gappy"]
    yield "FeatureHasher_kinds", lambda: f.FeatureHasher(inputCols=["x", "flag", "place", "long", "colour", "single", "gaps"], outputCol="out", numFeatures=64, categoricalCols=["place", "x", "gaps", "single"]), ["x", "flag", "place", "long", "colour", "single", "gaps"]
    yield "ElementwiseProduct_sparse", lambda: f.ElementwiseProduct(inputCol="odd", outputCol="out", scalingVec=Vectors.sparse(5, [1, 3], [2.0, -1.0])), ["odd"]
    for power in (1.0, 1.5, 2.0, 3.0):
        yield f"Normalizer_{power}", lambda: f.Normalizer(inputCol="odd", outputCol="out", p=power), ["odd"]
    yield "DCT_inverse", lambda: f.DCT(inputCol="wide", outputCol="out", inverse=True), ["wide"]
    for mean in (True, False):
        for deviation in (True, False):
            yield f"StandardScaler_{mean}_{deviation}", lambda: f.StandardScaler(inputCol="odd", outputCol="out", withMean=mean, withStd=deviation), ["odd"]
    yield "StandardScaler_wide", lambda: f.StandardScaler(inputCol="wide", outputCol="out"), ["wide"]
    yield "MinMaxScaler_wide", lambda: f.MinMaxScaler(inputCol="wide", outputCol="out", min=2.0, max=5.0), ["wide"]
    yield "MinMaxScaler_odd", lambda: f.MinMaxScaler(inputCol="odd", outputCol="out"), ["odd"]
    yield "MaxAbsScaler_wide", lambda: f.MaxAbsScaler(inputCol="wide", outputCol="out"), ["wide"]
    yield "MaxAbsScaler_odd", lambda: f.MaxAbsScaler(inputCol="odd", outputCol="out"), ["odd"]
    yield "PCA_wide", lambda: f.PCA(k=3, inputCol="wide", outputCol="out"), ["wide"]
    yield "PCA_odd", lambda: f.PCA(k=5, inputCol="odd", outputCol="out"), ["odd"]
    yield "PolynomialExpansion_odd", lambda: f.PolynomialExpansion(degree=2, inputCol="odd", outputCol="out"), ["odd"]
    yield "PolynomialExpansion_wide", lambda: f.PolynomialExpansion(degree=4, inputCol="bits", outputCol="out"), ["bits"]
    for kind, more in {"percentile": {"percentile": 0.5}, "fpr": {"fpr": 0.3}, "fdr": {"fdr": 0.5}, "fwe": {"fwe": 0.9}}.items():
        yield f"ChiSqSelector_{kind}", lambda: f.ChiSqSelector(featuresCol="wide", outputCol="out", labelCol="three", selectorType=kind, **more), ["wide"]
    for kind, label in (("categorical", "three"), ("continuous", "three")):
        yield f"UnivariateFeatureSelector_{kind}", lambda: f.UnivariateFeatureSelector(featuresCol="counts", outputCol="out", labelCol=label, selectionMode="percentile").setFeatureType(kind).setLabelType("categorical").setSelectionThreshold(0.5), ["counts"]
    yield "VectorSlicer_names", lambda: Pipeline(stages=[f.VectorAssembler(inputCols=["x", "y", "weight"], outputCol="made"), f.VectorSlicer(inputCol="made", outputCol="out", names=["weight", "x"])]), ["x", "y", "weight"]
    yield "VectorSlicer_names_and_indices", lambda: Pipeline(stages=[f.VectorAssembler(inputCols=["x", "y", "weight"], outputCol="made"), f.VectorSlicer(inputCol="made", outputCol="out", indices=[1], names=["weight"])]), ["x", "y", "weight"]
    yield "VectorSlicer_names_of_vectors", lambda: Pipeline(stages=[f.VectorAssembler(inputCols=["x", "features"], outputCol="made"), f.VectorSlicer(inputCol="made", outputCol="out", names=["features_3", "x"])]), ["x", "features"]
    yield "VectorSlicer_names_of_places", lambda: Pipeline(stages=[f.StringIndexer(inputCol="colour", outputCol="index"), encoder(inputCols=["index"], outputCols=["places"]), f.VectorAssembler(inputCols=["places", "x"], outputCol="made"), f.VectorSlicer(inputCol="made", outputCol="out", names=["x", "places_green"])]), ["colour", "x"]
    for invalid in ("error", "skip", "optimistic"):
        yield f"VectorSizeHint_{invalid}", lambda: Pipeline(stages=[f.VectorSizeHint(inputCol="odd", size=5, handleInvalid=invalid), f.VectorAssembler(inputCols=["odd", "x"], outputCol="out")]), ["odd", "x"]
    yield "CountVectorizer_shares", lambda: f.CountVectorizer(inputCol="basket", outputCol="out", minTF=0.3), ["basket"]
    yield "CountVectorizer_binary", lambda: Pipeline(stages=[f.RegexTokenizer(inputCol="text", outputCol="words", pattern=r"\w+", gaps=False, toLowercase=False), f.CountVectorizer(inputCol="words", outputCol="out", minTF=2.0, binary=True)]), ["text"]
    yield "NGram_3", lambda: f.NGram(inputCol="basket", outputCol="out", n=3), ["basket"]
    yield "StopWordsRemover_case", lambda: f.StopWordsRemover(inputCol="basket", outputCol="out", stopWords=["Milk", "beer"], caseSensitive=True), ["basket"]
    yield "HashingTF_large", lambda: f.HashingTF(inputCol="basket", outputCol="out"), ["basket"]
    yield "Word2Vec_of_baskets", lambda: f.Word2Vec(inputCol="basket", outputCol="out", vectorSize=3, minCount=30, seed=3), ["basket"]
    yield "MinHashLSH_wide", lambda: f.MinHashLSH(inputCol="wide", outputCol="out", numHashTables=4, seed=9), ["wide"]
    yield "TargetEncoder_several", lambda: f.TargetEncoder(inputCols=["place", "gaps"], outputCols=["p", "q"], labelCol="target", targetType="continuous", handleInvalid="keep"), ["place", "gaps"]
    yield "Interaction_of_places", lambda: Pipeline(stages=[f.StringIndexer(inputCol="colour", outputCol="index"), f.StringIndexer(inputCol="size", outputCol="sizeIndex"), f.Interaction(inputCols=["index", "sizeIndex", "x"], outputCol="out")]), ["colour", "size", "x"]
    for place, text in enumerate(
        [
            "target ~ .",
            "target ~ x + y - 1",
            "target ~ colour:size",
            "target ~ x:y + colour:x",
            "target ~ (x + y + size)^2",
            "target ~ x * colour - y",
            "answer ~ x + flag + place",
            "two ~ features + x:weight",
            " ~ x + colour",
            "flag ~ x + size:colour:y",
        ]
    ):
        columns = ["x", "y", "colour", "size", "weight", "flag", "place", "features", "answer", "target", "two"]
        drop = (lambda: f.SQLTransformer(statement="SELECT x, y, colour, size, target FROM __THIS__")) if text.endswith(".") else (lambda: f.SQLTransformer(statement="SELECT * FROM __THIS__"))
        yield f"RFormula_{place}", lambda: Pipeline(stages=[drop(), f.RFormula(formula=text)]), columns
    yield "RFormula_index_label", lambda: f.RFormula(formula="two ~ x + size", forceIndexLabel=True, stringIndexerOrderType="alphabetDesc"), ["x", "size", "two"]
    for place, text in enumerate(
        [
            "SELECT x, y, x / y AS q, x % 2 AS m, -x AS n FROM __THIS__ WHERE x > 0",
            "SELECT *, CASE WHEN x > 0 THEN 'up' WHEN x < -1 THEN 'down' ELSE colour END AS c FROM __THIS__",
            "SELECT *, upper(size) AS u, concat(colour, '-', size) AS cc, length(colour) AS l FROM __THIS__ WHERE size IN ('S', 'L')",
            "SELECT *, coalesce(gappy, -1.0) AS g, isnan(gappy) AS i, gaps IS NULL AS z FROM __THIS__",
            "SELECT *, log(abs(x) + 1) AS a, sqrt(abs(y)) AS b, exp(x) AS e, pow(x, 2) AS p, round(y, 1) AS r FROM __THIS__",
            "SELECT *, CAST(place AS DOUBLE) AS d, CAST(x AS INT) AS i, CAST(place AS STRING) AS s FROM __THIS__ WHERE NOT flag",
            "SELECT *, IF(x > y, x, y) AS most, greatest(x, y) AS g, least(x, place) AS l FROM __THIS__ WHERE x BETWEEN -1 AND 1 OR y >= 2",
            "SELECT *, (x + y) * 2 AS v, place + long AS t, place / 2 AS h, long % 5 AS w FROM __THIS__",
            "SELECT *, substring(colour, 1, 2) AS s, trim(size) AS t, colour LIKE 'g%' AS k FROM __THIS__ WHERE colour <> 'red' AND x IS NOT NULL",
            "SELECT *, floor(x) AS f, ceil(y) AS c, sin(x) AS s, signum(y) AS g, x = y AS q, flag AND x > 0 AS b FROM __THIS__",
        ]
    ):
        yield f"SQLTransformer_{place}", lambda: f.SQLTransformer(statement=text), ["x", "y", "colour", "size", "gappy", "gaps", "place", "long", "flag"]
    parts = lambda: [
        f.StringIndexer(inputCol="size", outputCol="index"),
        f.VectorAssembler(inputCols=["index", "features"], outputCol="made"),
    ]
    tree = lambda **more: r.DecisionTreeRegressor(labelCol="target", featuresCol="made", **more)
    yield "Pipeline_empty", lambda: Pipeline(stages=[]), ["x"]
    yield "Pipeline_in_pipelines", lambda: Pipeline(stages=[Pipeline(stages=[Pipeline(stages=parts()), f.VectorIndexer(inputCol="made", outputCol="indexed")]), r.GBTRegressor(labelCol="target", featuresCol="indexed", maxIter=2)]), ["size", "features"]
    yield "Pipeline_label", lambda: Pipeline(stages=[f.StringIndexer(inputCol="answer", outputCol="label"), *parts(), c.RandomForestClassifier(featuresCol="made", numTrees=3, seed=2), f.IndexToString(inputCol="prediction", outputCol="back", labels=["no", "yes", "maybe"])]), ["size", "features"]
    measure = evaluation.RegressionEvaluator(labelCol="target")
    grid = lambda estimator: tuning.ParamGridBuilder().addGrid(estimator.maxDepth, [1, 3]).build()

    def search(kind, **more):
        last = tree()
        return kind(estimator=Pipeline(stages=[*parts(), last]), estimatorParamMaps=grid(last), evaluator=measure, seed=3, **more)

    yield "CrossValidator_of_pipeline", lambda: search(tuning.CrossValidator, numFolds=2, collectSubModels=True), ["size", "features"]
    yield "TrainValidationSplit_of_pipeline", lambda: search(tuning.TrainValidationSplit, collectSubModels=True), ["size", "features"]
    yield "CrossValidator_in_pipeline", lambda: Pipeline(stages=[*parts()[:1], tuning.CrossValidator(estimator=r.LinearRegression(labelCol="target", maxIter=2), estimatorParamMaps=[{}], evaluator=measure, numFolds=2)]), ["size", "features"]
    yield "OneVsRest_in_pipeline", lambda: Pipeline(stages=[*parts(), c.OneVsRest(labelCol="three", featuresCol="made", classifier=c.LogisticRegression(maxIter=2))]), ["size", "features"]
    yield "FPGrowth", lambda: fpm.FPGrowth(itemsCol="basket", minSupport=0.15, minConfidence=0.4), ["basket"]


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


def cells(name, value):
    """The cells of one value, by the names of their columns: a vector has one for each of its parts."""
    if isinstance(value, (DenseVector, SparseVector)):
        return [(f"{name}:{index}", repr(float(part))) for index, part in enumerate(value.toArray())]
    if value is None:
        return [(name, "")]
    if isinstance(value, bool):
        return [(name, str(value).lower())]
    if isinstance(value, float):
        return [(name, repr(value))]
    if isinstance(value, list):
        parts = [str(part) if isinstance(part, (DenseVector, SparseVector)) else part for part in value]
        return [(name, json.dumps(parts, ensure_ascii=False))]
    return [(name, str(value))]


def write_csv(path, records):
    if not any(cells(name, value) for name, value in records[0]):
        raise ValueError("vectors of nothing")
    lines = [[cell for name, value in record for cell in cells(name, value)] for record in records]
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([name for name, _ in lines[0]])
        writer.writerows([text for _, text in line] for line in lines)


def zip_folder(folder, path):
    """Always the same bytes for the same files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for directory, _, names in sorted(os.walk(folder)):
            for name in sorted(names):
                full = os.path.join(directory, name)
                info = zipfile.ZipInfo(os.path.relpath(full, folder), (2024, 6, 7, 0, 0, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
                with open(full, "rb") as file:
                    archive.writestr(info, file.read())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out")
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.default.parallelism", "1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        # Small data: compiling costs more than it saves.
        .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    random = np.random.RandomState(SEED)

    def frame(made):
        names = [*TYPES, "row"]
        schema = StructType([StructField(name, KINDS[TYPES.get(name, "int")]) for name in names])
        return spark.createDataFrame([[*[one[name] for name in TYPES], index] for index, one in enumerate(made)], schema).coalesce(1)

    train_rows, test_rows = rows(80, random, False), rows(24, random, True)
    train, test = frame(train_rows).cache(), frame(test_rows).cache()
    made, left_out = 0, []

    def keep(name, save, answers_of_saved):
        """Saves a model, and what it answers once it is loaded again: that is not always what it answered before."""
        folder = os.path.join(arguments.out, name)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        with tempfile.TemporaryDirectory() as place:
            saved = os.path.join(place, "model")
            save(saved)
            zip_folder(saved, os.path.join(folder, "model.zip"))
            given, answers, types = answers_of_saved(saved)
        write_csv(os.path.join(folder, "input.csv"), given)
        write_csv(os.path.join(folder, "expected.csv"), answers)
        with zipfile.ZipFile(os.path.join(folder, "model.zip")) as archive:
            metadata = json.loads(archive.read(next(one for one in archive.namelist() if one.startswith("metadata/part-"))))
        meta = {"class": metadata["class"], "input_columns": types, "versions": {"spark": pyspark.__version__, "python": sys.version.split()[0]}}
        with open(os.path.join(folder, "meta.json"), "w", encoding="utf-8") as file:
            json.dump(meta, file, indent=1)
            file.write("\n")

    def attempt(name, work):
        nonlocal made
        if arguments.only not in name:
            return
        try:
            work()
            made += 1
        except Exception as error:  # noqa: BLE001 - a version that lacks a class, a parameter or a codec
            left_out.append(f"{name}: {type(error).__name__} {str(error).strip().splitlines()[0][:160]}")
            shutil.rmtree(os.path.join(arguments.out, name), ignore_errors=True)

    def answers_of(model, inputs, count):
        """The rows that the model takes: all, or those that have nothing odd."""
        result = model.transform(test.where(test["row"] < count).select("row", *inputs))
        answers = result.collect()
        outputs = [column for column in result.columns if column not in ("row", *inputs)] or inputs
        if "row" in result.columns:
            answers.sort(key=lambda row: row["row"])
        given = [[(key, one[key]) for key in inputs] for one in test_rows[:count]]
        types = {key: NAMED.get(TYPES[key], TYPES[key]) for key in inputs}
        return given, [[(key, row[key]) for key in outputs] for row in answers], types

    def column_case(name, build, inputs):
        codec = name.rpartition("_parquet_")[2] if "_parquet_" in name else "snappy"
        spark.conf.set("spark.sql.parquet.compression.codec", codec)
        stage = build()
        model = stage.fit(train) if isinstance(stage, Estimator) else stage

        def answers(saved):
            loaded = type(model).load(saved)
            try:
                return answers_of(loaded, inputs, len(test_rows))
            except Exception:  # noqa: BLE001 - a row that Spark refuses
                return answers_of(loaded, inputs, FIRST_ODD)

        keep(name, model.write().overwrite().save, answers)

    def old_case(name, build, answers):
        context = spark.sparkContext
        model = build()

        def loaded_answers(saved):
            given, predicted = answers(type(model).load(context, saved))
            return [[(f"f{index}" if len(row) != 2 else ("user", "product")[index], float(value)) for index, value in enumerate(row)] for row in given], [list(one.items()) for one in predicted], None

        keep(name, lambda saved: model.save(context, saved), loaded_answers)

    for name, build, inputs in itertools.chain(cases(), settings()):
        attempt(name, lambda: column_case(name, build, inputs))
    for name, build, answers in old_models(spark.sparkContext, train_rows, test_rows):
        attempt(name, lambda: old_case(name, build, answers))
    print(f"{made} made with Spark {pyspark.__version__}; {len(left_out)} left out")
    for line in left_out:
        print("  " + line)
    spark.stop()


if __name__ == "__main__":
    main()
