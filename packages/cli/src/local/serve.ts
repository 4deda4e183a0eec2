import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { predictionParametersOf } from '@modelsmith/domain'
import { lockIn, manifestFile, openPipeline, readManifest } from '@modelsmith/runner'
import { type FolderServerSettings, startFolderServer } from '@modelsmith/serving'
import { defineCommand } from 'citty'
import packageFile from '../../package.json' with { type: 'json' }
import { cliError } from '../errors.ts'
import { terminal } from '../terminal.ts'
import { readPredictionParameters, refuseStrayWords, refuseUnknown, valuesOf } from './flags.ts'
import { openApart } from './native/open.ts'
import { servedModel } from './native/served-model.ts'
import { inWorkshop, limitsOf, type Workshop } from './workshop.ts'

const flags = {
  'code-dir': { type: 'string', description: 'Folder that `modelsmith fit --output` wrote' },
  model: {
    type: 'string',
    description: 'Or a model file, to be scored natively: pickle, joblib, zip of Spark, LightGBM’s or XGBoost’s own',
  },
  columns: {
    type: 'string',
    description: 'With --model: names of its columns in their order, several words, where the model has none',
  },
  parameter: {
    type: 'string',
    description:
      'With --code-dir: NAME=VALUE of prediction parameters that hold where a request names none, several words',
  },
  port: { type: 'string', description: 'Default: 8090; 0: one that is free' },
  host: {
    type: 'string',
    description: 'Default: 127.0.0.1. Whoever reaches the address may ask: it knows no tokens',
  },
  name: { type: 'string', description: 'How clients call the model; default: the name of the folder or file' },
  json: { type: 'boolean', description: 'Say where it answers as one line of JSON' },
} as const

const defaultPort = 8090

type Served = Omit<FolderServerSettings, 'name' | 'version' | 'listen'>

/** The prediction server for one fitted estimator, or for one model file. */
export const serve = defineCommand({
  meta: { description: 'Answer predictions of a fitted task or a model file over HTTP, without a server' },
  args: flags,
  run: async ({ args, rawArgs }) => {
    refuseUnknown(flags, rawArgs)
    refuseStrayWords(flags, ['columns', 'parameter'], rawArgs)
    const listen = { host: args.host ?? '127.0.0.1', port: portOf(args.port) }
    const { model } = args
    const codeDir = args['code-dir']
    if ((codeDir === undefined) === (model === undefined))
      throw cliError('cli.usage', { problem: 'One of --code-dir and --model is needed.' })
    const columns = valuesOf('columns', rawArgs)
    const parameters = valuesOf('parameter', rawArgs)
    if (model !== undefined && parameters.length > 0)
      throw cliError('cli.usage', { problem: '--parameter cannot stand with --model.' })
    const path = resolve((model ?? codeDir) as string)
    await inWorkshop(async (workshop) => {
      const served =
        model === undefined
          ? await servedFolder(path, parameters, workshop)
          : servedModel(await openApart(path, workshop.signal), model, columns)
      const name = args.name ?? basename(path)
      await answerUntilStopped(served, { name, listen, workshop, json: args.json === true })
    })
  },
})

const servedFolder = async (folder: string, pairs: readonly string[], workshop: Workshop): Promise<Served> => {
  if (!existsSync(join(folder, manifestFile))) throw cliError('cli.notFitted', { path: folder })
  const manifest = await readManifest(folder)
  const { inputs, targetType, classes, nodes } = manifest
  if (targetType === 'transform') {
    throw cliError('cli.usage', { problem: `${folder} is a transform; only estimators answer predictions.` })
  }
  const held = readPredictionParameters(pairs, manifest)
  const base = nodes[0]?.environment ?? ''
  const environment = await workshop.environment(base, await lockIn(folder, base))
  const runner = await workshop.runner(environment)
  return {
    inputs,
    targetType,
    classes,
    parameters: predictionParametersOf(nodes),
    open: async () => {
      const pipeline = await openPipeline(runner, {
        folder,
        environmentOf: workshop.environment,
        limits: limitsOf(undefined),
        onPrint: ({ text }) => terminal.err(`${text}\n`),
      })
      return {
        ...pipeline,
        inputs,
        predict: (rows, parameters) => pipeline.predict(rows, { ...held, ...parameters }),
      }
    },
  }
}

type Serving = {
  readonly name: string
  readonly listen: { readonly host: string; readonly port: number }
  readonly workshop: Workshop
  readonly json: boolean
}

const answerUntilStopped = async (served: Served, { name, listen, workshop, json }: Serving): Promise<void> => {
  const server = await startFolderServer({
    ...served,
    name,
    version: packageFile.version,
    listen,
    onState: (state, problem) => {
      if (problem !== null) terminal.err(`The model is ${state}: ${problem}\n`)
    },
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES' && error.code !== 'EADDRNOTAVAIL') throw error
    throw cliError('cli.usage', {
      problem: `--port ${listen.port} of ${listen.host} cannot be used: ${error.message}.`,
    })
  })
  await server.settled
  const address = `http://${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${server.port}`
  terminal.out(json ? `${JSON.stringify({ name, address })}\n` : wordsOf(name, address))
  await new Promise<void>((ended) => workshop.signal.addEventListener('abort', () => ended(), { once: true }))
  await server.close()
}

const wordsOf = (name: string, address: string): string =>
  [
    `${name} answers at ${address}/predictions (Ctrl-C ends it)`,
    'Rows come and go as JSON, CSV, Arrow or Parquet, by Content-Type and Accept.',
    `Also there: /invocations as MLflow has it, /v2/models/${encodeURIComponent(name)}/infer of the Open Inference Protocol, /health, /metrics, /openapi.json`,
    '',
  ].join('\n')

const portOf = (text: string | undefined): number => {
  const port = text === undefined ? defaultPort : Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw cliError('cli.usage', { problem: `--port ${text}: a whole number from 0 to 65535 was expected.` })
}
