"""Further settings of the classes of pyspark.ml: vectors without their zeros, what is rarely set, and searches within others."""

from pyspark.ml import Pipeline, classification, clustering, evaluation, feature, recommendation, regression, tuning
from pyspark.ml.evaluation import Evaluator
from pyspark.ml.linalg import Vectors

try:
    from pyspark.ml.util import DefaultParamsReadable, DefaultParamsWritable

    saved = (DefaultParamsReadable, DefaultParamsWritable)
except ImportError:
    saved = ()


class MeanPrediction(Evaluator, *saved):
    """An evaluator that Java does not know: Python then saves the search by itself."""

    def _evaluate(self, dataset):
        return dataset.agg({"prediction": "avg"}).collect()[0][0]


def further():
    """Name, what is fitted or used as it is, and the columns it is given to score."""
    c, r, f, k = classification, regression, feature, clustering
    yield from of_sparse_vectors(c, r, f, k)
    yield from of_settings(c, r, f, k)
    yield from of_searches(c, r, f)


def of_sparse_vectors(c, r, f, k):
    words = lambda: [f.Tokenizer(inputCol="text", outputCol="words"), f.CountVectorizer(inputCol="words", outputCol="terms")]
    given = {"inputCol": "terms", "outputCol": "out"}

    def behind(make):
        stage = make()
        if stage.hasParam("featuresCol"):
            stage.set(stage.featuresCol, "terms")
        return Pipeline(stages=[*words(), stage])

    stages = {
        "Binarizer": lambda: f.Binarizer(threshold=-0.5, **given),
        "Binarizer_above": lambda: f.Binarizer(threshold=1.0, **given),
        "BucketedRandomProjectionLSH": lambda: f.BucketedRandomProjectionLSH(bucketLength=0.7, numHashTables=2, seed=1, **given),
        "ChiSqSelector": lambda: f.ChiSqSelector(featuresCol="terms", outputCol="out", labelCol="three", numTopFeatures=4),
        "DCT": lambda: f.DCT(**given),
        "ElementwiseProduct": lambda: f.ElementwiseProduct(scalingVec=Vectors.dense([float(i - 3) for i in range(15)]), **given),
        "IDF": lambda: f.IDF(minDocFreq=20, **given),
        "MaxAbsScaler": lambda: f.MaxAbsScaler(**given),
        "MinMaxScaler": lambda: f.MinMaxScaler(min=-2.0, max=-1.0, **given),
        "MinHashLSH": lambda: f.MinHashLSH(numHashTables=2, seed=1, **given),
        "Normalizer": lambda: f.Normalizer(p=1.0, **given),
        "PCA": lambda: f.PCA(k=3, **given),
        "PolynomialExpansion": lambda: f.PolynomialExpansion(degree=2, **given),
        "RobustScaler": lambda: f.RobustScaler(withScaling=True, **given),
        "StandardScaler": lambda: f.StandardScaler(withMean=False, **given),
        "StandardScaler_mean": lambda: f.StandardScaler(withMean=True, withStd=False, **given),
        "VarianceThresholdSelector": lambda: f.VarianceThresholdSelector(featuresCol="terms", outputCol="out", varianceThreshold=0.4),
        "VectorIndexer": lambda: f.VectorIndexer(maxCategories=4, handleInvalid="keep", **given),
        "VectorSlicer": lambda: f.VectorSlicer(indices=[9, 0, 3], **given),
        "VectorAssembler": lambda: f.VectorAssembler(inputCols=["terms", "x", "terms"], outputCol="out", handleInvalid="keep"),
        "Interaction": lambda: f.Interaction(inputCols=["terms", "x", "terms"], outputCol="out"),
        "LogisticRegression": lambda: c.LogisticRegression(labelCol="three", maxIter=5, regParam=0.1, elasticNetParam=0.9),
        "LinearSVC": lambda: c.LinearSVC(labelCol="two", maxIter=4),
        "DecisionTreeClassifier": lambda: c.DecisionTreeClassifier(labelCol="three"),
        "RandomForestClassifier": lambda: c.RandomForestClassifier(labelCol="three", numTrees=4, seed=8),
        "GBTClassifier": lambda: c.GBTClassifier(labelCol="two", maxIter=3, seed=8),
        "NaiveBayes": lambda: c.NaiveBayes(labelCol="three", thresholds=[0.1, 0.5, 0.9]),
        "NaiveBayes_complement": lambda: c.NaiveBayes(labelCol="three", modelType="complement"),
        "NaiveBayes_gaussian": lambda: c.NaiveBayes(labelCol="three", modelType="gaussian"),
        "MultilayerPerceptron": lambda: c.MultilayerPerceptronClassifier(labelCol="three", layers=[15, 3], maxIter=4, seed=8),
        "FMClassifier": lambda: c.FMClassifier(labelCol="two", factorSize=2, maxIter=3, seed=8),
        "FMRegressor": lambda: r.FMRegressor(labelCol="target", factorSize=2, maxIter=3, fitLinear=False, seed=8),
        "LinearRegression": lambda: r.LinearRegression(labelCol="target", maxIter=4),
        "GLM": lambda: r.GeneralizedLinearRegression(labelCol="positive", family="gamma", link="log", regParam=0.1, maxIter=4),
        "AFTSurvivalRegression": lambda: r.AFTSurvivalRegression(labelCol="positive", censorCol="censor", quantilesCol="spans", maxIter=5),
        "DecisionTreeRegressor": lambda: r.DecisionTreeRegressor(labelCol="target", varianceCol="spread"),
        "RandomForestRegressor": lambda: r.RandomForestRegressor(labelCol="target", numTrees=3, seed=8),
        "IsotonicRegression": lambda: r.IsotonicRegression(labelCol="target", featureIndex=3),
        "KMeans": lambda: k.KMeans(k=3, seed=8),
        "KMeans_cosine": lambda: k.KMeans(k=3, seed=8, distanceMeasure="cosine"),
        "BisectingKMeans": lambda: k.BisectingKMeans(k=3, seed=8),
        "GaussianMixture": lambda: k.GaussianMixture(k=2, seed=8, maxIter=3),
        "LDA": lambda: k.LDA(k=3, seed=8, maxIter=3),
        "OneVsRest": lambda: c.OneVsRest(labelCol="three", classifier=c.LinearSVC(maxIter=3, regParam=0.1)),
    }
    for name, stage in stages.items():
        yield f"sparse_{name}", lambda: behind(stage), ["text", "x"]


