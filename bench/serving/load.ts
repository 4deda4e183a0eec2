import { connect, type Socket } from 'node:net'
import { readFileSync } from 'node:fs'
import { answerIn } from './answer-in.ts'

/**
 * `node load.ts FILE`: asks a server over connections that stay open, one request after another on each, until the time is over; every answer
 * is compared with what is expected. Prints what it found as JSON. A client of its own process and core.
 */
export type Load = {
  readonly port: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly bodies: readonly string[]
  /** For each body, what is expected of each of its rows. */
  readonly expected: readonly (readonly number[])[]
  /** Where an answer has the probabilities of its rows: a path whose `*` goes through a list. */
  readonly found: string
  readonly within: number
  readonly connections: number
  readonly seconds: number
}
export type Found = {
  readonly requests: number
  readonly seconds: number
  readonly wrong: number
  readonly firstWrong: string | undefined
  readonly p50Ms: number
  readonly p99Ms: number
}

/** The numbers at a path such as `predictions.*.probabilities.1`. */
const numbersAt = (value: unknown, path: readonly string[]): number[] => {
  const [step, ...others] = path
  if (step === undefined) return [Number(value)]
  if (step === '*') return (value as readonly unknown[]).flatMap((each) => numbersAt(each, others))
  return numbersAt((value as Record<string, unknown>)[step], others)
}

const run = async (load: Load): Promise<Found> => {
  const { port, path, headers, bodies, expected, within } = load
  const place = load.found.split('.')
  const lines = Object.entries({ host: '127.0.0.1', 'content-type': 'application/json', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  )
  const requests = bodies.map((body) =>
    Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`),
  )
  const tookMs: number[] = []
  let [next, wrong] = [0, 0]
  let firstWrong: string | undefined
  const isRight = (body: string, of: number): boolean => {
    const found = numbersAt(JSON.parse(body), place)
    const wanted = expected[of] as readonly number[]
    return (
      found.length === wanted.length && found.every((value, row) => Math.abs(value - (wanted[row] as number)) <= within)
    )
  }
  const began = performance.now()
  const end = began + load.seconds * 1000
  const ask = (socket: Socket): Promise<void> =>
    new Promise((resolve, reject) => {
      let parts: Buffer[] = []
      let [of, sent] = [0, 0]
      const send = () => {
        of = next++ % requests.length
        sent = performance.now()
        socket.write(requests[of] as Buffer)
      }
      socket.on('data', (part) => {
        parts.push(part)
        const answer = answerIn(parts.length === 1 ? part : Buffer.concat(parts))
        if (answer === undefined) return
        parts = []
        tookMs.push(performance.now() - sent)
        if (answer.status !== 200 || !isRight(answer.body, of)) {
          wrong++
          firstWrong ??= `${answer.status} ${answer.body.slice(0, 300)}`
        }
        if (performance.now() < end) send()
        else socket.end(resolve)
      })
      socket.once('error', reject)
      send()
    })
  await Promise.all(
    Array.from({ length: load.connections }, () => ask(connect({ port, host: '127.0.0.1', noDelay: true }))),
  )
  const seconds = (performance.now() - began) / 1000
  tookMs.sort((a, b) => a - b)
  const at = (share: number) => tookMs[Math.min(tookMs.length - 1, Math.floor(share * tookMs.length))] ?? 0
  return { requests: tookMs.length, seconds, wrong, firstWrong, p50Ms: at(0.5), p99Ms: at(0.99) }
}

console.log(JSON.stringify(await run(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Load)))
