/** What was, is, and was undone. */
export type History<T> = { readonly past: readonly T[]; readonly present: T; readonly future: readonly T[] }

const maxSteps = 200

export const historyOf = <T>(present: T): History<T> => ({ past: [], present, future: [] })

export const record = <T>({ past, present }: History<T>, next: T): History<T> => ({
  past: [...past, present].slice(-maxSteps),
  present: next,
  future: [],
})

export const undo = <T>(history: History<T>): History<T> => {
  const { past, present, future } = history
  const last = past.at(-1)
  return last === undefined ? history : { past: past.slice(0, -1), present: last, future: [present, ...future] }
}

export const redo = <T>(history: History<T>): History<T> => {
  const { past, present, future } = history
  const [next, ...rest] = future
  return next === undefined ? history : { past: [...past, present], present: next, future: rest }
}
