import {
  type ArgumentJudge,
  judgeClassFirst,
  judgeEncode,
  judgeFactory,
  judgePlainData,
  judgeUniversalFunction,
} from './arguments.ts'

/**
 * What a name may be used for: a class may be instantiated, a function called, a reference only named (as the value of a
 * parameter). `judge` looks at the arguments where the wrong ones would do harm.
 */
export type Allowed = { readonly use: 'class' | 'function' | 'reference'; readonly judge?: ArgumentJudge }

type Names = Readonly<Record<string, string>>

const each = (names: Names, allowed: Allowed): [string, Allowed][] =>
  Object.entries(names).flatMap(([module, list]) =>
    list
      .trim()
      .split(/\s+/)
      .map((name): [string, Allowed] => [`${module} ${name}`, allowed]),
  )

/** Python, numpy, scipy, pandas: names that the pickles of models hold beside estimators, by canonical module name. */
const foundation: readonly [string, Allowed][] = [
  ...each({ builtins: 'object int float bool str complex list dict tuple' }, { use: 'reference' }),
  ...each({ builtins: 'set frozenset bytes bytearray slice' }, { use: 'function', judge: judgePlainData }),
  ...each({ _codecs: 'encode' }, { use: 'function', judge: judgeEncode }),
  ...each({ copyreg: '_reconstructor __newobj__' }, { use: 'function', judge: judgeClassFirst }),
  ...each({ collections: 'OrderedDict' }, { use: 'class' }),
  ...each({ collections: 'defaultdict' }, { use: 'class', judge: judgeFactory }),

  ...each({ 'numpy._core': '_ufunc_reconstruct' }, { use: 'function', judge: judgeUniversalFunction }),
  ...each({ 'numpy._core.multiarray': '_reconstruct' }, { use: 'function', judge: judgeClassFirst }),
  ...each({ 'numpy._core.multiarray': 'scalar', 'numpy._core.numeric': '_frombuffer' }, { use: 'function' }),
  ...each(
    { numpy: 'dtype ndarray', 'numpy.matrixlib.defmatrix': 'matrix', 'numpy.ma.core': 'MaskedArray' },
    { use: 'class' },
  ),
  ...each({ 'numpy.ma.core': '_mareconstruct' }, { use: 'function', judge: judgeClassFirst }),
  ...each(
    {
      numpy: `bool_ int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 object_ str_ bytes_`,
    },
    { use: 'reference' },
  ),
  ...each(
    {
      'numpy.random': '__RandomState_ctor',
      'numpy.random._pickle': '__randomstate_ctor __bit_generator_ctor __generator_ctor',
    },
    { use: 'function' },
  ),
  ...each(
    { 'numpy.random._mt19937': 'MT19937', 'numpy.random._pcg64': 'PCG64', 'numpy.random.mtrand': 'RandomState' },
    { use: 'class' },
  ),

  ...each(
    {
      'scipy.sparse.csr': 'csr_matrix',
      'scipy.sparse.csc': 'csc_matrix',
      'scipy.sparse.coo': 'coo_matrix',
      'scipy.sparse._csr': 'csr_matrix csr_array',
      'scipy.sparse._csc': 'csc_matrix csc_array',
      'scipy.sparse._coo': 'coo_matrix coo_array',
    },
    { use: 'class' },
  ),
  ...each({ 'pandas.core.indexes.base': '_new_Index' }, { use: 'function', judge: judgeClassFirst }),
  ...each({ 'pandas.core.indexes.base': 'Index', 'pandas.core.indexes.range': 'RangeIndex' }, { use: 'class' }),
  ...each({ 'joblib.numpy_pickle': 'NumpyArrayWrapper' }, { use: 'class' }),
]

/** Parts of scikit-learn that its estimators hold and that are no estimators: losses, distances, optimisers, bunches. */
const parts: readonly [string, Allowed][] = [
  ...each(
    {
      'sklearn.tree._tree': 'Tree',
      'sklearn.ensemble._gb_losses': `LeastSquaresError LeastAbsoluteError HuberLossFunction QuantileLossFunction BinomialDeviance
        MultinomialDeviance ExponentialLoss`,
      'sklearn.ensemble.gradient_boosting': `LeastSquaresError LeastAbsoluteError HuberLossFunction QuantileLossFunction
        BinomialDeviance MultinomialDeviance ExponentialLoss MeanEstimator QuantileEstimator LogOddsEstimator ScaledLogOddsEstimator
        PriorProbabilityEstimator ZeroEstimator`,
      'sklearn.ensemble._hist_gradient_boosting.binning': '_BinMapper',
      'sklearn.ensemble._hist_gradient_boosting.loss': `LeastSquares LeastAbsoluteDeviation BinaryCrossEntropy
        CategoricalCrossEntropy Poisson`,
      'sklearn.ensemble._hist_gradient_boosting.predictor': 'TreePredictor',
      'sklearn.linear_model.sgd_fast': `Hinge SquaredHinge Log ModifiedHuber SquaredLoss Huber EpsilonInsensitive
        SquaredEpsilonInsensitive`,
      'sklearn.linear_model._sgd_fast': `Hinge SquaredHinge Log ModifiedHuber SquaredLoss Huber EpsilonInsensitive
        SquaredEpsilonInsensitive`,
      'sklearn._loss._loss': `CyHalfSquaredError CyAbsoluteError CyPinballLoss CyHuberLoss CyHalfPoissonLoss CyHalfGammaLoss
        CyHalfTweedieLoss CyHalfTweedieLossIdentity CyHalfBinomialLoss CyHalfMultinomialLoss CyExponentialLoss`,
      _loss: `CyHalfSquaredError CyAbsoluteError CyPinballLoss CyHuberLoss CyHalfPoissonLoss CyHalfGammaLoss CyHalfTweedieLoss
        CyHalfTweedieLossIdentity CyHalfBinomialLoss CyHalfMultinomialLoss CyExponentialLoss`,
      'sklearn._loss.loss': `HalfSquaredError AbsoluteError PinballLoss HuberLoss HalfPoissonLoss HalfGammaLoss HalfTweedieLoss
        HalfTweedieLossIdentity HalfBinomialLoss HalfMultinomialLoss ExponentialLoss`,
      'sklearn._loss.link': 'Interval IdentityLink LogLink LogitLink HalfLogitLink MultinomialLogit',
      'sklearn.utils': 'Bunch',
      'sklearn.utils._bunch': 'Bunch',
    },
    { use: 'class' },
  ),
  ...each(
    { 'sklearn._loss._loss': '__pyx_unpickle_CyHalfMultinomialLoss' },
    { use: 'function', judge: judgeClassFirst },
  ),
]

export const allowedNames: ReadonlyMap<string, Allowed> = new Map([...foundation, ...parts])
