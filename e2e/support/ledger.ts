import { type Client, type Deployment, endpoints, type Job } from '@modelsmith/api'

type Reading = 'getDataset' | 'getTask' | 'getBlueprint' | 'getProject' | 'getTrainingRun' | 'getDeployment' | 'getJob'
type Entry = { readonly read: Reading; readonly id: string }

/** What a client outside was told is done. After whatever happens to the server, all of it must still be there. */
export const openLedger = (client: Client) => {
  const entries: Entry[] = []
  const answered = new Map<string, number>()

  return {
    entries,
    note(read: Reading, id: string): void {
      entries.push({ read, id })
    },
    /** A prediction that was answered must be counted once it has been shipped. */
    noteAnswer(deploymentId: string): void {
      answered.set(deploymentId, (answered.get(deploymentId) ?? 0) + 1)
    },
    /** What is lost: objects that are gone, jobs that have not ended, answers that were not counted. */
    async losses(): Promise<string[]> {
      const lost: string[] = []
      for (const { read, id } of entries) {
        const found = await client.call(read, { params: { id } }).catch((error: Error) => error)
        if (found instanceof Error) lost.push(`${endpoints[read].path} ${id}: ${found.message}`)
        else if (read === 'getJob' && isRunning(found as Job)) lost.push(`job ${id} is ${(found as Job).state}`)
      }
      for (const [id, count] of answered) {
        const { requests } = (await client.call('getDeployment', { params: { id } })) as Deployment
        if (requests < count) lost.push(`deployment ${id} answered ${count} requests and counts ${requests}`)
      }
      return lost
    },
    answers: () => [...answered.values()].reduce((sum, count) => sum + count, 0),
  }
}

export type Ledger = ReturnType<typeof openLedger>

export const isRunning = ({ state }: Job): boolean =>
  state === 'queued' || state === 'running' || state === 'cancelling'
