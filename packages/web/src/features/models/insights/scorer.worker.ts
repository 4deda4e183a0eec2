import { type BlueprintScorer, compileBlueprint, inputHints, unpackBlueprint } from '@modelsmith/scoring'
import { ModelsmithError, tableFromRows, type TableSchema } from '@modelsmith/table'
import type { FromScorer, ToScorer } from './scorer-messages.ts'

/** Scores rows of one model in the browser: data and arithmetic, no code of the model's. */
let opened: { readonly schema: TableSchema; readonly scorer: BlueprintScorer } | undefined

const send = (message: FromScorer): void => self.postMessage(message)

const open = async (url: string): Promise<void> => {
  const response = await fetch(url)
  if (!response.ok) {
    const { message } = (await response.json()) as { readonly message?: string }
    send({ kind: 'failed', message: message ?? `The server answered ${response.status}.` })
    return
  }
  const blueprint = unpackBlueprint(await response.text())
  opened = { schema: { columns: blueprint.inputs }, scorer: compileBlueprint(blueprint, { kernels: 'plain' }) }
  send({ kind: 'opened', hints: Object.fromEntries(inputHints(blueprint)) })
}

const answer = (id: number, row: Extract<ToScorer, { kind: 'predict' }>['row']): void => {
  if (opened === undefined) return
  try {
    const outputs = opened.scorer.predict(tableFromRows(opened.schema, [row]))
    send({ kind: 'predicted', id, outputs: outputs.map(([value]) => value as number) })
  } catch (error) {
    if (!(error instanceof ModelsmithError)) throw error
    send({ kind: 'refused', id, message: error.findings?.[0]?.message ?? error.message })
  }
}

self.onmessage = ({ data }: MessageEvent<ToScorer>) => {
  if (data.kind === 'predict') {
    answer(data.id, data.row)
    return
  }
  open(data.url).catch((error: unknown) => send({ kind: 'failed', message: String(error) }))
}
