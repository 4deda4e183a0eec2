import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { manifestFile, openPipeline, type PipelineNode } from './pipeline.ts'
import type { Environment, Limits, Runner, Session, SessionSpec } from './types.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pipeline-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

type Opened = Pick<SessionSpec, 'network' | 'secrets'> & { readonly tasks: string[] }

/** Opens a model of these nodes, of one environment, and tells which of them came into which session. */
const sessionsOf = async (
  nodes: readonly (Pick<PipelineNode, 'id' | 'network'> & { readonly secrets?: Record<string, string> })[],
): Promise<readonly Opened[]> => {
  const whole = nodes.map(({ id, network }) => ({
    id,
    ...(network === undefined ? {} : { network }),
    environment: 'python',
    task: id,
    targetType: 'transform',
    code: 'code',
    artifacts: 'artifacts',
    inputs: [],
  }))
  const manifest = { version: 1, inputs: [], targetType: 'transform', classes: [], nodes: whole, seed: 0 }
  await writeFile(join(folder, manifestFile), JSON.stringify(manifest))
  const opened: Opened[] = []
  const open = async ({ network = 'isolated', secrets }: SessionSpec) => {
    const tasks: string[] = []
    opened.push({ network, ...(secrets === undefined ? {} : { secrets }), tasks })
    const session: Pick<Session, 'addTask' | 'load' | 'close' | 'ended'> = {
      addTask: async ({ name }) => void tasks.push(name),
      load: async () => ({}) as Awaited<ReturnType<Session['load']>>,
      close: async () => {},
      ended: new Promise(() => {}),
    }
    return session as Session
  }
  const secrets = new Map(nodes.map((node) => [node.id, node.secrets]))
  const pipeline = await openPipeline({ open } as Pick<Runner, 'open'> as Runner, {
    folder,
    environmentOf: async () => ({}) as Environment,
    limits: {} as Limits,
    secretsOf: (node) => secrets.get(node),
  })
  await pipeline.close()
  return opened
}

it('shares a session between nodes of one environment and network', async () => {
  expect(await sessionsOf([{ id: 'a' }, { id: 'b' }, { id: 'c', network: 'public' }])).toEqual([
    { network: 'isolated', tasks: ['a', 'b'] },
    { network: 'public', tasks: ['c'] },
  ])
})

it('keeps what a node is given from every other, whatever the node is called', async () => {
  const secrets = { KEY: 'value' }
  expect(
    await sessionsOf([
      { id: 'public', secrets },
      { id: 'b', network: 'public' },
      { id: 'isolated', secrets },
      { id: 'c' },
    ]),
  ).toEqual([
    { network: 'isolated', secrets, tasks: ['public'] },
    { network: 'public', tasks: ['b'] },
    { network: 'isolated', secrets, tasks: ['isolated'] },
    { network: 'isolated', tasks: ['c'] },
  ])
})
