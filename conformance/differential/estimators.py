"""What can be drawn: for each class its task, what its rows may be, and the parameters from which one draw takes some."""
import importlib
import inspect

import numpy as np

MODULES = """linear_model tree ensemble svm neighbors naive_bayes neural_network preprocessing decomposition cluster
mixture discriminant_analysis gaussian_process isotonic kernel_ridge dummy calibration multiclass multioutput pipeline feature_selection
feature_extraction.text feature_extraction impute compose kernel_approximation manifold cross_decomposition random_projection covariance
semi_supervised model_selection""".split()


def find(name):
    for experimental in ("enable_hist_gradient_boosting", "enable_iterative_imputer", "enable_halving_search_cv"):
        try:
            importlib.import_module("sklearn.experimental." + experimental)
        except ImportError:
            pass
    for module in MODULES:
        try:
            found = getattr(importlib.import_module("sklearn." + module), name, None)
        except ImportError:
            continue
        if found is not None:
            return found
    return None


class Spec(object):
    def __init__(self, name, kind, flags="", **params):
        self.name, self.kind, self.flags, self.params = name, kind, frozenset(flags.split()), params


def make(rng, name, **params):
    """An estimator with those of the parameters that this version has; each value is drawn from a list."""
    cls = find(name)
    if cls is None:
        return None
    drawn = {key: (values[rng.randint(len(values))] if isinstance(values, list) else values) for key, values in params.items()}
    drawn = {key: value(rng) if inspect.isfunction(value) else value for key, value in drawn.items()}
    if any(value is None and params[key] is not None and not isinstance(params[key], list) for key, value in drawn.items()):
        return None
    known = set(inspect.signature(cls.__init__).parameters)
    return cls(**{key: value for key, value in drawn.items() if key in known or "kwargs" in known})


def build(spec, rng):
    extra = {"random_state": 0} if "unseeded" not in spec.flags else {}
    params = {key: values for key, values in spec.params.items() if values != "DEFAULT"}
    # Half of the parameters keep what the library gives them.
    kept = {key: values for key, values in params.items() if inspect.isfunction(values) or rng.randint(3) > 0 or "all" in spec.flags}
    return make(rng, spec.name, **dict(extra, **kept))


def clf(rng):
    return [
        lambda: make(rng, "LogisticRegression", C=[0.1, 1.0], solver="liblinear", random_state=0),
        lambda: make(rng, "DecisionTreeClassifier", max_depth=[1, 3], random_state=0),
        lambda: make(rng, "GaussianNB"),
        lambda: make(rng, "KNeighborsClassifier", n_neighbors=[1, 3]),
        lambda: make(rng, "LinearDiscriminantAnalysis"),
        lambda: make(rng, "RandomForestClassifier", n_estimators=3, max_depth=3, random_state=0),
    ][rng.randint(6)]()


def scorer_clf(rng):
    return [lambda: make(rng, "LinearSVC", random_state=0), lambda: make(rng, "RidgeClassifier"), lambda: make(rng, "SVC", gamma=0.5)][
        rng.randint(3)]()


def any_clf(rng):
    return clf(rng) if rng.randint(3) else scorer_clf(rng)


def linear_clf(rng):
    return make(rng, "LogisticRegression", C=[0.1, 1.0], solver="liblinear")


def reg(rng):
    return [
        lambda: make(rng, "Ridge", alpha=[0.1, 1.0]), lambda: make(rng, "DecisionTreeRegressor", max_depth=[1, 3], random_state=0),
        lambda: make(rng, "KNeighborsRegressor", n_neighbors=[1, 3]), lambda: make(rng, "LinearRegression"),
        lambda: make(rng, "SVR", gamma=0.3), lambda: make(rng, "GradientBoostingRegressor", n_estimators=4, random_state=0),
    ][rng.randint(6)]()


def tree_clf(rng):
    return make(rng, "DecisionTreeClassifier", max_depth=[1, 2], random_state=0)


