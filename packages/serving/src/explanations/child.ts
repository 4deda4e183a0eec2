import { readFileSync } from 'node:fs'
import type { ExactExplanations } from '@modelsmith/api'
import { blueprintExplainer, openModelFile } from '@modelsmith/scoring'
import { decodeBlocks, ModelsmithError, selectColumns, type Table } from '@modelsmith/table'
import { demandRoom } from '../answer.ts'
import type { ChildReply } from '../native/conversation.ts'
import { nativeExplainer } from '../native/native-explainer.ts'
import { readTrained } from '../native/trained-blueprint.ts'
import type { ExplainerQuestion, ExplainerSource } from './open-explainer.ts'

/** Holds one model, which may be hostile, and explains tables of rows until its parent ends it. */
let explain: ((rows: Table) => ExactExplanations) | undefined

const explainerOf = (source: ExplainerSource): ((rows: Table) => ExactExplanations) => {
  if ('application' in source) {
    const opened = openModelFile(readFileSync(source.path), { withCover: true })
    const own = nativeExplainer(opened, source.application, [])
    return (rows) => own.explain(rows.rows, () => rows)
  }
  const blueprint = readTrained({ path: source.path, library: source.library, withCover: true })
  const features = blueprint.inputs.map(({ name }) => name)
  const own = blueprintExplainer(blueprint, decodeBlocks(readFileSync(source.background)))
  return (rows) => {
    demandRoom(rows.rows, own.outputs.length * features.length)
    const { base, rows: explained } = own.explain(selectColumns(rows, features))
    return {
      features,
      outputs: own.outputs.map((label, at) => ({ label: label ?? null, base: base[at] as number })),
      rows: explained.map((outputs) => ({
        outputs: outputs.map(({ score, contributions }) => ({ score, contributions: [...contributions] })),
      })),
    }
  }
}

const answerTo = (question: ExplainerQuestion): ChildReply => {
  try {
    if ('source' in question) {
      explain = explainerOf(question.source)
      return { value: null }
    }
    if (explain === undefined) throw new Error('Rows came before a model.')
    return { value: explain(question.rows) }
  } catch (error) {
    if (!(error instanceof ModelsmithError)) throw error
    return { error: error.toJSON() }
  }
}

process.on('message', (question: ExplainerQuestion) => process.send?.(answerTo(question)))
