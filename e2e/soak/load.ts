import { connect, type Socket } from 'node:net'
import { answerIn } from '../../bench/serving/answer-in.ts'

/** What a deployment is asked, and what each row is worth in every version of its model, before the number of the version. */
export type Target = {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly bodies: readonly string[]
  readonly worth: readonly (readonly number[])[]
  readonly connections: number
}

export type Order = {
  readonly port: number
  readonly targets: readonly Target[]
  /** Requests a second of each; as many as it answers where there are none. */
  readonly rates: readonly number[] | undefined
}

/** Answers that claimed one release and were all worth so much more than their rows. */
export type Tally = { readonly releaseId: string; readonly modelId: string; readonly more: number; requests: number }

export type Failure = {
  /** Milliseconds since 1970. */
  readonly at: number
  /** The code of an error; or `cut`: sent, and never answered; `refused`: nobody took the connection; `silent`: nothing came in time. */
  readonly what: string
}

export type Found = {
  readonly requests: number
  readonly seconds: number
  readonly tallies: readonly Tally[]
  /** Answers whose rows are of no one version, the first of them. */
  readonly mixed: readonly string[]
  readonly failures: readonly Failure[]
  /** Requests whose turn came while too many were waiting for a connection: they were not sent. */
  readonly leftOut: number
  readonly p50Ms: number
  readonly p99Ms: number
}

type Reply = { readonly status: number; readonly body: string } | { readonly broken: string }

const silenceMs = 30_000

/** A connection that is opened again when it was lost. */
const openConnection = (port: number) => {
  let kept: Socket | undefined
  return (bytes: Buffer): Promise<Reply> =>
    new Promise((resolve) => {
      const socket = kept ?? connect({ port, host: '127.0.0.1', noDelay: true })
      kept = socket
      const parts: Buffer[] = []
      let isConnected = !socket.connecting
      const end = (reply: Reply) => {
        clearTimeout(silence)
        socket.removeAllListeners()
        socket.on('error', () => {})
        socket.once('close', () => {
          if (kept === socket) kept = undefined
        })
        if ('broken' in reply) {
          kept = undefined
          socket.destroy()
        }
        resolve(reply)
      }
      const lost = () => end({ broken: isConnected ? 'cut' : 'refused' })
      const silence = setTimeout(() => end({ broken: 'silent' }), silenceMs)
      socket.once('connect', () => {
        isConnected = true
      })
      socket.once('error', lost)
      socket.once('close', lost)
      socket.on('data', (part: Buffer) => {
        parts.push(part)
        const answer = answerIn(parts.length === 1 ? part : Buffer.concat(parts))
        if (answer !== undefined) end(answer)
      })
      socket.write(bytes)
    })
}

type Answer = {
  readonly releaseId: string
  readonly modelId: string
  readonly predictions: readonly { readonly prediction: number }[]
}

/** By how much all rows of an answer are worth more than they are by themselves; undefined where they do not agree. */
const moreOf = ({ predictions }: Answer, worth: readonly number[]): number | undefined => {
  const more = (predictions[0]?.prediction ?? Number.NaN) - (worth[0] as number)
  const agree =
    predictions.length === worth.length &&
    predictions.every(({ prediction }, row) => prediction - (worth[row] as number) === more)
  return agree ? more : undefined
}

const openTarget = (port: number, { path, headers, bodies, worth, connections }: Target) => {
  const lines = Object.entries({ host: '127.0.0.1', 'content-type': 'application/json', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  )
  const requests = bodies.map((body) =>
    Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`),
  )
  const idle = Array.from({ length: connections }, () => openConnection(port))
  const tookMs: number[] = []
  const tallies = new Map<string, Tally>()
  const mixed: string[] = []
  const failures: Failure[] = []
  let next = 0
  const take = (reply: Reply, of: number): void => {
    if ('broken' in reply) return void failures.push({ at: Date.now(), what: reply.broken })
    if (reply.status !== 200) {
      const { code } = JSON.parse(reply.body) as { code: string }
      return void failures.push({ at: Date.now(), what: code })
    }
    const answer = JSON.parse(reply.body) as Answer
    const more = moreOf(answer, worth[of] as readonly number[])
    if (more === undefined) return void (mixed.length < 10 && mixed.push(reply.body.slice(0, 300)))
    const { releaseId, modelId } = answer
    const name = `${releaseId} ${modelId} ${more}`
    const tally = tallies.get(name)
    if (tally === undefined) tallies.set(name, { releaseId, modelId, more, requests: 1 })
    else tally.requests++
  }
  /** When the turn came of requests that wait for a connection. */
  const due: number[] = []
  const ask = async (connection: ReturnType<typeof openConnection>, since: number): Promise<void> => {
    const of = next++ % requests.length
    const reply = await connection(requests[of] as Buffer)
    if (!('broken' in reply)) tookMs.push(performance.now() - since)
    take(reply, of)
    const waiting = due.shift()
    if (waiting !== undefined) return ask(connection, waiting)
    idle.push(connection)
  }
  return {
    /** Asks the next request on the connection that waits longest, or once one is free; false where too many wait for that already. */
    begin(most: number): boolean {
      const connection = idle.shift()
      if (connection !== undefined) void ask(connection, performance.now())
      else if (due.length < most) due.push(performance.now())
      else return false
      return true
    },
    isAnswered: (): boolean => idle.length === connections,
    found(seconds: number, leftOut: number): Found {
      tookMs.sort((a, b) => a - b)
      const at = (share: number) => tookMs[Math.min(tookMs.length - 1, Math.floor(share * tookMs.length))] ?? 0
      const about = { requests: next, seconds, leftOut, mixed, failures, tallies: [...tallies.values()] }
      return { ...about, p50Ms: at(0.5), p99Ms: at(0.99) }
    },
  }
}

const tickMs = 2
/** How long a request may wait for a connection. */
const patienceMs = 1000
/** Where as much is asked as is answered, so many wait at most, that no connection is ever idle. */
const mostWaiting = 500
let stopped = false

const run = async ({ port, targets, rates }: Order): Promise<Found[]> => {
  const opened = targets.map((target) => openTarget(port, target))
  const leftOut = targets.map(() => 0)
  const turns = targets.map(() => 0)
  const began = performance.now()
  const tick = () => new Promise((resolve) => setTimeout(resolve, tickMs))
  while (!stopped) {
    const after = (performance.now() - began) / 1000
    for (const [of, target] of opened.entries()) {
      const rate = rates?.[of]
      if (rate === undefined) while (target.begin(mostWaiting));
      else
        for (; (turns[of] as number) < Math.floor(after * rate); turns[of] = (turns[of] as number) + 1)
          if (!target.begin((rate * patienceMs) / 1000)) leftOut[of] = (leftOut[of] as number) + 1
    }
    await tick()
  }
  const seconds = (performance.now() - began) / 1000
  while (!opened.every((target) => target.isAnswered())) await tick()
  return opened.map((target, of) => target.found(seconds, leftOut[of] as number))
}

/** A process of its own: it is sent an order, then `stop`, and answers what it has found. */
process.on('message', (message: Order | 'stop') => {
  if (message === 'stop') stopped = true
  else void run(message).then((found) => process.send?.(found, () => process.disconnect()))
})
