import { readFileSync } from 'node:fs'
import { openModelFile } from '@modelsmith/scoring'
import { ModelsmithError } from '@modelsmith/table'
import type { BatchOpened, BatchQuestion, BatchReply } from './batch.ts'
import { type NativeModel, nativeModel } from './native-model.ts'

/** Holds one model file, which may be hostile, and answers tables of rows until its parent ends it. */
let model: NativeModel | undefined

const opened = (next: NativeModel): BatchOpened => ({ inputs: next.inputs, columns: columnsOf(next) })

const columnsOf = ({ rehearse }: NativeModel): number | null => {
  try {
    return rehearse(1).columns.length
  } catch (error) {
    if (error instanceof ModelsmithError) return null
    throw error
  }
}

const answerTo = (question: BatchQuestion): BatchReply => {
  try {
    if ('rows' in question) {
      if (model === undefined) throw new Error('Rows came before a file.')
      return { value: model.predict(question.rows) }
    }
    model = nativeModel(openModelFile(readFileSync(question.path)), question.application)
    return { value: opened(model) }
  } catch (error) {
    if (!(error instanceof ModelsmithError)) throw error
    return { error: error.toJSON() }
  }
}

process.on('message', (question: BatchQuestion) => process.send?.(answerTo(question)))
