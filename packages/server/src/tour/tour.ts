import { openAsBlob } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Client, Job, Project, TaskVersion } from '@modelsmith/api'

const examples = fileURLToPath(new URL('../../../../examples', import.meta.url))
const ended: readonly string[] = ['succeeded', 'failed', 'cancelled']

const filesOf = async (folder: string) => {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const paths = entries
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'))
    .map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(paths.sort().map(async (path) => ({ name: relative(folder, path), data: await openAsBlob(path) })))
}

const waitFor = async (client: Client, job: Job): Promise<Job> => {
  for (;;) {
    const current = await client.call('getJob', { params: { id: job.id } })
    if (ended.includes(current.state)) {
      if (current.state !== 'succeeded') throw new Error(`${current.title}: ${current.error?.message ?? current.state}`)
      return current
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

type Graph = Parameters<typeof trainAll>[2][number]['graph']

const trainAll = async (
  client: Client,
  project: Project,
  blueprints: readonly {
    name: string
    description: string
    graph: {
      nodes: {
        id: string
        taskVersion: string
        inputs: ({ from: 'data'; dataTypes?: ('NUM' | 'CAT')[] } | { from: 'node'; node: string })[]
      }[]
    }
  }[],
): Promise<string[]> => {
  const models: string[] = []
  for (const { name, description, graph } of blueprints) {
    const blueprint = await client.call('createBlueprint', { body: { name, description, graph } })
    const { run, job } = await client.call('train', { params: { id: project.id }, body: { blueprintId: blueprint.id } })
    await waitFor(client, job)
    const { modelId } = await client.call('getTrainingRun', { params: { id: run.id } })
    if (modelId !== null) models.push(modelId)
  }
  return models
}

export type TourResult = {
  readonly deploymentId: string
  readonly row: Readonly<Record<string, string | number | boolean | null>>
  readonly address: string
}

/** What somebody would do on the first morning, done through the API: the sample organisation opens on its result. */
export const takeTour = async (client: Client, say: (line: string) => void): Promise<TourResult> => {
  say('Tour: uploading a dataset of 1,470 employees')
  const { dataset, job } = await client.upload('uploadDataset', {
    fields: {
      name: 'Employee attrition',
      description: 'Who left, and what was known of them (R package modeldata, MIT licence).',
    },
    files: [{ name: 'attrition.csv', data: await openAsBlob(join(examples, 'attrition.csv')) }],
  })
  await waitFor(client, job)
  const { latest } = await client.call('getDataset', { params: { id: dataset.id } })

  say('Tour: uploading two tasks')
  const uploads = await Promise.all(
    ['missing-to-median', 'attrition-risk'].map(async (name) =>
      client.upload('uploadTask', { files: await filesOf(join(examples, 'tasks', name)) }),
    ),
  )
  const [median, risk] = uploads.map(({ task }) => task.latest.id)
  const project = await client.call('createProject', {
    body: { name: 'Who leaves', datasetVersionId: latest.id, target: 'Attrition' },
  })

  say('Tour: training four blueprints on five folds and all training rows')
  const { items } = await client.call('listTaskVersionsAvailable')
  const models = await trainAll(client, project, tourBlueprints(items, median ?? '', risk ?? ''))

  say('Tour: deploying the best one')
  const board = await client.call('getLeaderboard', { params: { id: project.id } })
  const best =
    board.entries.find(({ run }) => run.modelId !== null && models.includes(run.modelId))?.run.modelId ??
    models[0] ??
    ''
  const deployment = await client.call('createDeployment', {
    body: { name: 'Attrition risk', description: 'The best model of the tour.', modelId: best },
  })
  const row = await firstRow(
    client,
    latest.id,
    deployment.inputs.map(({ name }) => name),
  )
  await ask(client, deployment.id, row)
  return { deploymentId: deployment.id, row, address: deployment.address }
}

const tourBlueprints = (items: readonly TaskVersion[], median: string, risk: string) => {
  const builtin = (name: string): string => items.find(({ id }) => id.startsWith(`builtin:${name}@`))?.id ?? ''
  const numbers = { from: 'data' as const, dataTypes: ['NUM' as const] }
  const categories = { from: 'data' as const, dataTypes: ['CAT' as const] }
  const node = (id: string, taskVersion: string, ...inputs: Graph['nodes'][number]['inputs']) => ({
    id,
    taskVersion,
    inputs,
  })
  const from = (id: string) => ({ from: 'node' as const, node: id })
  return [
    {
      name: 'Attrition risk on filled numbers',
      description: 'The two custom tasks: fill what is missing, then boost on numbers and categories.',
      graph: { nodes: [node('fill', median, numbers), node('risk', risk, from('fill'), categories)] },
    },
    {
      name: 'Logistic regression',
      description: 'Numbers filled and standardised, categories one-hot.',
      graph: {
        nodes: [
          node('impute', builtin('impute-numeric'), numbers),
          node('scale', builtin('standardise'), from('impute')),
          node('encode', builtin('one-hot'), categories),
          node('logistic', builtin('logistic-regression'), from('scale'), from('encode')),
        ],
      },
    },
    {
      name: 'Random forest',
      description: 'Numbers as they are, categories numbered.',
      graph: {
        nodes: [
          node('encode', builtin('ordinal'), categories),
          node('forest', builtin('random-forest'), numbers, from('encode')),
        ],
      },
    },
    {
      name: 'Gradient boosting',
      description: 'Numbers as they are, categories numbered.',
      graph: {
        nodes: [
          node('encode', builtin('ordinal'), categories),
          node('boost', builtin('gradient-boosting'), numbers, from('encode')),
        ],
      },
    },
  ]
}

const firstRow = async (client: Client, version: string, inputs: readonly string[]) => {
  const { columns, rows } = await client.call('getDatasetRows', { params: { id: version }, query: { limit: 1 } })
  const cells = rows[0] ?? []
  return Object.fromEntries(
    columns.flatMap(({ name }, index) => (inputs.includes(name) ? [[name, cells[index] ?? null] as const] : [])),
  )
}

/** The deployment's first answer, once it is loaded. */
const ask = async (client: Client, id: string, row: TourResult['row']): Promise<void> => {
  for (;;) {
    const { state, problem } = await client.call('getDeployment', { params: { id } })
    if (state === 'active') break
    if (state !== 'starting') throw new Error(`The deployment is ${state}: ${problem ?? 'nobody says why'}.`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  await client.call('predict', { params: { id }, body: { rows: [{ ...row }] } })
}