def of_settings(c, r, f, k):
    three, two = {"labelCol": "three"}, {"labelCol": "two"}
    yield "further_LogisticRegression_centered", lambda: c.LogisticRegression(maxIter=4, family="multinomial", thresholds=[0.2, 0.4, 0.9], aggregationDepth=3, tol=1e-3, weightCol="weight", **three), ["features"]
    yield "further_LogisticRegression_bounds_of_two", lambda: c.LogisticRegression(maxIter=4, lowerBoundsOnIntercepts=Vectors.dense([0.3]), **two), ["features"]
    yield "further_RandomForestClassifier_bootstrap", lambda: c.RandomForestClassifier(numTrees=4, bootstrap=False, minWeightFractionPerNode=0.1, seed=2, **three), ["features"]
    yield "further_RandomForestClassifier_gain", lambda: c.RandomForestClassifier(numTrees=4, minInfoGain=0.05, minInstancesPerNode=6, maxBins=3, impurity="entropy", cacheNodeIds=True, featureSubsetStrategy="0.7", seed=2, **three), ["features"]
    yield "further_DecisionTreeClassifier_deep", lambda: c.DecisionTreeClassifier(maxDepth=12, weightCol="weight", minWeightFractionPerNode=0.01, leafCol="leaf", predictionCol="p", rawPredictionCol="r", probabilityCol="s", **three), ["features"]
    yield "further_GBTClassifier_validation", lambda: c.GBTClassifier(maxIter=4, validationIndicatorCol="flag", subsamplingRate=0.7, featureSubsetStrategy="sqrt", leafCol="leaf", seed=2, **two), ["features"]
    yield "further_GBTRegressor_validation", lambda: r.GBTRegressor(labelCol="target", maxIter=4, validationIndicatorCol="flag", stepSize=0.03, lossType="squared", seed=2), ["features"]
    yield "further_GBTClassifier_weights", lambda: c.GBTClassifier(maxIter=4, weightCol="weight", seed=2, thresholds=[0.8, 0.1], **two), ["features"]
    yield "further_trees_of_categories", lambda: Pipeline(stages=[f.VectorIndexer(inputCol="codes", outputCol="indexed", maxCategories=4, handleInvalid="keep"), c.GBTClassifier(featuresCol="indexed", maxIter=4, maxDepth=6, leafCol="leaf", seed=2, **two)]), ["codes"]
    yield "further_many_categories", lambda: Pipeline(stages=[f.StringIndexer(inputCol="text", outputCol="index", handleInvalid="keep"), f.VectorAssembler(inputCols=["index", "x"], outputCol="made"), r.DecisionTreeRegressor(featuresCol="made", labelCol="target", maxBins=100, maxDepth=6)]), ["text", "x"]
    yield "further_NaiveBayes_weights", lambda: c.NaiveBayes(featuresCol="counts", modelType="gaussian", weightCol="weight", thresholds=[0.2, 0.9, 0.4], **three), ["counts"]
    yield "further_NaiveBayes_complement_smooth", lambda: c.NaiveBayes(featuresCol="counts", modelType="complement", smoothing=0.01, probabilityCol="", **three), ["counts"]
    yield "further_NaiveBayes_unsmoothed", lambda: c.NaiveBayes(featuresCol="wide", smoothing=0.0, **three), ["wide"]
    yield "further_MultilayerPerceptron_deep", lambda: c.MultilayerPerceptronClassifier(layers=[5, 7, 2, 4, 3], maxIter=3, blockSize=1, stepSize=0.1, seed=2, **three), ["features"]
    yield "further_FMClassifier_plain", lambda: c.FMClassifier(factorSize=1, maxIter=3, fitLinear=False, fitIntercept=False, regParam=0.3, miniBatchFraction=0.5, solver="gd", initStd=0.2, seed=2, thresholds=[0.1, 0.6], probabilityCol="", **two), ["features"]
    yield "further_OneVsRest_raw", lambda: c.OneVsRest(rawPredictionCol="scores", parallelism=2, weightCol="weight", classifier=c.LogisticRegression(maxIter=3, rawPredictionCol="own", predictionCol="guess"), **three), ["features"]
    yield "further_OneVsRest_machines", lambda: c.OneVsRest(classifier=c.FMClassifier(maxIter=2, seed=2), **three), ["features"]
    yield "further_OneVsRest_network", lambda: c.OneVsRest(classifier=c.MultilayerPerceptronClassifier(layers=[5, 2], maxIter=2, seed=2), **three), ["features"]
    yield "further_LinearRegression_normal", lambda: r.LinearRegression(labelCol="target", solver="normal", regParam=0.2, standardization=False, fitIntercept=False), ["features"]
    yield "further_LinearRegression_huber_weights", lambda: r.LinearRegression(labelCol="target", loss="huber", epsilon=1.1, weightCol="weight", maxIter=5, predictionCol="p"), ["features"]
    for family, link in (("Gaussian", "Log"), ("BINOMIAL", "PROBIT"), ("Gamma", "LOG"), ("poisson", "Sqrt")):
        yield f"further_GLM_{family}", lambda: r.GeneralizedLinearRegression(labelCol="two" if family == "BINOMIAL" else "positive", family=family, link=link, maxIter=4, regParam=0.1, fitIntercept=False, linkPredictionCol="link", solver="irls", offsetCol="x"), ["features", "x"]
    yield "further_GLM_tweedie_offset", lambda: r.GeneralizedLinearRegression(labelCol="positive", family="tweedie", variancePower=1.2, linkPower=-1.0, maxIter=3, regParam=0.2, weightCol="weight", offsetCol="place"), ["features", "place"]
    yield "further_GLM_tweedie_poisson_like", lambda: r.GeneralizedLinearRegression(labelCol="positive", family="tweedie", variancePower=1.0, linkPower=1.0, maxIter=3, regParam=0.2, linkPredictionCol="link"), ["features"]
    yield "further_AFTSurvivalRegression_one", lambda: r.AFTSurvivalRegression(labelCol="positive", censorCol="censor", quantilesCol="spans", quantileProbabilities=[0.33], aggregationDepth=3, maxIter=4), ["features"]
    yield "further_KMeans_weights", lambda: k.KMeans(k=5, seed=2, weightCol="weight", initMode="random", maxIter=2, tol=0.1, distanceMeasure="cosine"), ["features"]
    yield "further_KMeans_of_list", lambda: k.KMeans(k=2, seed=2, featuresCol="counts", initSteps=3), ["counts"]
    yield "further_BisectingKMeans_weights", lambda: k.BisectingKMeans(k=6, seed=2, weightCol="weight", minDivisibleClusterSize=0.1, distanceMeasure="cosine", predictionCol="part"), ["features"]
    yield "further_GaussianMixture_weights", lambda: k.GaussianMixture(k=4, seed=2, weightCol="weight", maxIter=2, tol=0.5, predictionCol="part"), ["features"]
    yield "further_GaussianMixture_flat", lambda: Pipeline(stages=[f.VectorAssembler(inputCols=["x", "one"], outputCol="made"), k.GaussianMixture(featuresCol="made", k=2, seed=2, maxIter=2)]), ["x", "one"]
    yield "further_LDA_offset", lambda: k.LDA(k=3, seed=2, maxIter=3, featuresCol="wide", learningOffset=10.0, learningDecay=0.7, keepLastCheckpoint=False, checkpointInterval=-1), ["wide"]
    yield "further_ALS_long", lambda: recommendation.ALS(rank=4, maxIter=2, seed=2, userCol="user", itemCol="two", ratingCol="rating", numUserBlocks=3, numItemBlocks=2, intermediateStorageLevel="MEMORY_ONLY", coldStartStrategy="drop", blockSize=16), ["user", "two"]
    yield "further_Bucketizer_list_of_one", lambda: f.Bucketizer(inputCols=["x"], outputCols=["p"], splitsArray=[[-0.5, 0.0, 0.5]], handleInvalid="keep"), ["x"]
    yield "further_QuantileDiscretizer_array", lambda: f.QuantileDiscretizer(inputCols=["x", "gappy"], outputCols=["p", "q"], numBucketsArray=[5, 2], handleInvalid="keep"), ["x", "gappy"]
    yield "further_QuantileDiscretizer_few", lambda: f.QuantileDiscretizer(inputCol="place", outputCol="out", numBuckets=10), ["place"]
    for order in ("frequencyDesc", "frequencyAsc", "alphabetDesc", "alphabetAsc"):
        yield f"further_StringIndexer_several_{order}", lambda: f.StringIndexer(inputCols=["colour", "place", "flag"], outputCols=["p", "q", "r"], stringOrderType=order, handleInvalid="skip"), ["colour", "place", "flag"]
    yield "further_IndexToString_chain", lambda: Pipeline(stages=[f.StringIndexer(inputCol="size", outputCol="index", stringOrderType="alphabetDesc"), f.VectorAssembler(inputCols=["index", "x"], outputCol="made"), c.DecisionTreeClassifier(featuresCol="made", labelCol="index", maxDepth=2), f.IndexToString(inputCol="index", outputCol="back")]), ["size", "x"]
    yield "further_OneHotEncoder_chain", lambda: Pipeline(stages=[f.StringIndexer(inputCols=["colour", "size"], outputCols=["p", "q"], handleInvalid="keep"), f.OneHotEncoder(inputCols=["p", "q"], outputCols=["r", "s"], handleInvalid="keep"), f.VectorAssembler(inputCols=["r", "s", "gappy"], outputCol="made", handleInvalid="keep"), f.VectorIndexer(inputCol="made", outputCol="indexed", maxCategories=2, handleInvalid="keep")]), ["colour", "size", "gappy"]
    yield "further_Imputer_chain", lambda: Pipeline(stages=[f.Imputer(inputCols=["gappy", "x"], outputCols=["p", "q"], strategy="median", relativeError=0.01), f.VectorAssembler(inputCols=["p", "q"], outputCol="made"), r.LinearRegression(featuresCol="made", labelCol="target", maxIter=2)]), ["gappy", "x"]
    yield "further_Imputer_same_names", lambda: f.Imputer(inputCols=["x", "y"], outputCols=["x2", "y2"], missingValue=float("inf")), ["x", "y"]
    for language in ("french", "german", "turkish", "russian", "danish"):
        yield f"further_StopWordsRemover_{language}", lambda: Pipeline(stages=[f.Tokenizer(inputCol="text", outputCol="words"), f.StopWordsRemover(inputCol="words", outputCol="out", stopWords=[*f.StopWordsRemover.loadDefaultStopWords(language), "Fox", "IT"])]), ["text"]
    yield "further_StopWordsRemover_locale", lambda: f.StopWordsRemover(inputCol="basket", outputCol="out", stopWords=["M\u0130LK", "BEER"], locale="tr"), ["basket"]
    yield "further_RegexTokenizer_plain", lambda: f.RegexTokenizer(inputCol="text", outputCol="out", pattern=r"(?<=[a-z])\s+(?=[A-Zt])|o", minTokenLength=0), ["text"]
    yield "further_NGram_1", lambda: f.NGram(inputCol="basket", outputCol="out", n=1), ["basket"]
    yield "further_CountVectorizer_maxDF", lambda: f.CountVectorizer(inputCol="basket", outputCol="out", maxDF=30.0, minDF=0.1, minTF=1.0), ["basket"]
    yield "further_HashingTF_binary", lambda: f.HashingTF(inputCol="basket", outputCol="out", numFeatures=7, binary=True), ["basket"]
    yield "further_Word2Vec_cbow", lambda: f.Word2Vec(inputCol="basket", outputCol="out", vectorSize=5, minCount=0, windowSize=2, maxSentenceLength=3, numPartitions=2, stepSize=0.1, maxIter=2, seed=2), ["basket"]
    yield "further_FeatureHasher_large", lambda: f.FeatureHasher(inputCols=["colour", "flag", "place", "x"], outputCol="out", categoricalCols=["flag", "colour"]), ["colour", "flag", "place", "x"]
    for mode, threshold in (("fpr", 0.4), ("fdr", 0.9), ("fwe", 0.9), ("numTopFeatures", 3)):
        for features, label in (("continuous", "continuous"), ("continuous", "categorical"), ("categorical", "categorical")):
            yield f"further_UnivariateFeatureSelector_{mode}_{features}_{label}", lambda: f.UnivariateFeatureSelector(featuresCol="counts", outputCol="out", labelCol="three", selectionMode=mode).setFeatureType(features).setLabelType(label).setSelectionThreshold(threshold), ["counts"]
    yield "further_VarianceThresholdSelector_none", lambda: f.VarianceThresholdSelector(featuresCol="bits", outputCol="out"), ["bits"]
    yield "further_RobustScaler_odd", lambda: f.RobustScaler(inputCol="odd", outputCol="out", withCentering=True, withScaling=False, relativeError=0.1), ["odd"]
    yield "further_TargetEncoder_binary", lambda: f.TargetEncoder(inputCols=["place", "level", "late"], outputCols=["p", "q", "r"], labelCol="two", targetType="binary", handleInvalid="keep", smoothing=0.0), ["place", "level", "late"]
    yield "further_TargetEncoder_chain", lambda: Pipeline(stages=[f.StringIndexer(inputCol="colour", outputCol="index"), f.TargetEncoder(inputCol="index", outputCol="mean", labelCol="target", targetType="continuous"), f.VectorAssembler(inputCols=["mean", "x"], outputCol="made"), r.LinearRegression(featuresCol="made", labelCol="target", maxIter=2)]), ["colour", "x"]
    for place, text in enumerate(["target ~ (x + y + size)^3", "target ~ . - weight", "two ~ colour + 0 + x", "target ~ colour:x:y + size", "target ~ x*y*size - x:y", "target ~ (colour + x):(size + y)", "flag ~ features + level"]):
        columns = ["x", "y", "colour", "size", "weight", "features", "level", "target", "two", "flag"]
        chosen = "x, y, colour, size, weight, target" if "." in text else "*"
        for invalid in ("keep", "skip"):
            yield f"further_RFormula_{place}_{invalid}", lambda: Pipeline(stages=[f.SQLTransformer(statement=f"SELECT {chosen} FROM __THIS__"), f.RFormula(formula=text, handleInvalid=invalid, stringIndexerOrderType="alphabetAsc")]), columns
    for place, text in enumerate(
        [
            "SELECT x AS a, y AS b, x + y AS `sum of both` FROM __THIS__ WHERE colour = 'red' OR (size = 'M' AND NOT flag)",
            "SELECT __THIS__.*, x > 0 AS positive, IF(flag, 1, 0) AS f FROM __THIS__",
            "SELECT t.x, t.y * t.y AS square FROM __THIS__ t WHERE t.place >= 2",
            "SELECT *, CASE colour WHEN 'red' THEN 1.0D WHEN 'blue' THEN 2.0D END AS c FROM __THIS__ WHERE size NOT IN ('S')",
            "select *, NULLIF(place, 1) as n, nvl(gaps, 0) as v, ifnull(gappy, 2.5D) as w from __THIS__ where gaps is not null",
            "SELECT *, x <=> gappy AS same, lower(upper(colour)) AS l, char_length(colour) AS len, colour || '/' || size AS both FROM __THIS__",
            "SELECT *, log10(weight) AS a, log2(weight) AS b, log1p(weight) AS c, expm1(x) AS d, cbrt(x) AS e, degrees(x) AS g, radians(y) AS h FROM __THIS__",
            "SELECT *, substring(colour, 2, 2) AS a, substr(colour, -2) AS b, substring(colour, -9, 7) AS c, substring(colour, 0, 1) AS d, substr(size, 5) AS e, replace(colour, 'e', 'EE') AS f, replace(colour, 'r') AS g FROM __THIS__",
            "SELECT *, ltrim(concat('  ', size, ' ')) AS a, rtrim(concat(' ', size, ' ')) AS b, atan2(x, y) AS c, asin(x / 9) AS d, acos(weight / 9) AS e, sinh(x / 9) AS f, cosh(weight) AS g, tanh(y) AS h, mod(place, 3) AS i FROM __THIS__",
            "SELECT *, double(place) AS d, bigint(x) AS l, float(y) AS f, string(flag) AS s, boolean(place) AS b FROM __THIS__",
        ]
    ):
        yield f"further_SQLTransformer_{place}", lambda: f.SQLTransformer(statement=text), ["x", "y", "colour", "size", "gappy", "gaps", "place", "long", "flag", "weight"]


