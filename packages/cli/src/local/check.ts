import { defineCommand } from 'citty'
import { refuseStrayWords, refuseUnknown } from './flags.ts'
import { tryTask } from './try-task.ts'
import { sayVerdict } from './verdict.ts'
import { inWorkshop } from './workshop.ts'

const flags = {
  'code-dir': { type: 'string', required: true, description: 'The task folder' },
  'target-type': { type: 'string', description: 'Needed when model-metadata.yaml names several' },
  verbose: { type: 'boolean', description: 'Show every step with its time and memory' },
  json: { type: 'boolean', description: 'Print the verdict as JSON' },
} as const

/** What `fit` does, with the rows that the folder brings along. */
export const check = defineCommand({
  meta: { description: 'Try a task folder with the rows that `validation` of its model-metadata.yaml names' },
  args: flags,
  run: async ({ args, rawArgs }) => {
    refuseUnknown(flags, rawArgs)
    refuseStrayWords(flags, [], rawArgs)
    await inWorkshop(async (workshop) => {
      const verdict = await tryTask(
        {
          codeDir: args['code-dir'],
          input: undefined,
          targetType: args['target-type'],
          target: undefined,
          targetFile: undefined,
          weights: undefined,
          labels: [],
          positive: undefined,
          negative: undefined,
          parameters: [],
          output: undefined,
          predict: true,
          verbose: args.verbose === true,
        },
        workshop,
      )
      sayVerdict(verdict, args.json === true)
    })
  },
})
