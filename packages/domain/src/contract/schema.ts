import Type, { type Static } from 'typebox'

const strict = { additionalProperties: false } as const

/** The kinds of data a task may take or give. */
export const DataType = Type.Enum(['NUM', 'TXT', 'CAT', 'IMG', 'DATE', 'DATE_DURATION', 'COUNT_DICT', 'GEO'])
export type DataType = Static<typeof DataType>

export const estimatorTypes = ['binary', 'multiclass', 'regression', 'anomaly'] as const
export const EstimatorType = Type.Enum(estimatorTypes)
export type EstimatorType = Static<typeof EstimatorType>
export const isClassification = (targetType: EstimatorType): boolean =>
  targetType === 'binary' || targetType === 'multiclass'
export const TargetType = Type.Enum([...estimatorTypes, 'transform'] as const)
export type TargetType = Static<typeof TargetType>
/** A function for experiments: it splits rows into parts, or evaluates predictions. It learns nothing, and stands in no blueprint. */
export const functionTypes = ['split', 'evaluation'] as const
export type FunctionType = (typeof functionTypes)[number]
/** All that a task may be. */
export const TaskType = Type.Enum([...TargetType.enum, ...functionTypes] as const)
export type TaskType = Static<typeof TaskType>
export const isFunctionType = (type: unknown): type is FunctionType => functionTypes.some((each) => each === type)
export const isFunction = ({ targetTypes }: { readonly targetTypes: readonly TaskType[] }): boolean =>
  targetTypes.some(isFunctionType)

/** A number that an evaluation gives, by its name. */
export const CustomMetric = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' }),
    higherIsBetter: Type.Boolean(),
    description: Type.Optional(Type.String({ maxLength: 1000 })),
  },
  strict,
)
export type CustomMetric = Static<typeof CustomMetric>

const HyperparameterName = Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$', maxLength: 100 })
const words = {
  description: Type.Optional(Type.String()),
  title: Type.Optional(Type.String()),
  advanced: Type.Optional(Type.Boolean()),
}
/** What a hyperparameter search tries unless somebody says otherwise. */
const searched = <T extends ReturnType<typeof Type.Number> | ReturnType<typeof Type.Integer>>(number: T) =>
  Type.Optional(Type.Object({ low: number, high: number, log: Type.Optional(Type.Boolean()) }, strict))
/** A declared training or prediction parameter; forms are made from it and values are checked against it. */
export const Hyperparameter = Type.Union([
  Type.Object(
    {
      name: HyperparameterName,
      type: Type.Literal('int'),
      min: Type.Optional(Type.Integer()),
      max: Type.Optional(Type.Integer()),
      default: Type.Optional(Type.Integer()),
      search: searched(Type.Integer()),
      ...words,
    },
    strict,
  ),
  Type.Object(
    {
      name: HyperparameterName,
      type: Type.Literal('float'),
      min: Type.Optional(Type.Number()),
      max: Type.Optional(Type.Number()),
      default: Type.Optional(Type.Number()),
      search: searched(Type.Number()),
      ...words,
    },
    strict,
  ),
  Type.Object(
    { name: HyperparameterName, type: Type.Literal('string'), default: Type.Optional(Type.String()), ...words },
    strict,
  ),
  Type.Object(
    { name: HyperparameterName, type: Type.Literal('boolean'), default: Type.Optional(Type.Boolean()), ...words },
    strict,
  ),
  Type.Object(
    {
      name: HyperparameterName,
      type: Type.Literal('select'),
      values: Type.Array(Type.String(), { minItems: 1 }),
      default: Type.Optional(Type.String()),
      ...words,
    },
    strict,
  ),
  Type.Object(
    {
      name: HyperparameterName,
      type: Type.Literal('multi'),
      values: Type.Object(
        {
          int: Type.Optional(Type.Object({ min: Type.Integer(), max: Type.Integer() }, strict)),
          float: Type.Optional(Type.Object({ min: Type.Number(), max: Type.Number() }, strict)),
          select: Type.Optional(Type.Object({ values: Type.Array(Type.String(), { minItems: 1 }) }, strict)),
        },
        strict,
      ),
      default: Type.Optional(Type.Union([Type.Number(), Type.String()])),
      ...words,
    },
    strict,
  ),
])
export type Hyperparameter = Static<typeof Hyperparameter>

export const ParameterValues = Type.Record(
  Type.String(),
  Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]),
)
export type ParameterValues = Static<typeof ParameterValues>

const listOrOne = <T extends Parameters<typeof Type.Array>[0]>(item: T) =>
  Type.Union([item, Type.Array(item, { minItems: 1 })])

