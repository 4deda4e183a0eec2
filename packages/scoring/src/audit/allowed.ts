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

/** Names by module: `{ 'sklearn.tree._tree': 'Tree' }`; several are separated by blanks. */
export type Names = Readonly<Record<string, string>>

export const each = (names: Names, allowed: Allowed): readonly [string, Allowed][] =>
  Object.entries(names).flatMap(([module, list]) =>
    list
      .trim()
      .split(/\s+/)
      .map((name): [string, Allowed] => [`${module} ${name}`, allowed]),
  )

/** Python, numpy, scipy, pandas: names that the pickles of all models hold, by canonical module name. Families add their own. */
const names: readonly [string, Allowed][] = [
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
    {
      numpy: 'dtype ndarray',
      'numpy.matrixlib.defmatrix': 'matrix',
      'numpy.ma.core': 'MaskedArray',
      'numpy.ma': 'MaskedArray',
    },
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
  ...each({ 'numpy.random.bit_generator': '__pyx_unpickle_SeedSequence' }, { use: 'function', judge: judgeClassFirst }),
  ...each({ 'numpy.random.bit_generator': 'SeedSequence' }, { use: 'class' }),
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
  ...each(
    {
      'pandas.core.indexes.base': '_new_Index',
      'pandas.core.indexes.datetimes': '_new_DatetimeIndex',
      'pandas._libs.arrays': '__pyx_unpickle_NDArrayBacked',
    },
    { use: 'function', judge: judgeClassFirst },
  ),
  ...each({ 'pandas._libs.internals': '_unpickle_block' }, { use: 'function' }),
  ...each(
    {
      pandas: 'Series DataFrame Index RangeIndex DatetimeIndex MultiIndex Categorical CategoricalDtype StringDtype',
      'pandas.arrays': 'StringArray',
      'pandas.core.series': 'Series',
      'pandas.core.frame': 'DataFrame',
      'pandas.core.internals': 'BlockManager SingleBlockManager',
      'pandas.core.internals.managers': 'BlockManager SingleBlockManager',
      'pandas.core.indexes.base': 'Index',
      'pandas.core.indexes.range': 'RangeIndex',
      'pandas.core.indexes.numeric': 'Int64Index UInt64Index Float64Index',
      'pandas.core.indexes.datetimes': 'DatetimeIndex',
      'pandas.core.indexes.category': 'CategoricalIndex',
      'pandas.core.indexes.multi': 'MultiIndex',
      'pandas.core.arrays.categorical': 'Categorical',
      'pandas.core.arrays.string_': 'StringArray StringDtype',
      'pandas.core.dtypes.dtypes': 'CategoricalDtype',
    },
    { use: 'class' },
  ),
  ...each({ 'joblib.numpy_pickle': 'NumpyArrayWrapper' }, { use: 'class' }),
  ...each({ 'sklearn.utils': 'Bunch', 'sklearn.utils._bunch': 'Bunch' }, { use: 'class' }),
]

export const foundation: ReadonlyMap<string, Allowed> = new Map(names)
