import type { Explanation, Model } from '@modelsmith/api'
import type { InputHint } from '@modelsmith/scoring'
import { useEffect, useState } from 'react'
import { client } from '../../../app/client.ts'
import type { FromScorer, ToScorer } from './scorer-messages.ts'

type Row = Readonly<Record<string, Explanation['values'][number]>>
export type Answer = { readonly outputs: readonly number[] } | { readonly refused: string }

/** The model as this browser scores it. */
export type Scorer = {
  readonly hints: Readonly<Record<string, InputHint>>
  /** Rows that are asked while another is scored give way to the newest of them. */
  readonly ask: (row: Row, onAnswer: (answer: Answer) => void) => void
}

/** Loads the portable scorer of a model once, where it is proven equal to Python and the person may have it; undefined until then. */
export const useScorer = (model: Model, mayDownload: boolean): Scorer | undefined => {
  const { id, native, hidden } = model
  const [scorer, setScorer] = useState<Scorer>()
  const isOffered = mayDownload && hidden.length === 0 && native?.state === 'equal' && native.scorerBytes !== null
  useEffect(() => {
    if (!isOffered) return
    const worker = new Worker(new URL('./scorer.worker.ts', import.meta.url), { type: 'module' })
    const send = (message: ToScorer) => worker.postMessage(message)
    const questions = newestOnly(send)
    worker.onmessage = ({ data }: MessageEvent<FromScorer>) => {
      if (data.kind === 'opened') setScorer({ hints: data.hints, ask: questions.ask })
      else if (data.kind === 'predicted') questions.answered(data.id, { outputs: data.outputs })
      else if (data.kind === 'refused') questions.answered(data.id, { refused: data.message })
    }
    send({ kind: 'open', url: client.url('downloadScorer', { params: { id } }) })
    return () => {
      worker.terminate()
      setScorer(undefined)
    }
  }, [id, isOffered])
  return scorer
}

type Question = { readonly id: number; readonly row: Row; readonly onAnswer: (answer: Answer) => void }

/** One question at a time on its way, and the newest behind it. */
const newestOnly = (send: (message: ToScorer) => void) => {
  let count = 0
  let underWay: Question | undefined
  let next: Question | undefined
  const start = (question: Question) => {
    underWay = question
    send({ kind: 'predict', id: question.id, row: question.row })
  }
  return {
    ask: (row: Row, onAnswer: Question['onAnswer']) => {
      const question = { id: ++count, row, onAnswer }
      if (underWay === undefined) start(question)
      else next = question
    },
    answered: (id: number, answer: Answer) => {
      if (underWay?.id !== id) return
      underWay.onAnswer(answer)
      const waiting = next
      ;[underWay, next] = [undefined, undefined]
      if (waiting !== undefined) start(waiting)
    },
  }
}
