import type { Client, Job } from '@modelsmith/api'
import { until } from './product.ts'

type Entries = Readonly<Record<'jobs' | 'datasets' | 'projects' | 'runs' | 'models', Iterable<string>>> & {
  readonly deployments: Iterable<readonly [string, number]>
}

/**
 * What clients outside were told is done. After whatever happens to the server, all of it must still be there, and
 * everything that began must have ended.
 */
export const openLedger = (
  known: Entries = { jobs: [], datasets: [], projects: [], runs: [], models: [], deployments: [] },
) => {
  const jobs = new Set(known.jobs)
  const datasets = new Set(known.datasets)
  const projects = new Set(known.projects)
  const runs = new Set(known.runs)
  const models = new Set(known.models)
  const deployments = new Map(known.deployments)

  const lookUp = async (client: Client): Promise<string[]> => {
    const lost: string[] = []
    const look = async <T>(noun: string, ids: Iterable<string>, read: (id: string) => Promise<T>, wrong: Wrong<T>) => {
      for (const id of ids) {
        try {
          const problem = wrong(await read(id))
          if (problem !== undefined) lost.push(`${noun} ${id} ${problem}`)
        } catch (error) {
          lost.push(`${noun} ${id}: ${(error as Error).message}`)
        }
      }
    }
    await look(
      'job',
      jobs,
      (id) => client.call('getJob', { params: { id } }),
      (job) => (isRunning(job) ? `is ${job.state}` : undefined),
    )
    await look(
      'dataset',
      datasets,
      (id) => client.call('getDataset', { params: { id } }),
      ({ latest }) => (latest.state === 'processing' ? 'is still read' : undefined),
    )
    await look('project', projects, (id) => client.call('getProject', { params: { id } }), nothing)
    await look(
      'training run',
      runs,
      (id) => client.call('getTrainingRun', { params: { id } }),
      ({ state, modelId }) =>
        state === 'queued' || state === 'running'
          ? `is ${state}`
          : state === 'succeeded' && modelId === null
            ? 'succeeded without a model'
            : undefined,
    )
    await look('model', models, (id) => client.call('getModel', { params: { id } }), nothing)
    for (const [deployment, answers] of deployments)
      await look(
        'deployment',
        [deployment],
        (id) => client.call('getDeployment', { params: { id } }),
        ({ requests }) => (requests < answers ? `answered ${answers} requests and counts ${requests}` : undefined),
      )
    return lost
  }

  return {
    job: (id: string): void => void jobs.add(id),
    dataset: (id: string): void => void datasets.add(id),
    project: (id: string): void => void projects.add(id),
    run: (id: string): void => void runs.add(id),
    model: (id: string): void => void models.add(id),
    deployment: (id: string): void => void deployments.set(id, 0),
    /** A prediction that was answered must be counted once its log has been shipped. */
    answer: (deployment: string): void => void deployments.set(deployment, (deployments.get(deployment) ?? 0) + 1),
    /** All that was acknowledged until now. */
    entries: (): Entries => ({
      jobs: [...jobs],
      datasets: [...datasets],
      projects: [...projects],
      runs: [...runs],
      models: [...models],
      deployments: [...deployments],
    }),
    acknowledged: () => ({
      objects: jobs.size + datasets.size + projects.size + runs.size + models.size + deployments.size,
      predictions: [...deployments.values()].reduce((sum, count) => sum + count, 0),
    }),
    lookUp,
    async jobEnds(client: Client): Promise<Record<string, number>> {
      const counts: Record<string, number> = {}
      for (const id of jobs) {
        const { kind, state, error } = await client.call('getJob', { params: { id } })
        const end = `${kind} ${state}${error === null ? '' : `: ${error.code}`}`
        counts[end] = (counts[end] ?? 0) + 1
      }
      return counts
    },
  }
}
export type Ledger = ReturnType<typeof openLedger>

type Wrong<T> = (found: T) => string | undefined
const nothing = () => undefined

/** Waits until nothing of a ledger is missing or still under way; returns what is when the time is over. */
export const settlesWithin = async (timeoutMs: number, ledger: Ledger, client: Client): Promise<string[]> => {
  const settled = async () => ((await ledger.lookUp(client)).length === 0 ? [] : undefined)
  return until(timeoutMs, settled, 1000).catch(() => ledger.lookUp(client))
}

export const isRunning = ({ state }: Job): boolean =>
  state === 'queued' || state === 'running' || state === 'cancelling'
