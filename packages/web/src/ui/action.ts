import { notifications } from '@mantine/notifications'
import { useState } from 'react'

type Action = {
  readonly busy: boolean
  /** What went wrong the last time; shown beside what was tried. */
  readonly problem: unknown
  readonly run: (work: () => Promise<string | void>) => Promise<boolean>
}

/** One thing that a person asked for: it shows that it works, what went wrong, and what was done (when the work says). */
export const useAction = (): Action => {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<unknown>()
  const run = async (work: () => Promise<string | void>): Promise<boolean> => {
    setBusy(true)
    setProblem(undefined)
    try {
      const done = await work()
      if (typeof done === 'string') notifications.show({ message: done })
      return true
    } catch (error) {
      setProblem(error)
      return false
    } finally {
      setBusy(false)
    }
  }
  return { busy, problem, run }
}
