"""Every class of pyspark.ml, with settings as people choose them."""

from pyspark.ml import Pipeline, classification, clustering, evaluation, feature, recommendation, regression, tuning
from pyspark.ml.linalg import Vectors


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