const dataTypesRule = Type.Object(
  {
    field: Type.Literal('data_types'),
    condition: Type.Enum(['EQUALS', 'IN', 'NOT_EQUALS', 'NOT_IN']),
    value: listOrOne(DataType),
  },
  strict,
)
const columnCountRule = Type.Object(
  {
    field: Type.Literal('number_of_columns'),
    condition: Type.Enum([
      'EQUALS',
      'IN',
      'NOT_EQUALS',
      'NOT_IN',
      'GREATER_THAN',
      'LESS_THAN',
      'NOT_GREATER_THAN',
      'NOT_LESS_THAN',
    ]),
    value: listOrOne(Type.Integer({ minimum: 0 })),
  },
  strict,
)
export const InputRule = Type.Union([
  dataTypesRule,
  columnCountRule,
  Type.Object(
    {
      field: Type.Literal('sparse'),
      condition: Type.Literal('EQUALS'),
      value: Type.Enum(['FORBIDDEN', 'SUPPORTED', 'REQUIRED']),
    },
    strict,
  ),
  Type.Object(
    {
      field: Type.Literal('contains_missing'),
      condition: Type.Literal('EQUALS'),
      value: Type.Enum(['FORBIDDEN', 'SUPPORTED']),
    },
    strict,
  ),
])
export type InputRule = Static<typeof InputRule>
export const OutputRule = Type.Union([
  dataTypesRule,
  columnCountRule,
  Type.Object(
    {
      field: Type.Literal('sparse'),
      condition: Type.Literal('EQUALS'),
      value: Type.Enum(['NEVER', 'DYNAMIC', 'ALWAYS', 'IDENTITY']),
    },
    strict,
  ),
  Type.Object(
    {
      field: Type.Literal('contains_missing'),
      condition: Type.Literal('EQUALS'),
      value: Type.Enum(['NEVER', 'DYNAMIC']),
    },
    strict,
  ),
])
export type OutputRule = Static<typeof OutputRule>

/** What a task takes and gives; all rules of a list must hold. */
export const TypeSchema = Type.Object(
  {
    input_requirements: Type.Optional(Type.Array(InputRule)),
    output_requirements: Type.Optional(Type.Array(OutputRule)),
  },
  strict,
)
export type TypeSchema = Static<typeof TypeSchema>

const Port = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    type: Type.Optional(DataType),
    role: Type.Optional(Type.String()),
    required: Type.Optional(Type.Boolean()),
    description: Type.Optional(Type.String()),
  },
  strict,
)

const described = <O extends object>(description: string, options?: O) => ({ ...options, description })

/** `model-metadata.yaml`, checked strictly: an unknown key is an error with its line. */
export const TaskMetadata = Type.Object(
  {
    name: Type.String(described('What people call it', { minLength: 1, maxLength: 255 })),
    type: Type.Optional(
      Type.Enum(
        ['training', 'inference'],
        described('`training`: a task that learns (default); `inference`: a finished model'),
      ),
    ),
    targetType: Type.Optional(
      Type.Union(
        [TaskType, Type.Array(TaskType, { minItems: 1 })],
        described(
          'What it learns, or `transform`; a list where it can do several; or `split` or `evaluation`, a function for experiments. An upload needs it',
        ),
      ),
    ),
    description: Type.Optional(Type.String(described('One sentence for whoever chooses it', { maxLength: 10_000 }))),
    environment: Type.Optional(
      Type.String(described("What it runs in; default: the language's own, `python-ml` or `r-ml`", { minLength: 1 })),
    ),
    majorVersion: Type.Optional(Type.Boolean(described('Whether the next upload raises the major version'))),
    hyperparameters: Type.Optional(
      Type.Array(
        Hyperparameter,
        described(
          'What may be set where it is trained; `fit` finds it in `parameters`. `search: { low, high, log }` of a number is what a hyperparameter search tries',
        ),
      ),
    ),
    predictionParameters: Type.Optional(
      Type.Array(
        Hyperparameter,
        described('What may be set where the model is applied; the scoring hook finds it in `parameters`'),
      ),
    ),
    metrics: Type.Optional(
      Type.Array(CustomMetric, described('Of an evaluation: the numbers that it gives', { minItems: 1, maxItems: 20 })),
    ),
    typeSchema: Type.Optional({ ...TypeSchema, description: 'What columns it takes and gives' } as typeof TypeSchema),
    inputs: Type.Optional(Type.Array(Port, described('Named inputs, for an algorithm that names them'))),
    variableInput: Type.Optional(
      Type.Object(
        { allowed: Type.Boolean(), fewerThan: Type.Optional(Type.Integer({ minimum: 1 })) },
        described('Whether further inputs may be added, and how many', strict),
      ),
    ),
    outputs: Type.Optional(Type.Array(Port, described('Named outputs'))),
    inferenceModel: Type.Optional(
      Type.Object(
        {
          targetName: Type.Optional(Type.String()),
          positiveClassLabel: Type.Optional(Type.String()),
          negativeClassLabel: Type.Optional(Type.String()),
          classLabels: Type.Optional(Type.Array(Type.String())),
          predictionThreshold: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
        },
        described('What a finished model predicts', strict),
      ),
    ),
    validation: Type.Optional(
      Type.Object(
        { input: Type.String(), targetName: Type.Optional(Type.String()) },
        described('A file of the folder, and its target, with which `modelsmith check` tries the task', strict),
      ),
    ),
    network: Type.Optional(
      Type.Enum(
        ['isolated', 'public'],
        described('`isolated` (default), or `public` where an administrator granted it'),
      ),
    ),
    resources: Type.Optional(
      Type.Object(
        {
          memoryMb: Type.Optional(Type.Integer({ minimum: 64 })),
          cpus: Type.Optional(Type.Integer({ minimum: 1 })),
          timeoutSeconds: Type.Optional(Type.Integer({ minimum: 1 })),
        },
        described('What a session may use', strict),
      ),
    ),
  },
  strict,
)
export type TaskMetadata = Static<typeof TaskMetadata>
