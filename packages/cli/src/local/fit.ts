import { defineCommand } from 'citty'
import { cliError } from '../errors.ts'
import { attendAtTerminal } from './attend.ts'
import { refuseUnknown, refuseStrayWords, valuesOf } from './flags.ts'
import { tryTask } from './try-task.ts'
import { sayVerdict } from './verdict.ts'
import { inWorkshop } from './workshop.ts'

const flags = {
  'code-dir': { type: 'string', required: true, description: 'The task folder' },
  input: { type: 'string', required: true, description: 'CSV, Parquet or Arrow file to fit on' },
  'target-type': {
    type: 'string',
    description: 'binary, multiclass, regression, anomaly or transform; default: what model-metadata.yaml says',
  },
  target: { type: 'string', description: 'Column to learn; transforms and anomaly may do without' },
  'target-csv': { type: 'string', description: 'File with the target, when it is not in the input' },
  'row-weights': { type: 'string', description: 'Column with the weight of each row' },
  'class-labels': { type: 'string', description: 'All classes in their order, several words' },
  'positive-class-label': { type: 'string', description: 'Of a binary target' },
  'negative-class-label': { type: 'string', description: 'Of a binary target' },
  parameter: { type: 'string', description: 'NAME=VALUE of hyperparameters, several words' },
  output: { type: 'string', description: 'Folder to keep the fitted task and its predictions in' },
  'skip-predict': { type: 'boolean', description: 'Fit only: no validation, no scoring in a fresh session' },
  debug: {
    type: 'boolean',
    description: 'Stop at the line of the task that raises, once: in pdb, for R in its Browse; needs a terminal',
  },
  verbose: { type: 'boolean', description: 'Show every step with its time and memory' },
  json: { type: 'boolean', description: 'Print the verdict as JSON' },
} as const

/** Fits a task folder through the engine that trains on the server, and says whether it keeps the contract. */
export const fit = defineCommand({
  meta: { description: 'Try a task folder on this machine, without a server' },
  args: flags,
  run: async ({ args, rawArgs }) => {
    refuseUnknown(flags, rawArgs)
    refuseStrayWords(flags, ['class-labels', 'parameter'], rawArgs)
    if (rawArgs.some((word) => word.startsWith('--debug='))) {
      throw cliError('cli.usage', { problem: '--debug takes no value: it stops here in the terminal.' })
    }
    const attend = args.debug === true ? attendAtTerminal() : undefined
    await inWorkshop(async (workshop) => {
      const verdict = await tryTask(
        {
          codeDir: args['code-dir'],
          input: args.input,
          targetType: args['target-type'],
          target: args.target,
          targetFile: args['target-csv'],
          weights: args['row-weights'],
          labels: valuesOf('class-labels', rawArgs),
          positive: args['positive-class-label'],
          negative: args['negative-class-label'],
          parameters: valuesOf('parameter', rawArgs),
          output: args.output,
          predict: args['skip-predict'] !== true,
          verbose: args.verbose === true,
        },
        workshop,
      )
      sayVerdict(verdict, args.json === true)
    }, attend)
  },
})