def stages(final):
    def draw(rng):
        before = [
            lambda: make(rng, "StandardScaler"), lambda: make(rng, "MinMaxScaler"), lambda: make(rng, "PCA", n_components=[1, 0.9]),
            lambda: make(rng, "PolynomialFeatures", degree=[2, 3]), lambda: make(rng, "QuantileTransformer", n_quantiles=[5, 10]),
            lambda: make(rng, "RobustScaler"), lambda: make(rng, "SelectKBest", k=1), lambda: make(rng, "KBinsDiscretizer", n_bins=[2, 4]),
        ]
        steps = [one for one in (before[rng.randint(len(before))]() for _ in range(rng.randint(1, 3))) if one is not None]
        if final is not None:
            steps.append(final(rng))
        return [("step%d" % index, step) for index, step in enumerate(steps)]

    return draw


def named(factory, count=3):
    return lambda rng: [("m%d" % index, factory(rng)) for index in range(count)]


def kernels(rng):
    from sklearn.gaussian_process import kernels as k

    return [
        k.RBF(0.8), k.ConstantKernel(2.0) * k.RBF(1.5) + k.WhiteKernel(0.1), k.Matern(1.0, nu=0.5), k.Matern(1.2, nu=1.5), k.Matern(nu=2.5),
        k.RationalQuadratic(1.0, 0.5), k.DotProduct(0.5) + k.WhiteKernel(0.2), k.ExpSineSquared(1.0, 3.0) + k.WhiteKernel(0.1),
        k.RBF(1.0) ** 2 + k.WhiteKernel(0.3),
    ][rng.randint(9)]


def frame_transformer(final, sparse=True):
    def draw(rng):
        numbers = make(rng, "Pipeline", steps=[("fill", make(rng, "SimpleImputer", strategy=["mean", "median", "most_frequent"], add_indicator=[False, True])), ("scale", make(rng, "StandardScaler"))])
        handling = ["ignore", "error"][rng.randint(2)]
        texts = [
            lambda: make(rng, "OneHotEncoder", handle_unknown=handling, **({} if handling == "ignore" else {"drop": [None, "first"]})),
            lambda: make(rng, "OrdinalEncoder"),
        ][rng.randint(2)]()
        columns = make(
            rng, "ColumnTransformer",
            transformers=[("n", numbers, ["age", "income"]), ("t", texts, ["city", "grade"])] + ([("p", "passthrough", ["children"])] if rng.randint(2) else []),
            remainder=["drop", "passthrough"], sparse_threshold=[0.3, 0, 1.0],
        )
        if final is None:
            return [("columns", columns)]
        return [("columns", columns), ("model", final(rng))]

    return draw


C = [0.01, 0.3, 1.0, 10.0]
ALPHA = [0.0001, 0.01, 0.5, 1.0]
TREE = dict(max_depth=[None, 1, 3, 6], min_samples_leaf=[1, 3], max_features=[None, "sqrt", 0.5], max_leaf_nodes=[None, 4, 9], min_impurity_decrease=[0.0, 0.05])
FOREST = dict(n_estimators=[1, 3, 7], bootstrap=[True, False], **TREE)
GB = dict(n_estimators=[1, 4, 9], learning_rate=[0.1, 0.7], subsample=[1.0, 0.6], max_depth=[1, 3], min_samples_leaf=[1, 4])
HIST = dict(max_iter=[1, 5, 12], learning_rate=[0.1, 0.5], max_leaf_nodes=[3, 15], min_samples_leaf=[2, 20], l2_regularization=[0.0, 1.0], max_bins=[5, 255])
KNN = dict(n_neighbors=[1, 3, 5], weights=["uniform", "distance"], algorithm=["auto", "brute", "kd_tree", "ball_tree"], metric=["minkowski", "manhattan", "chebyshev", "euclidean"], p=[1, 2, 3], leaf_size=[2, 30])
RADIUS = dict(radius=1e6, weights=["uniform", "distance"], algorithm=["brute", "kd_tree", "ball_tree"], p=[1, 2])
SVM = dict(kernel=["rbf", "linear", "poly", "sigmoid"], gamma=["auto", "scale", 0.3], degree=[2, 3], coef0=[0.0, 1.0], C=C)
MLP = dict(hidden_layer_sizes=[(5,), (4, 3), (3, 2, 2)], activation=["relu", "tanh", "logistic", "identity"], solver=["adam", "lbfgs", "sgd"], max_iter=20)
SGD = dict(penalty=["l2", "l1", "elasticnet"], alpha=ALPHA, max_iter=30, tol=1e-3, average=[False, True], fit_intercept=[True, False])
TEXT = dict(lowercase=[True, False], ngram_range=[(1, 1), (1, 2), (2, 3)], analyzer=["word", "char", "char_wb"], strip_accents=[None, "ascii", "unicode"], stop_words=[None, "english", ["the", "a"]], binary=[False, True], token_pattern=[r"(?u)\b\w\w+\b", r"[a-zA-Z]+", r"\S+"])
COUNT = dict(max_features=[None, 5], min_df=[1, 2, 0.1], max_df=[1.0, 0.8], **TEXT)
TFIDF = dict(norm=["l1", "l2", None], use_idf=[True, False], smooth_idf=[True, False], sublinear_tf=[False, True])
CATEGORIES = dict(handle_unknown=["ignore", "error"])
IMPUTE = dict(strategy=["mean", "median", "most_frequent", "constant"], add_indicator=[False, True])
GLM = dict(alpha=[0.0, 0.1, 1.0], fit_intercept=[True, False])

