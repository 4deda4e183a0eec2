import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { manifestFile, openPipeline, readManifest } from '@modelsmith/runner'
import { startFolderServer } from '@modelsmith/serving'
import { defineCommand } from 'citty'
import packageFile from '../../package.json' with { type: 'json' }
import { cliError } from '../errors.ts'
import { terminal } from '../terminal.ts'
import { refuseStrayWords, refuseUnknown } from './flags.ts'
import { inWorkshop, limitsOf } from './workshop.ts'

const flags = {
  'code-dir': { type: 'string', required: true, description: 'Folder that `modelsmith fit --output` wrote' },
  port: { type: 'string', description: 'Default: 8090; 0: one that is free' },
  host: {
    type: 'string',
    description: 'Default: 127.0.0.1. Whoever reaches the address may ask: it knows no tokens',
  },
  name: { type: 'string', description: 'How clients call the model; default: the name of the folder' },
} as const

const defaultPort = 8090

/** The prediction server for one fitted estimator. */
export const serve = defineCommand({
  meta: { description: 'Answer predictions of a fitted task over HTTP, without a server' },
  args: flags,
  run: async ({ args, rawArgs }) => {
    refuseUnknown(flags, rawArgs)
    refuseStrayWords(flags, [], rawArgs)
    const listen = { host: args.host ?? '127.0.0.1', port: portOf(args.port) }
    const folder = resolve(args['code-dir'])
    if (!existsSync(join(folder, manifestFile))) throw cliError('cli.notFitted', { path: folder })
    const { inputs, targetType, classes, nodes } = await readManifest(folder)
    if (targetType === 'transform') {
      throw cliError('cli.usage', { problem: `${folder} is a transform; only estimators answer predictions.` })
    }
    const name = args.name ?? basename(folder)
    await inWorkshop(async (workshop) => {
      const environment = await workshop.environment(nodes[0]?.environment ?? '')
      const runner = await workshop.runner(environment)
      const server = await startFolderServer({
        name,
        version: packageFile.version,
        inputs,
        targetType,
        classes,
        listen,
        open: async () => {
          const pipeline = await openPipeline(runner, {
            folder,
            environmentOf: workshop.environment,
            limits: limitsOf(undefined),
            onPrint: ({ text }) => terminal.err(`${text}\n`),
          })
          return { ...pipeline, inputs }
        },
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
      terminal.out(
        [
          `${name} answers at ${address}/predictions (Ctrl-C ends it)`,
          `Also there: /invocations as MLflow has it, /v2/models/${encodeURIComponent(name)}/infer of the Open Inference Protocol, /health, /metrics, /openapi.json`,
          '',
        ].join('\n'),
      )
      await new Promise<void>((ended) => workshop.signal.addEventListener('abort', () => ended(), { once: true }))
      await server.close()
    })
  },
})

const portOf = (text: string | undefined): number => {
  const port = text === undefined ? defaultPort : Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw cliError('cli.usage', { problem: `--port ${text}: a whole number from 0 to 65535 was expected.` })
}
