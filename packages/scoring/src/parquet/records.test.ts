import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ModelsmithError, sourceOf } from '@modelsmith/table'
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../../../conformance/fuzz/random.ts'
import { defaultLimits } from '../limits.ts'
import { openParquet } from './groups.ts'
import { recordsOf } from './records.ts'

const seed = 20_261_129
const folder = fileURLToPath(new URL('fixtures', import.meta.url))
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(`${folder}/${name}`))
const options = { limits: defaultLimits, parsers: DEFAULT_PARSERS }
const read = (bytes: Uint8Array): readonly unknown[] => {
  const { tree, groups } = openParquet(sourceOf(bytes), options)
  return [...groups()].flatMap(({ rows, columns }) => recordsOf(tree, columns, rows))
}
/** Typed arrays as JSON has them. */
const plain = (rows: readonly unknown[]): unknown =>
  JSON.parse(JSON.stringify(rows, (_, value) => (ArrayBuffer.isView(value) ? [...(value as Float64Array)] : value)))

const outcome = (bytes: Uint8Array): string => {
  try {
    read(bytes)
    return 'read'
  } catch (error) {
    return error instanceof ModelsmithError ? 'ModelsmithError' : (error as Error).name
  }
}

/** What pyarrow wrote, in the four ways of `generate.py`. */
const ways = ['dictionary', 'plain', 'pages', 'split']

describe('rows of a Parquet file', () => {
  it.each(ways)('have their structures, lists, maps and holes, however they were written: %s', (way) => {
    expect(plain(read(bytesOf(`${way}.parquet`)))).toEqual(JSON.parse(readFileSync(`${folder}/records.json`, 'utf8')))
  })

  it('have lists of numbers as typed arrays, if no number is missing', () => {
    const rows = read(bytesOf('plain.parquet')) as readonly { numbers: unknown; holes: unknown }[]
    const lists = rows.map(({ numbers }) => numbers).filter((list) => list !== null)
    expect(lists.some((list) => list instanceof Float64Array)).toBe(true)
    expect(rows.some(({ holes }) => Array.isArray(holes) && holes.includes(null))).toBe(true)
  })

  it.each(ways)(`are refused or read in little time, whatever is broken: %s, seed ${seed}`, (way) => {
    const sound = bytesOf(`${way}.parquet`)
    const random = randomFrom(seed)
    let slowest = 0
    for (let tried = 0; tried < 200; tried++) {
      const broken = Uint8Array.from(sound)
      broken[random.below(sound.length)] = random.pick([0, 0x7f, 0xff])
      const start = process.cpuUsage()
      const name = outcome(broken)
      const { user, system } = process.cpuUsage(start)
      slowest = Math.max(slowest, (user + system) / 1000)
      expect(['read', 'ModelsmithError', 'RangeError', 'TypeError', 'Error']).toContain(name)
    }
    expect(slowest).toBeLessThan(1000)
  })
})
