import { readFileSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { ModelsmithError } from '@modelsmith/table'
import type { AnswerTo, Question } from './reading.ts'

/**
 * Reads one file, or the folder of one model, that may be hostile, in a process that its parent bounds and kills. Loads what the question needs only: for a small file
 * that is most of the work.
 */
const answerTo = async (question: Question): Promise<AnswerTo[Question['kind']]> => {
  if (question.kind === 'blueprint') return (await import('./trained-blueprint.ts')).readTrained(question)
  const bytes = readFileSync(question.path)
  if (question.kind === 'unpack') return (await import('./unpack.ts')).unpack(bytes, question.into)
  if (question.kind === 'describe') return (await import('./describe.ts')).describeModel(bytes)
  const { openModelFile } = await import('@modelsmith/scoring')
  if (question.kind === 'open') return openModelFile(bytes)
  if (question.kind === 'explain') {
    const { explainNatively } = await import('./native-explainer.ts')
    return explainNatively(openModelFile(bytes, { withCover: true }), question.application, question)
  }
  const [{ nativeModel }, { answerRows }] = await Promise.all([import('./native-model.ts'), import('../answer.ts')])
  const { inputs, outcome: whole, predict, rehearse } = nativeModel(openModelFile(bytes), question.application)
  const outcome = { ...whole, ...question.given }
  if (question.kind === 'rehearse') return answerRows(rehearse(question.rows), outcome)
  const { readRequest } = await import('../request.ts')
  return answerRows(predict(readRequest(inputs, question.body, question.type, undefined).rows), outcome)
}

process.once('message', async (question: Question) => {
  const send = (reply: object) => {
    // Before the answer, because the parent kills whoever has answered, and a process that is killed keeps nothing of what it compiled.
    flushCompileCache()
    process.send?.(reply, () => process.disconnect())
  }
  try {
    send({ value: await answerTo(question) })
  } catch (error) {
    if (!(error instanceof ModelsmithError)) throw error
    send({ error: error.toJSON() })
  }
})
