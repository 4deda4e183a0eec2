import { readFile } from 'node:fs/promises'
import { hostIrises, irisFields } from '../../e2e/support/irises.ts'
import { descendants } from '../../e2e/support/processes.ts'
import { jobEnded } from '../../e2e/support/jobs.ts'
import { startProduct, until } from '../../e2e/support/product.ts'

/**
 * 1,000,000 rows (or as many as are named) of a CSV file, scored by a deployment of a hosted tree in a batch, with a column that is
 * passed through, logged as requests are, and downloaded as CSV: what it costs, and that the worker's memory stays bounded.
 */
const rows = Number(process.argv[2] ?? 1_000_000)
const limitMb = 400
const ticksPerSecond = 100

const log = (text: string) => console.log(text)
const count = (value: number) => value.toLocaleString('en')

/** Seconds of a processor that the processes below one have taken, with those of their ended children. */
const cpuSeconds = async (root: number): Promise<number> => {
  let ticks = 0
  for (const { pid } of await descendants(root)) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    for (const field of fields.slice(11, 15)) ticks += Number(field)
  }
  return ticks / ticksPerSecond
}

const peakMb = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
}

/** The largest resident memory that each kind of process came to. */
const watchPeaks = (root: number, kinds: Readonly<Record<string, RegExp>>) => {
  const peaks: Record<string, number> = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, 0]))
  const look = async () => {
    for (const { pid, command } of await descendants(root))
      for (const [kind, pattern] of Object.entries(kinds))
        if (pattern.test(command)) peaks[kind] = Math.max(peaks[kind] ?? 0, await peakMb(pid))
  }
  const timer = setInterval(() => void look(), 100)
  return {
    peaks,
    end: async () => {
      clearInterval(timer)
      await look()
    },
  }
}

const lines = Array.from(
  { length: rows },
  (_, at) => `plant ${at},${5 + (at % 20) / 10},3.${at % 7},${1 + (at % 50) / 10},${(at % 25) / 10}\n`,
)
const data = new Blob([`plant,${irisFields.join(',')}\n${lines.join('')}`])

const product = await startProduct({ env: { MODELSMITH_TOUR: 'off' } })
let held = true
const holds = (isHeld: boolean, text: string) => {
  held &&= isHeld
  log(`${isHeld ? 'holds ' : 'FAILS '} ${text}`)
}
try {
  const { client } = product
  const id = await hostIrises(client)
  const params = { id }
  log(
    `${count(rows)} rows, ${(data.size / 2 ** 20).toFixed(1)} MB of CSV, ${irisFields.length} inputs, one column passed through`,
  )
  const watched = watchPeaks(product.pid, {
    worker: /entry\/worker\.ts/,
    server: /entry\/http\.ts/,
    scorer: /batch-child\.ts/,
  })
  const cpuBefore = await cpuSeconds(product.pid)
  const started = performance.now()
  const files = [{ name: 'plants.csv', data }]
  const { job } = await client.upload('startFileBatch', { params, files, fields: { passThrough: 'plant' } })
  const sent = performance.now()
  const done = await jobEnded(client, job.id, 1_800_000)
  const scored = performance.now()
  holds(done.state === 'succeeded', `the job succeeded: ${JSON.stringify(done.error ?? done.result)}`)
  const answer = await fetch(`${product.address}/api/v1/jobs/${job.id}/predictions`, {
    headers: { authorization: `Bearer ${product.token}` },
  })
  let bytes = 0
  let newlines = 0
  for await (const part of answer.body as ReadableStream<Uint8Array>) {
    bytes += part.length
    for (const byte of part) if (byte === 10) newlines++
  }
  const ended = performance.now()
  await watched.end()
  const cpu = (await cpuSeconds(product.pid)) - cpuBefore
  holds(
    newlines === rows + 1,
    `the file has a line a row and a header: ${count(newlines)} lines, ${(bytes / 2 ** 20).toFixed(1)} MB`,
  )
  const seconds = (from: number, to: number) => `${((to - from) / 1000).toFixed(1)} s`
  log(`sent in ${seconds(started, sent)}, scored in ${seconds(sent, scored)}, downloaded in ${seconds(scored, ended)}`)
  log(`${cpu.toFixed(1)} s of a processor, all processes of the product together`)
  for (const [kind, mb] of Object.entries(watched.peaks)) log(`${kind}: at most ${Math.round(mb)} MB resident`)
  holds((watched.peaks['worker'] ?? Infinity) < limitMb, `the worker stays below ${limitMb} MB`)
  await until(600_000, async () => ((await client.call('getDeployment', { params })).rows === rows ? true : undefined))
  holds(true, `monitoring counts ${count(rows)} rows`)
} finally {
  await product.remove()
}
process.exitCode = held ? 0 : 1
