"""Trains and saves every model of pyspark.ml with small data, with what Spark predicts, as a folder of fixtures.

    python generate.py OUT [--only TEXT]

Run it with a Python that has PySpark, 2.4 or later, and a Java that fits; then `npm run conformance -- OUT`. All numbers come from
one seed. Cases that a version does not have are left out by their name.
"""

import argparse
import csv
import json
import os
import shutil
import sys
import tempfile
import zipfile

import numpy as np
import pyspark
from pyspark.ml import Estimator, Pipeline, classification, clustering, evaluation, feature, recommendation, regression, tuning
from pyspark.ml.linalg import DenseVector, SparseVector, Vectors
from pyspark.sql import SparkSession
from pyspark.sql.types import DoubleType, IntegerType, StringType, StructField, StructType

try:
    from pyspark.ml.linalg import VectorUDT
except ImportError:
    from pyspark.mllib.linalg import VectorUDT

SEED = 20_240_607
KINDS = {"vector": VectorUDT(), "string": StringType(), "double": DoubleType(), "int": IntegerType()}
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
}
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

    train = frame(rows(80, random, False)).cache()
    test_rows = rows(24, random, True)
    test = frame(test_rows).cache()
    made, left_out = 0, []
    for name, build, inputs in cases():
        if arguments.only not in name:
            continue
        folder = os.path.join(arguments.out, name)
        codec = name.rpartition("_parquet_")[2] if "_parquet_" in name else "snappy"
        try:
            spark.conf.set("spark.sql.parquet.compression.codec", codec)
            stage = build()
            model = stage.fit(train) if isinstance(stage, Estimator) else stage
            result = model.transform(test.select("row", *inputs))
            outputs = [column for column in result.columns if column not in ("row", *inputs)] or inputs
            answers = sorted(result.collect(), key=lambda row: row["row"])
            with tempfile.TemporaryDirectory() as place:
                saved = os.path.join(place, "model")
                model.write().overwrite().save(saved)
                shutil.rmtree(folder, ignore_errors=True)
                os.makedirs(folder)
                zip_folder(saved, os.path.join(folder, "model.zip"))
            write_csv(os.path.join(folder, "input.csv"), [[(key, one[key]) for key in inputs] for one in test_rows])
            write_csv(os.path.join(folder, "expected.csv"), [[(key, row[key]) for key in outputs] for row in answers])
            with zipfile.ZipFile(os.path.join(folder, "model.zip")) as archive:
                metadata = json.loads(archive.read(next(one for one in archive.namelist() if one.startswith("metadata/part-"))))
            meta = {
                "class": metadata["class"],
                "input_columns": {key: TYPES[key] for key in inputs},
                "versions": {"spark": pyspark.__version__, "python": sys.version.split()[0]},
            }
            with open(os.path.join(folder, "meta.json"), "w", encoding="utf-8") as file:
                json.dump(meta, file, indent=1)
                file.write("\n")
            made += 1
        except Exception as error:  # noqa: BLE001 - a version that lacks a class, a parameter or a codec
            left_out.append(f"{name}: {type(error).__name__} {str(error).strip().splitlines()[0][:160]}")
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{made} made with Spark {pyspark.__version__}; {len(left_out)} left out")
    for line in left_out:
        print("  " + line)
    spark.stop()


if __name__ == "__main__":
    main()