SPECS = [
    Spec("DecisionTreeClassifier", "clf", "targets one f32", criterion=["gini", "entropy"], class_weight=[None, "balanced"], **TREE),
    Spec("DecisionTreeRegressor", "reg", "targets f32", **TREE),
    Spec("ExtraTreeClassifier", "clf", "targets one f32", **TREE),
    Spec("ExtraTreeRegressor", "reg", "targets f32", **TREE),
    Spec("RandomForestClassifier", "clf", "targets one f32", criterion=["gini", "entropy"], **FOREST),
    Spec("RandomForestRegressor", "reg", "targets f32", **FOREST),
    Spec("ExtraTreesClassifier", "clf", "targets one", **FOREST),
    Spec("ExtraTreesRegressor", "reg", "targets", **FOREST),
    Spec("RandomTreesEmbedding", "none", "", n_estimators=[2, 5], max_depth=[1, 3], sparse_output=[True, False]),
    Spec("GradientBoostingClassifier", "clf", "", loss=["deviance", "log_loss", "exponential"], init=[None, "zero", clf], **GB),
    Spec("GradientBoostingRegressor", "reg", "", loss=["ls", "lad", "huber", "quantile", "squared_error", "absolute_error"], alpha=[0.3, 0.9], init=[None, "zero", reg], **GB),
    Spec("HistGradientBoostingClassifier", "clf", "nan needs_nan", categorical_features=[None, [0]], **HIST),
    Spec("HistGradientBoostingRegressor", "reg", "nan needs_nan", loss=["least_squares", "squared_error", "absolute_error"], **HIST),
    Spec("HistGradientBoostingRegressor", "reg", "positive positive_y all", loss=["poisson", "gamma"], max_iter=[4, 9], min_samples_leaf=[2]),
    Spec("HistGradientBoostingClassifier", "clf", "ordinal all", categorical_features=[[0], "from_dtype"], max_iter=[3, 8], min_samples_leaf=[2], max_leaf_nodes=[4, 31]),
    Spec("AdaBoostClassifier", "clf", "", n_estimators=[1, 4, 9], algorithm=["SAMME", "SAMME.R"], base_estimator=[None, tree_clf], learning_rate=[0.5, 1.0]),
    Spec("AdaBoostRegressor", "reg", "", n_estimators=[1, 4, 9], loss=["linear", "square", "exponential"]),
    Spec("BaggingClassifier", "clf", "", base_estimator=[None, any_clf], n_estimators=[2, 5], max_features=[1.0, 0.6], max_samples=[1.0, 0.7], bootstrap_features=[False, True], oob_score=[False]),
    Spec("BaggingRegressor", "reg", "targets", base_estimator=[None, reg], n_estimators=[2, 5], max_features=[1.0, 0.6], max_samples=[1.0, 0.7]),
    Spec("IsolationForest", "none", "", n_estimators=[3, 9], max_samples=[8, "auto"], contamination=["auto", 0.1], max_features=[1.0, 0.6], behaviour=["new", "old"]),
    Spec("VotingClassifier", "clf", "unseeded", estimators=named(clf), voting=["hard", "soft"], weights=[None, [1, 2, 0.5]], flatten_transform=[True, False]),
    Spec("VotingRegressor", "reg", "unseeded", estimators=named(reg), weights=[None, [1, 2, 0.5]]),
    Spec("StackingClassifier", "clf", "unseeded", estimators=named(any_clf, 2), final_estimator=[None, clf], passthrough=[False, True], cv=3),
    Spec("StackingRegressor", "reg", "unseeded", estimators=named(reg, 2), final_estimator=[None, reg], passthrough=[False, True], cv=3),
    Spec("LinearRegression", "reg", "targets", fit_intercept=[True, False], normalize=[False, True]),
    Spec("Ridge", "reg", "targets", alpha=ALPHA, fit_intercept=[True, False], solver=["auto", "svd", "cholesky", "lsqr"]),
    Spec("RidgeCV", "reg", "targets", fit_intercept=[True, False]),
    Spec("Lasso", "reg", "targets", alpha=ALPHA, positive=[False, True]),
    Spec("LassoCV", "reg", "", cv=3), Spec("ElasticNetCV", "reg", "", cv=3), Spec("LarsCV", "reg", "unseeded", cv=3), Spec("LassoLarsCV", "reg", "unseeded", cv=3),
    Spec("ElasticNet", "reg", "targets", alpha=ALPHA, l1_ratio=[0.2, 0.8]),
    Spec("Lars", "reg", "targets unseeded"), Spec("LassoLars", "reg", "targets unseeded", alpha=ALPHA), Spec("LassoLarsIC", "reg", "unseeded", criterion=["aic", "bic"]),
    Spec("OrthogonalMatchingPursuit", "reg", "targets unseeded"), Spec("OrthogonalMatchingPursuitCV", "reg", "unseeded wide", cv=3),
    Spec("BayesianRidge", "reg", "unseeded", normalize=[False, True], fit_intercept=[True, False], compute_score=[False, True]),
    Spec("ARDRegression", "reg", "unseeded", normalize=[False, True], fit_intercept=[True, False]),
    Spec("HuberRegressor", "reg", "unseeded", epsilon=[1.1, 1.35]), Spec("TheilSenRegressor", "reg", "", max_subpopulation=100),
    Spec("RANSACRegressor", "reg", "targets", base_estimator=[None, reg]), Spec("PassiveAggressiveRegressor", "reg", "", C=C),
    Spec("SGDRegressor", "reg", "", loss=["squared_loss", "squared_error", "huber", "epsilon_insensitive"], **SGD),
    Spec("SGDClassifier", "clf", "", loss=["hinge", "log", "log_loss", "modified_huber", "perceptron", "squared_hinge", "huber"], **SGD),
    Spec("SGDOneClassSVM", "none", "", nu=[0.3, 0.5]),
    Spec("Perceptron", "clf", "", penalty=[None, "l2"]), Spec("PassiveAggressiveClassifier", "clf", "", C=C, loss=["hinge", "squared_hinge"]),
    Spec("LogisticRegression", "clf", "", C=C, solver=["liblinear", "lbfgs", "newton-cg", "saga", "sag"], multi_class=["ovr", "multinomial", "auto"], fit_intercept=[True, False], class_weight=[None, "balanced"], penalty=["l2", "l1", "none", None]),
    Spec("LogisticRegressionCV", "clf", "", cv=3, Cs=[2, 3], multi_class=["ovr", "multinomial", "auto"], refit=[True, False], max_iter=30),
    Spec("RidgeClassifier", "clf", "multilabel", alpha=ALPHA, class_weight=[None, "balanced"]), Spec("RidgeClassifierCV", "clf", "multilabel unseeded"),
    Spec("MultiTaskLasso", "multi", "", alpha=ALPHA), Spec("MultiTaskElasticNet", "multi", "", alpha=ALPHA), Spec("MultiTaskLassoCV", "multi", "", cv=3), Spec("MultiTaskElasticNetCV", "multi", "", cv=3),
    Spec("PoissonRegressor", "reg", "positive_y unseeded", **GLM), Spec("GammaRegressor", "reg", "positive_y unseeded", **GLM),
    Spec("TweedieRegressor", "reg", "positive_y unseeded", power=[0, 1, 1.5, 2, 3], link=["auto", "identity", "log"], **GLM),
    Spec("QuantileRegressor", "reg", "unseeded all", quantile=[0.2, 0.5], alpha=[0.0, 0.1], solver=["highs"]),
    Spec("LinearSVC", "clf", "", C=C, loss=["hinge", "squared_hinge"], multi_class=["ovr", "crammer_singer"], fit_intercept=[True, False]),
    Spec("LinearSVR", "reg", "", C=C), Spec("SVC", "clf", "tame", probability=[False, True], decision_function_shape=["ovr", "ovo"], class_weight=[None, "balanced"], **SVM),
    Spec("NuSVC", "clf", "tame", probability=[False, True], nu=[0.2, 0.4], **{k: v for k, v in SVM.items() if k != "C"}), Spec("SVR", "reg", "tame unseeded", epsilon=[0.1, 0.01], **SVM),
    Spec("NuSVR", "reg", "tame unseeded", nu=[0.3, 0.6], **SVM), Spec("OneClassSVM", "none", "tame unseeded", nu=[0.1, 0.5], **{k: v for k, v in SVM.items() if k != "C"}),
    Spec("KNeighborsClassifier", "clf", "targets one unseeded", **KNN), Spec("KNeighborsRegressor", "reg", "targets unseeded", **KNN),
    Spec("RadiusNeighborsClassifier", "clf", "targets unseeded all", **RADIUS), Spec("RadiusNeighborsRegressor", "reg", "targets unseeded all", **RADIUS),
    Spec("NearestNeighbors", "none", "unseeded", n_neighbors=[1, 3], algorithm=["auto", "brute", "kd_tree"]), Spec("NearestCentroid", "clf", "unseeded", metric=["euclidean", "manhattan"], shrink_threshold=[None, 0.2]),
    Spec("LocalOutlierFactor", "none", "unseeded all", novelty=True, n_neighbors=[3, 5], contamination=["auto", 0.2]), Spec("KernelDensity", "none", "unseeded", kernel=["gaussian", "tophat", "epanechnikov", "exponential", "linear", "cosine"], bandwidth=[0.5, 2.0], metric=["euclidean", "manhattan"], algorithm=["auto", "kd_tree", "ball_tree"], leaf_size=[1, 5, 40], breadth_first=[True, False], rtol=[0, 0, 1e-4]),
    Spec("NeighborhoodComponentsAnalysis", "clf", "", max_iter=5, n_components=[None, 1]), Spec("KNNImputer", "none", "nan unseeded", n_neighbors=[1, 3], weights=["uniform", "distance"], add_indicator=[False, True]),
    Spec("GaussianNB", "clf", "one unseeded", var_smoothing=[1e-9, 0.01]), Spec("BernoulliNB", "clf", "unseeded", alpha=[0.1, 1.0], binarize=[0.0, 0.5, None], fit_prior=[True, False]),
    Spec("MultinomialNB", "clf", "count unseeded", alpha=[0.1, 1.0], fit_prior=[True, False]), Spec("ComplementNB", "clf", "count unseeded", alpha=[0.1, 1.0], norm=[False, True]), Spec("CategoricalNB", "clf", "ordinal unseeded", alpha=[0.1, 1.0]),
    Spec("MLPClassifier", "clf", "multilabel", **MLP), Spec("MLPRegressor", "reg", "targets", **MLP), Spec("BernoulliRBM", "none", "binary", n_components=[2, 5], n_iter=3),
    Spec("LinearDiscriminantAnalysis", "clf", "unseeded", solver=["svd", "lsqr", "eigen"], n_components=[None, 1]), Spec("QuadraticDiscriminantAnalysis", "clf", "unseeded", reg_param=[0.1, 0.5]),
    Spec("GaussianProcessRegressor", "reg", "tame targets all", kernel=[None, kernels], alpha=[1e-4, 0.1], normalize_y=[False, True], optimizer=[None, "fmin_l_bfgs_b"]),
    Spec("GaussianProcessClassifier", "clf", "tame all", kernel=[None, kernels], optimizer=[None], multi_class=["one_vs_rest", "one_vs_one"]),
    Spec("IsotonicRegression", "iso", "unseeded", increasing=[True, False, "auto"], out_of_bounds=["clip", "nan"], y_min=[None, -1.0]), Spec("KernelRidge", "reg", "tame targets unseeded", alpha=ALPHA, kernel=["linear", "rbf", "poly", "laplacian", "sigmoid", "cosine"], gamma=[None, 0.2]),
    Spec("DummyClassifier", "clf", "targets one all", strategy=["most_frequent", "prior"]), Spec("DummyRegressor", "reg", "targets unseeded", strategy=["mean", "median"]), Spec("DummyRegressor", "reg", "unseeded all", strategy=["quantile"], quantile=[0.2, 0.7]),
    Spec("CalibratedClassifierCV", "clf", "unseeded", base_estimator=[None, any_clf], method=["sigmoid", "isotonic"], cv=[2, 3], ensemble=["auto", True, False]),
    Spec("OneVsRestClassifier", "clf", "multilabel unseeded", estimator=any_clf), Spec("OneVsOneClassifier", "clf", "unseeded", estimator=any_clf), Spec("OutputCodeClassifier", "clf", "", estimator=any_clf, code_size=[1.5, 2]),
    Spec("MultiOutputClassifier", "mclf", "unseeded", estimator=clf), Spec("MultiOutputRegressor", "multi", "unseeded", estimator=reg), Spec("ClassifierChain", "chain", "", base_estimator=linear_clf, order=[None, [2, 0, 1], "random"]), Spec("RegressorChain", "multi", "", base_estimator=reg, order=[None, "random"]),
    Spec("TransformedTargetRegressor", "reg", "positive_y unseeded", regressor=[None, reg], func=np.log, inverse_func=np.exp), Spec("GridSearchCV", "clf", "unseeded", estimator=tree_clf, param_grid=[{"max_depth": [1, 2]}], cv=3, iid=False),
    Spec("RandomizedSearchCV", "clf", "", estimator=tree_clf, param_distributions=[{"max_depth": [1, 2]}], cv=3, n_iter=2), Spec("FixedThresholdClassifier", "clf", "two unseeded", estimator=clf, threshold=[0.3, "auto"]), Spec("TunedThresholdClassifierCV", "clf", "two", estimator=clf, cv=3),
    Spec("Pipeline", "clf", "unseeded", steps=stages(any_clf)), Spec("Pipeline", "reg", "unseeded", steps=stages(reg)), Spec("Pipeline", "clf", "unseeded", steps=stages(None)), Spec("FeatureUnion", "clf", "unseeded", transformer_list=stages(None), transformer_weights=[None, {"step0": 2.0}]),
    Spec("Pipeline", "clf", "frame nan unseeded", steps=frame_transformer(clf)), Spec("Pipeline", "reg", "frame unseeded", steps=frame_transformer(reg)), Spec("Pipeline", "none", "frame unseeded", steps=frame_transformer(None)),
    Spec("StandardScaler", "none", "nan unseeded", with_mean=[True, False], with_std=[True, False]), Spec("MinMaxScaler", "none", "nan unseeded", feature_range=[(0, 1), (-2, 3)], clip=[False, True]), Spec("MaxAbsScaler", "none", "nan unseeded"), Spec("RobustScaler", "none", "nan unseeded", with_centering=[True, False], with_scaling=[True, False], quantile_range=[(25.0, 75.0), (10.0, 60.0)], unit_variance=[False, True]),
    Spec("Normalizer", "none", "unseeded", norm=["l1", "l2", "max"]), Spec("Binarizer", "none", "unseeded", threshold=[0.0, 0.7]), Spec("PolynomialFeatures", "none", "unseeded", degree=[1, 2, 3], interaction_only=[False, True], include_bias=[True, False]), Spec("PowerTransformer", "none", "nan unseeded", method=["yeo-johnson"], standardize=[True, False]), Spec("PowerTransformer", "none", "positive unseeded all", method=["box-cox"], standardize=[True, False]),
    Spec("QuantileTransformer", "none", "nan", n_quantiles=[5, 20, 1000], output_distribution=["uniform", "normal"]), Spec("KBinsDiscretizer", "none", "unseeded", n_bins=[2, 3, 5], encode=["onehot", "onehot-dense", "ordinal"], strategy=["uniform", "quantile", "kmeans"]), Spec("SplineTransformer", "none", "unseeded", degree=[1, 2, 3], n_knots=[2, 5], extrapolation=["constant", "linear", "continue", "periodic"], include_bias=[True, False], knots=["uniform", "quantile"]),
    Spec("FunctionTransformer", "none", "positive unseeded", func=[np.log1p, np.sqrt, None], validate=[True, False]), Spec("LabelEncoder", "none", "labels unseeded"), Spec("LabelBinarizer", "none", "labels unseeded", neg_label=[0, -1], pos_label=[1, 2]), Spec("OneHotEncoder", "none", "frame category unseeded", categories="auto", sparse=[True, False], sparse_output=[True, False], min_frequency=[None, 10], **CATEGORIES),
    Spec("OrdinalEncoder", "none", "frame category unseeded"), Spec("TargetEncoder", "reg", "frame category", smooth=["auto", 5.0]), Spec("OneHotEncoder", "none", "ordinal unseeded", categories="auto", drop=[None, "first"]), Spec("OrdinalEncoder", "none", "ordinal unseeded"),
    Spec("SimpleImputer", "none", "nan unseeded", **IMPUTE), Spec("IterativeImputer", "none", "nan", max_iter=[2, 4], add_indicator=[False, True], imputation_order=["ascending", "roman", "random"], initial_strategy=["mean", "median"]), Spec("MissingIndicator", "none", "nan unseeded", features=["missing-only", "all"], error_on_new=False),
    Spec("PCA", "none", "tame", n_components=[None, 1, 0.8], whiten=[False, True]), Spec("IncrementalPCA", "none", "unseeded", n_components=[1], whiten=[False, True]), Spec("KernelPCA", "none", "tame", n_components=[1, 2], kernel=["linear", "rbf", "poly", "sigmoid", "cosine"]), Spec("SparsePCA", "none", "", n_components=[1, 2], max_iter=5), Spec("TruncatedSVD", "none", "wide", n_components=[1, 2]),
    Spec("FactorAnalysis", "none", "tame", n_components=[1, 2]), Spec("FastICA", "none", "", n_components=[1, 2], whiten=["unit-variance", True]), Spec("NMF", "none", "positive", n_components=[1, 2], max_iter=50), Spec("LatentDirichletAllocation", "none", "count", n_components=[2, 3], max_iter=3), Spec("DictionaryLearning", "none", "wide", n_components=[2, 3], max_iter=3, transform_algorithm=["omp", "lasso_lars", "lars", "threshold", "lasso_cd"], split_sign=[False, True]), Spec("MiniBatchDictionaryLearning", "none", "wide", n_components=[2, 3], transform_algorithm=["omp", "threshold"]), Spec("MiniBatchSparsePCA", "none", "wide", n_components=[2]),
    Spec("KMeans", "none", "", n_clusters=[1, 2, 4], n_init=2), Spec("MiniBatchKMeans", "none", "", n_clusters=[2, 4], n_init=2), Spec("BisectingKMeans", "none", "", n_clusters=[2, 4]), Spec("AffinityPropagation", "none", "unseeded"), Spec("MeanShift", "none", "unseeded", bandwidth=[1.0, 3.0]), Spec("Birch", "none", "unseeded", n_clusters=[None, 2], threshold=[0.3, 1.0]), Spec("FeatureAgglomeration", "none", "wide unseeded", n_clusters=[2, 3]),
    Spec("GaussianMixture", "none", "tame", n_components=[1, 2, 3], covariance_type=["full", "tied", "diag", "spherical"]), Spec("BayesianGaussianMixture", "none", "tame", n_components=[1, 2, 3], covariance_type=["full", "tied", "diag", "spherical"], max_iter=20), Spec("EllipticEnvelope", "none", "", contamination=[0.1, 0.3]),
    Spec("SelectKBest", "clf", "unseeded all", k=[1]), Spec("SelectPercentile", "clf", "unseeded", percentile=[50]), Spec("SelectFpr", "clf", "unseeded", alpha=0.9), Spec("SelectFdr", "clf", "unseeded", alpha=0.9), Spec("SelectFwe", "clf", "unseeded", alpha=0.9), Spec("GenericUnivariateSelect", "clf", "unseeded"), Spec("VarianceThreshold", "none", "unseeded", threshold=[0.0, 0.01]), Spec("RFE", "clf", "unseeded", estimator=linear_clf), Spec("RFECV", "clf", "unseeded", estimator=linear_clf, cv=3), Spec("SelectFromModel", "clf", "unseeded", estimator=linear_clf, threshold=["median", "mean", None, 0.01]), Spec("SequentialFeatureSelector", "clf", "unseeded wide", estimator=linear_clf, n_features_to_select=[1, 2], cv=2),
    Spec("RBFSampler", "none", "", n_components=[3, 6], gamma=[0.5, 1.0, "scale"]), Spec("Nystroem", "none", "tame", n_components=[3, 6], kernel=["rbf", "poly", "linear", "laplacian", "sigmoid", "cosine"]), Spec("AdditiveChi2Sampler", "none", "positive unseeded", sample_steps=[1, 2, 3]), Spec("SkewedChi2Sampler", "none", "positive", n_components=[4]), Spec("PolynomialCountSketch", "none", "", degree=[1, 2, 3], n_components=[4, 8], gamma=[1.0, 0.5], coef0=[0, 1]),
    Spec("GaussianRandomProjection", "none", "wide", n_components=[2, 3]), Spec("SparseRandomProjection", "none", "wide", n_components=[2, 3], dense_output=[True, False]), Spec("Isomap", "none", "tame unseeded", n_neighbors=[3, 5]), Spec("LocallyLinearEmbedding", "none", "tame wide", n_neighbors=[4, 6], n_components=2),
    Spec("PLSRegression", "multi", "wide unseeded", n_components=[1, 2], scale=[True, False]), Spec("PLSCanonical", "multi", "wide unseeded", n_components=[1, 2]), Spec("CCA", "multi", "wide unseeded", n_components=[1, 2]), Spec("PLSSVD", "multi", "wide unseeded", n_components=[1, 2]),
    Spec("LabelPropagation", "clf", "unseeded numeric_y", kernel=["rbf", "knn"], gamma=[0.5, 20], n_neighbors=[3]), Spec("LabelSpreading", "clf", "unseeded numeric_y", kernel=["rbf", "knn"], gamma=[0.5, 20], alpha=[0.2, 0.8]), Spec("SelfTrainingClassifier", "clf", "unseeded numeric_y", estimator=clf, base_estimator=clf),
    Spec("CountVectorizer", "none", "text unseeded", **COUNT), Spec("TfidfVectorizer", "none", "text unseeded", **dict(COUNT, **TFIDF)), Spec("HashingVectorizer", "none", "text unseeded all", n_features=[16, 64], norm=["l1", "l2", None], alternate_sign=[True, False], **TEXT),
    Spec("Pipeline", "clf", "text unseeded", steps=lambda rng: [("t", make(rng, "TfidfVectorizer", ngram_range=[(1, 1), (1, 2)])), ("c", any_clf(rng))]), Spec("TfidfTransformer", "none", "count unseeded", **TFIDF),
]
