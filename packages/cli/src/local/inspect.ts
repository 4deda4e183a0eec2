import { fork } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { InspectedModel, Inspection, Verdict } from '@modelsmith/scoring'
import { defineCommand } from 'citty'
import { cacheFolder } from '../cache-folder.ts'
import { cliError } from '../errors.ts'
import { listFindings } from '../explain.ts'
import { refuseUnknown } from './flags.ts'
import { terminal } from '../terminal.ts'

const flags = {
  file: {
    type: 'positional',
    required: true,
    description: 'Pickle, joblib, .npy or zip file, or LightGBM’s or XGBoost’s own',
  },
  json: { type: 'boolean', description: 'The whole answer as JSON' },
} as const

/** For pipelines: what may be used as it is, what may do harm or is broken, and what is harmless but not ours to score. */
const statusOf: Readonly<Record<Verdict, number>> = { native: 0, unsafe: 1, limit: 1, invalid: 1, unsupported: 3 }

export const inspectFile = defineCommand({
  meta: {
    description:
      'Say what a model file is, without running any of it. Exit status: 0 it can be scored natively, 1 it is unsafe, too large or damaged, 3 it is neither dangerous nor known',
  },
  args: flags,
  run: async ({ args, rawArgs }) => {
    refuseUnknown(flags, rawArgs)
    const path = resolve(args.file)
    const inspection = await readApart(path)
    terminal.out(
      args.json === true ? `${JSON.stringify(inspection, null, 2)}\n` : withoutControls(inWords(args.file, inspection)),
    )
    process.exitCode = statusOf[inspection.verdict]
  },
})

const heapMb = 1024
const longestMs = 60_000

/** A hostile file can at most end the process that reads it. */
const readApart = async (path: string): Promise<Inspection> => {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw cliError('cli.file', { path, reason: error.code === 'ENOENT' ? 'there is no such file' : error.message })
  })
  if (!info.isFile()) throw cliError('cli.file', { path, reason: 'it is not a file' })
  const child = fork(fileURLToPath(new URL('./inspect.worker.ts', import.meta.url)), {
    execArgv: [`--max-old-space-size=${heapMb}`, '--disable-warning=ExperimentalWarning'],
    env: { ...process.env, NODE_COMPILE_CACHE: cacheFolder() },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    timeout: longestMs,
    killSignal: 'SIGKILL',
  })
  return new Promise<Inspection>((settle, reject) => {
    child.once('message', (message) => settle(message as Inspection))
    child.once('error', reject)
    child.once('exit', () =>
      reject(cliError('cli.file', { path, reason: `reading it took more than ${heapMb} MB or ${longestMs / 1000} s` })),
    )
    child.send(path)
  })
}

/** What a file says of itself may hold what a terminal would obey. */
const withoutControls = (text: string): string =>
  text.replace(/[^\P{Cc}\n]/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)

const sizes = new Intl.NumberFormat('en')

const inWords = (path: string, inspection: Inspection): string => {
  const { bytes, contentBytes, format, compression, problem, model } = inspection
  const packed = compression === null ? '' : `, ${compression} with ${sizes.format(contentBytes)} bytes inside`
  return [
    `${path}: ${format === 'unknown' ? 'a file' : format} of ${sizes.format(bytes)} bytes${packed}\n`,
    model === null ? '' : wordsOfModel(model),
    problem === null
      ? 'It can be scored natively. Nothing in it is dangerous.\n'
      : `${problem.message}\n${listFindings(problem.findings ?? [])}${problem.hint === undefined ? '' : `Hint: ${problem.hint}\n`}`,
  ].join('')
}

const columnsOf = ({
  inputs,
  outputs,
}: {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}): string => (inputs.length + outputs.length === 0 ? '' : `: ${inputs.join(', ')} → ${outputs.join(', ')}`)

const wordsOfSpark = ({ uid, inputs, outputs, stages }: NonNullable<InspectedModel['spark']>): [string, string][] => [
  ...(uid === null ? [] : [['uid', uid] as [string, string]]),
  // A model of the older library names no columns.
  ...(inputs.length === 0 ? [] : [['takes', inputs.join(', ')] as [string, string]]),
  ...(outputs.length === 0 ? [] : [['adds', outputs.join(', ')] as [string, string]]),
  ...stages.map((stage, index): [string, string] => [
    `stage ${index + 1}`,
    `${stage.className}${stage.uid === null ? '' : ` ${stage.uid}`}${columnsOf(stage)}`,
  ]),
]

const wordsOfModel = (model: InspectedModel): string => {
  const { library, version, module, className, features, featureNames, classes, methods, parameters, spark } = model
  const rows: [string, string][] = [
    ['library', version === null ? library : `${library} ${version}`],
    ['class', `${module}.${className}`],
    ...(features === null
      ? []
      : [
          ['features', featureNames === null ? String(features) : `${features}: ${featureNames.join(', ')}`] as [
            string,
            string,
          ],
        ]),
    ...(classes ?? []).map((each): [string, string] => ['classes', each.join(', ')]),
    ...(spark === null ? [] : wordsOfSpark(spark)),
    ...(methods.length === 0 ? [] : [['answers', methods.join(', ')] as [string, string]]),
    ...parameters.map(({ name, value }): [string, string] => [`  ${name}`, value]),
  ]
  const width = Math.max(...rows.map(([name]) => name.length)) + 2
  return rows.map(([name, value]) => `${name.padEnd(width)}${value}\n`).join('')
}
