import { ModelsmithError, type Table } from '@modelsmith/table'
import { parts, scoreColumns } from '../answer.ts'
import { inputsOf } from '../coded/coded-model.ts'
import { servingError } from '../errors.ts'
import type { HowExplained, ServedDeployment } from '../manifest.ts'
import type { RowsExplainer } from './open-explainer.ts'
import { type ExplainedOutputs, fileOutputs, shownOutputs, trainedOutputs } from './outputs.ts'
import { mostExplainedRows } from './wish.ts'

/** What made the answers to the rows of a request. */
export type ExplainedAnswers = {
  readonly features: readonly string[]
  /** Of each row. */
  readonly outputs: readonly ExplainedOutputs[]
}

export type OpenExplainer = (
  deployment: ServedDeployment,
  how: Exclude<HowExplained, { why: string }>,
) => Promise<RowsExplainer>

type Opened = {
  readonly key: string
  readonly explainer: Promise<RowsExplainer>
  /** The last of those who wait for it. */
  turn: Promise<unknown>
  waiting: number
  idle: NodeJS.Timeout | undefined
}

/** Who comes after so many is refused. */
const mostWaiting = 16
const idleMs = 600_000

/** Explainers of deployments: opened by the first request that asks, one for each, closed when nobody has asked for ten minutes. */
export const createExplainers = (open: OpenExplainer | undefined, howOf: (id: string) => HowExplained | undefined) => {
  const opened = new Map<string, Opened>()

  const forget = (id: string) => {
    const own = opened.get(id)
    if (own === undefined) return
    opened.delete(id)
    clearTimeout(own.idle)
    void own.explainer.then(
      ({ close }) => close(),
      () => {},
    )
  }

  /** Throws where nothing can be said of so many rows of a deployment. */
  const demand = (deployment: ServedDeployment, rows: number): Exclude<HowExplained, { why: string }> => {
    const how = howOf(deployment.id)
    if (how === undefined || open === undefined)
      throw servingError('serving.unexplained', {
        why: 'what is needed for it has not been brought yet.',
        help: 'Try again in a few seconds.',
      })
    if ('why' in how) throw servingError('serving.unexplained', how)
    if (rows > mostExplainedRows) throw servingError('serving.explainedRows', { rows, most: mostExplainedRows })
    return how
  }

  const openedFor = (deployment: ServedDeployment, how: Exclude<HowExplained, { why: string }>): Opened => {
    const key = JSON.stringify([deployment, how])
    const known = opened.get(deployment.id)
    if (known?.key === key) return known
    forget(deployment.id)
    const explainer = (open as OpenExplainer)(deployment, how)
    const own: Opened = { key, explainer, turn: explainer, waiting: 0, idle: undefined }
    opened.set(deployment.id, own)
    const drop = () => {
      if (opened.get(deployment.id) === own) forget(deployment.id)
    }
    explainer.then(({ ended }) => ended.catch(drop), drop)
    return own
  }

  /** One table after another: the child answers one at a time. */
  const inTurn = async (id: string, own: Opened, rows: Table) => {
    if (own.waiting >= mostWaiting) throw servingError('serving.busy', { waiting: own.waiting })
    own.waiting++
    clearTimeout(own.idle)
    const asked = own.turn.then(
      async () => (await own.explainer).explain(rows),
      async () => (await own.explainer).explain(rows),
    )
    own.turn = asked
    try {
      return await asked
    } finally {
      own.waiting--
      if (own.waiting === 0) {
        own.idle = setTimeout(() => forget(id), idleMs)
        own.idle.unref()
      }
    }
  }

  return {
    demand,
    /** What made the answers that `scores` are of. */
    async explain(deployment: ServedDeployment, rows: Table, answered: Table): Promise<ExplainedAnswers> {
      const how = demand(deployment, rows.rows)
      const own = openedFor(deployment, how)
      await own.explainer.catch((cause: unknown) => {
        if (!(cause instanceof ModelsmithError)) throw cause
        throw servingError('serving.unexplained', { why: cause.message, help: helpFor(cause) }, { cause })
      })
      const { application } = deployment
      const isTrained = how.library !== null
      const given = isTrained && application !== undefined ? inputsOf(rows, application) : rows
      const found = await inTurn(deployment.id, own, given)
      const { scores } = parts(answered, deployment)
      if (!isTrained)
        return {
          features: found.features,
          outputs: found.rows.map((_, row) => fileOutputs(found, row, { scores, outcome: deployment }, row)),
        }
      const fields = new Map(application?.inputs.map(({ input, field }) => [input, field]))
      const { targetType, classes } = deployment
      const { predictions, probabilities } = scoreColumns(scores, deployment)
      const predicted = probabilities.length > 0 ? probabilities : [Float64Array.from(predictions, Number)]
      const labels = found.outputs.map(({ label }) => label ?? undefined)
      const base = Float64Array.from(found.outputs, (output) => output.base)
      const all = trainedOutputs(labels, { base, rows: found.rows.map(({ outputs }) => outputs) }, predicted, classes)
      return {
        features: found.features.map((name) => fields.get(name) ?? name),
        outputs: all.map((outputs) => shownOutputs(targetType, outputs)),
      }
    },
    forget,
    close(): void {
      for (const id of opened.keys()) forget(id)
    },
  }
}

export type Explainers = ReturnType<typeof createExplainers>

/** The means of a hosted linear model are of kept rows, which this process does not have. */
const helpFor = ({ code }: ModelsmithError): string =>
  code === 'explain.means'
    ? 'A linear model is measured against rows that were kept: open the request by its id on the page of the deployment, and explain the row there.'
    : 'Leave "explanations" out of the address.'
