import { infraError } from '../errors.ts'

/** Refuses what comes more often than `perMinute` under one key, with how long to wait; 0: never. */
export type Rate = (key: string) => void

/**
 * Each key has a minute's worth of requests, which come back evenly: a burst is let through, and a flood is not. Kept in memory: there
 * is one HTTP server.
 */
export const createRate = (perMinute: number, now: () => number = Date.now): Rate => {
  if (perMinute === 0) return () => {}
  const perMs = perMinute / 60_000
  const left = new Map<string, { tokens: number; at: number }>()
  let swept = now()
  return (key) => {
    const at = now()
    // Whoever has a whole minute's worth again is as if they had never come.
    if (at - swept > 60_000) {
      for (const [each, known] of left) if (at - known.at > 60_000) left.delete(each)
      swept = at
    }
    const known = left.get(key) ?? { tokens: perMinute, at }
    const tokens = Math.min(perMinute, known.tokens + (at - known.at) * perMs)
    left.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, at })
    if (tokens < 1) throw infraError('request.rate', { seconds: Math.ceil((1 - tokens) / perMs / 1000) })
  }
}
