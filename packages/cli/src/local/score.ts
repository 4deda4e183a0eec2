import { defineCommand } from 'citty'
import { cliError } from '../errors.ts'
import { refuseUnknown, refuseStrayWords, valuesOf } from './flags.ts'

const flags = {
  'code-dir': { type: 'string', description: 'Folder that `modelsmith fit --output` wrote' },
  model: {
    type: 'string',
    description: 'Or a model file, to be scored natively: pickle, joblib, zip of Spark, LightGBM’s or XGBoost’s own',
  },
  input: { type: 'string', required: true, description: 'CSV, Parquet or Arrow file with rows to score' },
  parameter: {
    type: 'string',
    description: 'With --code-dir: NAME=VALUE of prediction parameters, several words',
  },
  'target-type': { type: 'string', description: 'With --code-dir: checked against what was fitted' },
  method: {
    type: 'string',
    description:
      'With --model: predict, predict_proba, decision_function, transform, …; default: predictions, with the probability of each class',
  },
  keep: {
    type: 'string',
    description: 'With --model: columns of the input to write before the predictions, several words',
  },
  columns: {
    type: 'string',
    description:
      'With --model: which columns of the input are the model’s, in its order, several words; needed where it has no names',
  },
  threads: { type: 'string', description: 'With --model: default: all cores' },
  output: {
    type: 'string',
    description:
      'File for the predictions: CSV, .parquet, .arrow or .arrows (a stream); default: CSV on standard output',
  },
  json: { type: 'boolean', description: 'With --output: say what was done as JSON' },
} as const

const lists = ['keep', 'columns', 'parameter']

/** Scores a file, with what `fit` kept in the same sessions as a deployment, or natively with a model file. */
export const score = defineCommand({
  meta: {
    description:
      'Score a file with a fitted task or a model file, without a server. Exit status with --model: 1 the file or the rows are refused, 2 wrong usage or input, 3 the model cannot be scored natively',
  },
  args: flags,
  run: async ({ args, rawArgs }) => {
    refuseUnknown(flags, rawArgs)
    refuseStrayWords(flags, lists, rawArgs)
    const { model, input, output } = args
    const codeDir = args['code-dir']
    if ((codeDir === undefined) === (model === undefined))
      throw cliError('cli.usage', { problem: 'One of --code-dir and --model is needed.' })
    const json = args.json === true
    if (model !== undefined) {
      refuseTogether(rawArgs, '--model', ['target-type', 'parameter'])
      const { scoreModel } = await import('./native/score-model.ts')
      const [keep, columns] = [valuesOf('keep', rawArgs), valuesOf('columns', rawArgs)]
      return scoreModel({ model, input, output, method: args.method, keep, columns, threads: args.threads, json })
    }
    refuseTogether(rawArgs, '--code-dir', ['method', 'keep', 'columns', 'threads'])
    const { scoreTask } = await import('./score-task.ts')
    return scoreTask({
      codeDir: codeDir as string,
      input,
      output,
      targetType: args['target-type'],
      parameters: valuesOf('parameter', rawArgs),
      json,
    })
  },
})

const refuseTogether = (rawArgs: readonly string[], with_: string, names: readonly string[]): void => {
  const wrong = names.filter((name) => rawArgs.some((word) => word === `--${name}` || word.startsWith(`--${name}=`)))
  if (wrong.length > 0)
    throw cliError('cli.usage', {
      problem: `${wrong.map((name) => `--${name}`).join(', ')} cannot stand with ${with_}.`,
    })
}
