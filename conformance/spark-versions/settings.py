"""The classes of pyspark.ml with other settings, and rows that hold what no training has seen."""

from pyspark.ml import Pipeline, classification, clustering, evaluation, feature, recommendation, regression, tuning
from pyspark.ml.linalg import DenseMatrix, Vectors

try:
    from pyspark.ml import fpm
except ImportError:
    fpm = None


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
