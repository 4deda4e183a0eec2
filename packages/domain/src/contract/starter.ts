import { type FunctionType, functionTypes, isFunctionType, TargetType, type TaskType } from './schema.ts'

/** The file with the hooks, in each language. */
export const entryFiles = { python: 'custom.py', r: 'custom.R' } as const
export type Language = keyof typeof entryFiles

/** The piece of code that a new task begins with; tasks of both kinds of classes are written alike. */
export const starterForm = (targetType: TaskType): string =>
  targetType === 'binary' || targetType === 'multiclass' ? 'classification' : targetType

const targets: Readonly<Record<TaskType, string | undefined>> = {
  binary: 'sex',
  multiclass: 'species',
  regression: 'body_mass_g',
  anomaly: undefined,
  transform: undefined,
  split: undefined,
  evaluation: undefined,
}

/** What a task may be, in each language: functions are written in Python. */
export const starterTypes = {
  python: [...TargetType.enum, ...functionTypes],
  r: TargetType.enum,
} as const satisfies Readonly<Record<Language, readonly TaskType[]>>

const parameterOf = (language: Language, targetType: TaskType): string | undefined => {
  if (targetType === 'transform') return undefined
  if (language === 'python') return '{name: trees, type: int, min: 1, max: 2000, default: 100, title: Trees}'
  if (targetType === 'anomaly') return '{name: ridge, type: float, min: 0, max: 1, default: 0.001, title: Ridge}'
  return '{name: depth, type: int, min: 1, max: 30, default: 5, title: Depth of the tree}'
}

/** The metadata of a new task, for a file of penguins to try it on. */
export const starterMetadata = (name: string, language: Language, targetType: TaskType): string => {
  if (isFunctionType(targetType)) return functionMetadata(name, targetType)
  const parameter = parameterOf(language, targetType)
  const target = targets[targetType]
  return [
    `name: ${JSON.stringify(name)}`,
    'description: Say in one sentence what it does.',
    `targetType: ${targetType}`,
    ...(parameter === undefined
      ? []
      : [
          '# What may be set where the task is trained; the hooks find it in `parameters`.',
          'hyperparameters:',
          `  - ${parameter}`,
        ]),
    '# What the task takes and gives. It is checked while a blueprint is drawn, on the data, and on what the hooks return.',
    'typeSchema:',
    '  input_requirements:',
    '    - {field: data_types, condition: IN, value: [NUM, CAT]}',
    '    - {field: contains_missing, condition: EQUALS, value: SUPPORTED}',
    '    - {field: sparse, condition: EQUALS, value: FORBIDDEN}',
    ...(targetType === 'transform'
      ? [
          '  output_requirements:',
          '    - {field: data_types, condition: EQUALS, value: NUM}',
          '    - {field: contains_missing, condition: EQUALS, value: NEVER}',
        ]
      : []),
    '# What `modelsmith check` tries it with.',
    'validation:',
    '  input: sample.csv',
    ...(target === undefined ? [] : [`  targetName: ${target}`]),
    '',
  ].join('\n')
}

const functionMetadata = (name: string, type: FunctionType): string =>
  [
    `name: ${JSON.stringify(name)}`,
    'description: Say in one sentence what it does.',
    `targetType: ${type}`,
    '# What may be set where the function is used; it is given by name.',
    'hyperparameters:',
    ...(type === 'split'
      ? ['  - {name: folds, type: int, min: 2, max: 20, default: 5, title: Folds}']
      : ['  - {name: tolerance, type: float, min: 0, default: 0.1, title: Tolerance}']),
    ...(type === 'split'
      ? []
      : [
          '# The numbers that it gives.',
          'metrics:',
          '  - {name: Close, higherIsBetter: true, description: Share of rows that are close enough}',
        ]),
    '',
  ].join('\n')
