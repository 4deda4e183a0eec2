import { readFileSync } from 'node:fs'
import { openModelFile } from '@modelsmith/scoring'
import { ModelsmithError } from '@modelsmith/table'
import { answerRows } from '../answer.ts'
import { readRequest } from '../request.ts'
import { describeModel } from './describe.ts'
import { nativeModel } from './native-model.ts'
import type { AnswerTo, Question } from './reading.ts'

/** Reads one file that may be hostile, in a process that its parent bounds and kills. */
const answerTo = (question: Question): AnswerTo[Question['kind']] => {
  const bytes = readFileSync(question.path)
  switch (question.kind) {
    case 'describe':
      return describeModel(bytes)
    case 'open':
      return openModelFile(bytes)
    case 'answer': {
      const { inputs, outcome, predict } = nativeModel(openModelFile(bytes), question.application)
      return answerRows(predict(readRequest(inputs, question.body, question.type, undefined).rows), outcome)
    }
    case 'rehearse': {
      const { outcome, rehearse } = nativeModel(openModelFile(bytes), question.application)
      return answerRows(rehearse(question.rows), outcome)
    }
  }
}

process.once('message', (question: Question) => {
  const send = (reply: object) => process.send?.(reply, () => process.disconnect())
  try {
    send({ value: answerTo(question) })
  } catch (error) {
    if (!(error instanceof ModelsmithError)) throw error
    send({ error: error.toJSON() })
  }
})
