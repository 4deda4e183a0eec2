import { explanationWish } from '../explanations/wish.ts'
import { answerForm } from '../formats/accept.ts'
import { formAnswer } from '../formats/answers.ts'
import { readRequest } from '../request.ts'
import type { Protocol } from './protocol.ts'

/** Our own requests: rows or columns as JSON, CSV, Arrow or Parquet, answered in the form that Accept asks for. */
export const modelsmith: Protocol = {
  name: 'modelsmith',
  begin: (headers, address) => {
    const form = answerForm(headers.accept)
    const explain = explanationWish(address)
    return (body, { inputs, outcome, association, facts }) => ({
      asked: readRequest(inputs, body, headers['content-type'], address, association),
      explain,
      answer: (scores, explained) => formAnswer(form, scores, outcome, facts, explained),
    })
  },
  error: () => ({}),
}
