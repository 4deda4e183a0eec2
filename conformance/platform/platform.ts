import {
  ApiError,
  type Blueprint,
  type Deployment,
  type Job,
  type Problem,
  type Project,
  type StoredError,
} from '@modelsmith/api'
import { environmentsWith } from '../../e2e/support/environments.ts'
import { jobEnded } from '../../e2e/support/jobs.ts'
import { type Product, startProduct, until } from '../../e2e/support/product.ts'

/** Little enough to wait for code that never ends, enough for good code on a busy machine. */
export const limits = { stepSeconds: 20, sessionMb: 700, uploadMb: 24 } as const

export type Content = string | Uint8Array
export type Files = Readonly<Record<string, Content>>
type Nodes = Blueprint['graph']['nodes']

/** What is said of a failure, without the lists that repeat it. */
export type Said = Pick<StoredError, 'code' | 'message' | 'hint' | 'place'>

/** The whole product under small limits, without a tour. */
export const startSmall = async (): Promise<Product> => {
  return startProduct({
    environments: await environmentsWith('python-core', 'python-ml'),
    env: {
      MODELSMITH_TOUR: 'off',
      // Folds one after another: the first failure is always that of the first fold.
      MODELSMITH_PARALLELISM: '1',
      MODELSMITH_STEP_SECONDS: String(limits.stepSeconds),
      MODELSMITH_SESSION_MB: String(limits.sessionMb),
      MODELSMITH_UPLOAD_MB: String(limits.uploadMb),
    },
  })
}

/** What cases do with the product, over HTTP as any client would. */
export const actionsOn = ({ client, address, token }: Pick<Product, 'client' | 'address' | 'token'>) => {
  const end = ({ id }: Job): Promise<Job> => jobEnded(client, id, 120_000)

  return {
    client,

    async uploadDataset(content: Content, name = 'file.csv') {
      const { dataset, job } = await client.upload('uploadDataset', { files: uploads({ [name]: content }) })
      const ended = await end(job)
      return { job: ended, dataset: await client.call('getDataset', { params: { id: dataset.id } }) }
    },

    uploadTask: async (files: Files) => (await client.upload('uploadTask', { files: uploads(files) })).task.latest,

    async train(project: Project, nodes: Nodes) {
      const { run, job } = await client.call('train', {
        params: { id: project.id },
        body: { name: 'A blueprint', graph: { nodes } },
      })
      const ended = await end(job)
      return { job: ended, run: await client.call('getTrainingRun', { params: { id: run.id } }) }
    },

    async predictFile(model: string, content: Content, fields: Readonly<Record<string, string>> = {}): Promise<Job> {
      const files = uploads({ 'rows.csv': content })
      return end((await client.upload('predictFile', { params: { id: model }, files, fields })).job)
    },

    async deploy(modelId: string): Promise<Deployment> {
      const { id } = await client.call('createDeployment', { body: { name: 'A deployment', modelId } })
      return until(60_000, async () => {
        const deployment = await client.call('getDeployment', { params: { id } })
        if (deployment.state === 'failed') throw new Error(`The deployment failed: ${deployment.problem}`)
        return deployment.state === 'active' ? deployment : undefined
      })
    },

    /** A request that the typed client would not send. */
    async send(method: string, path: string, headers: Readonly<Record<string, string>> = {}, body?: BodyInit) {
      const response = await fetch(path.startsWith('http') ? path : `${address}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...headers },
        ...(body === undefined ? {} : { body }),
      })
      const answer: unknown = await response.json()
      if (response.ok) return answer
      const type = response.headers.get('content-type') ?? 'nothing'
      if (!type.startsWith('application/problem+json')) throw new Error(`The refusal is ${type}.`)
      throw new ApiError(answer as Problem)
    },
  }
}

export type Actions = ReturnType<typeof actionsOn>

const uploads = (files: Files) =>
  Object.entries(files).map(([name, content]) => ({ name, data: new Blob([content as BlobPart]) }))

export const saidBy = (error: StoredError | null): Said | undefined => {
  if (error === null) return undefined
  const { findings: _, traceback: __, ...said } = error
  return said
}

export type Refusal = Pick<Problem, 'status' | 'code' | 'detail' | 'hint' | 'findings'>

/** In what words a call was refused. */
export const refusalOf = async (call: Promise<unknown>): Promise<Refusal> => {
  const answer = await call.catch((error: unknown) => error)
  if (!(answer instanceof ApiError)) throw new Error(`It was not refused: ${JSON.stringify(answer)}`)
  const { type: _, title: __, requestId: ___, ...refusal } = answer.problem
  return refusal
}
