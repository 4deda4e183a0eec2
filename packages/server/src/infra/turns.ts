/** A few pieces of work at a time, some waiting for their turn; the next is refused. */
export const createTurns = (atOnce: number, mostWaiting: number, refusal: () => Error) => {
  let running = 0
  const waiting: (() => void)[] = []
  return {
    async take<T>(work: () => Promise<T>): Promise<T> {
      if (running >= atOnce) {
        if (waiting.length >= mostWaiting) throw refusal()
        await new Promise<void>((turn) => waiting.push(turn))
      } else running++
      try {
        return await work()
      } finally {
        const next = waiting.shift()
        if (next === undefined) running--
        else next()
      }
    },
  }
}
