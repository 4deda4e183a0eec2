import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { deflateSync, gzipSync } from 'node:zlib'
import { zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { inspect } from './inspect.ts'

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'))
const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts))
const zipped = (files: Readonly<Record<string, Uint8Array>>): Uint8Array => zipSync({ ...files } as never)

const harmful = bytesOf('\x80\x02cposix\nsystem\nU\x04true\x85R.')
const harmfulText = bytesOf("cposix\nsystem\n(S'true'\ntR.")
const harmless = bytesOf('\x80\x02]q\x00K\x01a.')
const model = Uint8Array.from(
  readFileSync(
    fileURLToPath(new URL('../../../../fixtures/sklearn-0.21.3/logreg_binary_bool/model.pkl', import.meta.url)),
  ),
)

/** One file of a tar archive; `magic` is missing in the oldest. */
const tarEntry = (name: string, content: Uint8Array, magic = 'ustar\x0000'): Uint8Array => {
  const header = new Uint8Array(512)
  const put = (at: number, text: string): void => header.set(bytesOf(text), at)
  put(0, name)
  put(100, '0000644\0')
  put(124, `${content.length.toString(8).padStart(11, '0')}\0`)
  put(148, '        ')
  put(156, '0')
  put(257, magic)
  const sum = header.reduce((total, byte) => total + byte, 0)
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `)
  return joined(header, content, new Uint8Array((512 - (content.length % 512)) % 512))
}
const tar = (...entries: readonly Uint8Array[]): Uint8Array => joined(...entries, new Uint8Array(1024))

const npyOf = (pickle: Uint8Array, descr = "'|O'"): Uint8Array => {
  const header = `{'descr': ${descr}, 'fortran_order': False, 'shape': (1,), }`.padEnd(117, ' ')
  return joined(bytesOf('\x93NUMPY\x01\x00'), Uint8Array.of(header.length + 1, 0), bytesOf(`${header}\n`), pickle)
}

describe('judging what no model can be made of', () => {
  it.each([
    ['PyTorch keeps as data.pkl', zipped({ 'archive/data.pkl': harmful, 'archive/version': bytesOf('3\n') })],
    ['PyTorch kept in several pickles', joined(bytesOf('\x80\x02\x8a\x02\xe9\x03.'), harmless, harmless, harmful)],
    ['PyTorch kept in a tar', tar(tarEntry('sys_info', harmless), tarEntry('pickle', harmful))],
    ['a tar of the oldest kind holds', tar(tarEntry('pickle', harmful, ''))],
    ['an archive holds under a name that says nothing', zipped({ 'a/weights': harmful })],
    ['an archive holds as text under a name that says nothing', zipped({ 'a/weights': harmfulText })],
    ['an archive holds compressed', zipped({ 'model.pkl.gz': Uint8Array.from(gzipSync(harmful)) })],
    ['an archive in an archive holds', zipped({ 'inner.zip': zipped({ 'x.pkl': harmful }) })],
    ['an array of objects in an .npz holds', zipped({ 'arr_0.npy': npyOf(harmful) })],
    ['an array of objects holds', npyOf(harmful)],
    ['an array of structures holds', npyOf(harmful, "[('a', '|O'), ('b', '<f8')]")],
    ['an array of an odd header holds', npyOf(harmful, '"|O"')],
    ['a compressed tar holds', Uint8Array.from(gzipSync(tar(tarEntry('pickle', harmful))))],
    ['a compressed archive holds', Uint8Array.from(gzipSync(zipped({ 'x.pkl': harmful })))],
    ['is compressed twice', Uint8Array.from(gzipSync(deflateSync(harmful)))],
    ['follows a model', joined(model, harmless, harmful)],
  ])('finds what %s', (_, file) => {
    const { verdict, findings } = inspect(file)
    expect(verdict).toBe('unsafe')
    expect(findings).toContainEqual(
      expect.objectContaining({ module: 'posix', name: 'system', judgement: 'dangerous' }),
    )
  })

  it.each([
    ['a zip of a model', zipped({ 'model.pkl': model })],
    ['a tar of a model', tar(tarEntry('model.pkl', model))],
    ['a zip of texts', zipped({ 'read.me': bytesOf('import os\nos.system\n') })],
    ['an array of numbers in an .npz', zipped({ 'a.npy': npyOf(harmless) })],
  ])('calls %s unsupported', (_, file) => {
    expect(inspect(file)).toMatchObject({ verdict: 'unsupported', findings: [] })
  })

  it('limits what archives within archives become together', () => {
    const bomb = Uint8Array.from(gzipSync(new Uint8Array(7 * 2 ** 20)))
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`${index}.pkl.gz`, bomb]))
    expect(inspect(zipSync(files, { level: 9 }))).toMatchObject({ verdict: 'limit' })
  })
})
