import type { IncomingHttpHeaders } from 'node:http'
import type { ColumnSchema, Table } from '@modelsmith/table'
import type { Outcome } from '../answer.ts'
import type { FormedAnswer } from '../formats/answers.ts'
import type { Explained } from '../explanations/form.ts'
import type { ExplanationWish } from '../explanations/wish.ts'
import type { Asked } from '../request.ts'

/** The model that a request is for, and what is told of the request itself. */
export type Subject = {
  readonly name: string
  readonly version: string
  readonly inputs: readonly ColumnSchema[]
  readonly outcome: Outcome
  /** The column that tells its rows apart, where one is named. */
  readonly association?: string | undefined
  /** What our own answers say beside the predictions. */
  readonly facts: Readonly<Record<string, string>>
}

/** A request as its protocol reads it: what is to be scored, and how the scores are answered. */
export type Reading = {
  readonly asked: Asked
  /** Where the request asks what made its answers. */
  readonly explain?: ExplanationWish | undefined
  readonly answer: (scores: Table, explained?: Explained) => FormedAnswer
}

/** A form of requests for predictions and of their answers. */
export type Protocol = {
  readonly name: 'modelsmith' | 'open-inference' | 'mlflow'
  /** Refuses what the head says already, before the body has come. */
  readonly begin: (
    headers: IncomingHttpHeaders,
    address: string | undefined,
  ) => (body: Uint8Array, subject: Subject) => Reading
  /** What its clients look for in an error. */
  readonly error: (message: string) => object
}
