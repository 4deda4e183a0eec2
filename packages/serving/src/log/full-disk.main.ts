import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { servingPaths } from '../manifest.ts'
import type { Scorer } from '../scorer.ts'
import { startServing } from '../serve.ts'
import { readSegment } from './segment.ts'

/** For its test: the prediction process on a disk of its own, whose room is taken and given by the lines that come in. */
const [folder = '', manifest = ''] = process.argv.slice(2)
const filler = join(folder, 'filler')
mkdirSync(join(folder, servingPaths.models), { recursive: true })

/** Takes all that is left, down to the last byte. */
const fill = (): void => {
  for (let size = 2 ** 20; size >= 1; size >>= 1)
    for (;;) {
      try {
        writeFileSync(filler, Buffer.alloc(size), { flag: 'a' })
      } catch {
        break
      }
    }
}

const twice: Scorer = {
  inputs: [
    { name: 'size', type: 'number' },
    { name: 'note', type: 'text' },
  ],
  predict: async ({ rows, columns }) => {
    const [size] = columns
    const values = Float64Array.from({ length: rows }, (_, row) =>
      size?.kind === 'float64' ? 2 * (size.values[row] as number) : Number.NaN,
    )
    return {
      schema: { columns: [{ name: 'Predictions', type: 'number' }] },
      rows,
      columns: [{ kind: 'float64', values, validity: undefined }],
    }
  },
  close: async () => {},
  ended: new Promise(() => {}),
}

if (process.env['FULL'] === 'yes') fill()
else writeFileSync(join(folder, servingPaths.manifest), manifest)
const serving = await startServing({
  folder,
  open: async () => twice,
  listen: { host: '127.0.0.1', port: 0 },
  pollMs: 10,
})
const log = join(folder, servingPaths.log)
const commands: Readonly<Record<string, () => unknown>> = {
  port: () => serving.port,
  fill,
  free: () => rmSync(filler),
  manifest: () => writeFileSync(join(folder, servingPaths.manifest), manifest),
  segments: () => readdirSync(log).length,
  logged: () =>
    readdirSync(log).flatMap((name) =>
      readSegment(readFileSync(join(log, name))).map(({ entry, rows }) => [
        entry.requestId,
        entry.status,
        rows?.inputs.rows,
      ]),
    ),
}
createInterface(process.stdin).on('line', (line) => {
  console.log(JSON.stringify(commands[line]?.() ?? null))
})