def of_searches(c, r, f):
    measure = evaluation.RegressionEvaluator(labelCol="target")
    line = r.LinearRegression(labelCol="target", maxIter=3)
    lines = tuning.ParamGridBuilder().addGrid(line.regParam, [0.01, 0.5]).build()
    logistic = c.LogisticRegression(labelCol="three", maxIter=2)
    logistics = tuning.ParamGridBuilder().addGrid(logistic.regParam, [0.01, 0.5]).build()
    sorts = evaluation.MulticlassClassificationEvaluator(labelCol="three")
    folds = {"numFolds": 2, "seed": 3}
    yield "search_CrossValidator_classes", lambda: tuning.CrossValidator(estimator=logistic, estimatorParamMaps=logistics, evaluator=sorts, parallelism=2, **folds), ["features"]
    yield "search_CrossValidator_one_vs_rest", lambda: tuning.CrossValidator(estimator=c.OneVsRest(labelCol="three", classifier=c.LinearSVC(maxIter=2)), estimatorParamMaps=[{}], evaluator=sorts, **folds), ["features"]
    yield "search_CrossValidator_own_evaluator", lambda: tuning.CrossValidator(estimator=line, estimatorParamMaps=lines, evaluator=MeanPrediction(), **folds), ["features"]
    yield "search_TrainValidationSplit_own_evaluator", lambda: tuning.TrainValidationSplit(estimator=line, estimatorParamMaps=lines, evaluator=MeanPrediction(), seed=3), ["features"]
    within = lambda: Pipeline(stages=[f.StandardScaler(inputCol="features", outputCol="scaled"), r.GeneralizedLinearRegression(labelCol="target", featuresCol="scaled")])
    yield "search_CrossValidator_own_evaluator_of_pipeline", lambda: tuning.CrossValidator(estimator=within(), estimatorParamMaps=[{}], evaluator=MeanPrediction(), **folds), ["features"]
    yield "search_Pipeline_own_evaluator", lambda: Pipeline(stages=[f.Normalizer(inputCol="features", outputCol="normed"), tuning.TrainValidationSplit(estimator=r.LinearRegression(labelCol="target", featuresCol="normed", maxIter=2), estimatorParamMaps=[{}], evaluator=MeanPrediction())]), ["features"]
    yield "search_CrossValidator_in_CrossValidator", lambda: tuning.CrossValidator(estimator=Pipeline(stages=[tuning.TrainValidationSplit(estimator=line, estimatorParamMaps=lines, evaluator=measure)]), estimatorParamMaps=[{}], evaluator=measure, **folds), ["features"]
    yield "search_Pipeline_of_everything", lambda: Pipeline(stages=[
        f.SQLTransformer(statement="SELECT *, x * y AS product FROM __THIS__"),
        f.Imputer(inputCols=["gappy"], outputCols=["filled"]),
        f.QuantileDiscretizer(inputCol="y", outputCol="part", numBuckets=3, handleInvalid="keep"),
        f.StringIndexer(inputCol="colour", outputCol="index", handleInvalid="keep"),
        f.Tokenizer(inputCol="text", outputCol="words"),
        f.HashingTF(inputCol="words", outputCol="terms", numFeatures=10),
        f.VectorAssembler(inputCols=["product", "filled", "part", "index", "terms"], outputCol="assembled", handleInvalid="keep"),
        f.MinMaxScaler(inputCol="assembled", outputCol="scaled"),
        c.GBTClassifier(labelCol="two", featuresCol="scaled", maxIter=3, seed=3),
    ]), ["x", "y", "gappy", "colour", "text"]
