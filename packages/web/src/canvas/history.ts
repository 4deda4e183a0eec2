/** What was, is, and was undone. Changes in a row that share a `step`, such as typing in one field, are one. */
export type History<T> = {
  readonly past: readonly T[]
  readonly present: T
  readonly future: readonly T[]
  readonly step: string | undefined
}

const maxSteps = 200

export const historyOf = <T>(present: T): History<T> => ({ past: [], present, future: [], step: undefined })

export const record = <T>(history: History<T>, next: T, step?: string): History<T> => ({
  past:
    step !== undefined && step === history.step ? history.past : [...history.past, history.present].slice(-maxSteps),
  present: next,
  future: [],
  step,
})

export const undo = <T>(history: History<T>): History<T> => {
  const { past, present, future } = history
  const last = past.at(-1)
  return last === undefined
    ? history
    : { past: past.slice(0, -1), present: last, future: [present, ...future], step: undefined }
}

export const redo = <T>(history: History<T>): History<T> => {
  const { past, present, future } = history
  const [next, ...rest] = future
  return next === undefined ? history : { past: [...past, present], present: next, future: rest, step: undefined }
}
