import { text } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { withPlatform } from '../../testing/platform.ts'
import { customInsightText, renderedInsight } from './custom-insights.ts'
import { mediaTypeOf } from './media-types.ts'

const platform = withPlatform()

const stored = async (path: string, content: string | Uint8Array) => {
  const { key, bytes } = await platform.context.objects.putBytes(Buffer.from(content as string))
  return { node: 'model', path, key, bytes, sha256: key, mediaType: mediaTypeOf(path) }
}
const read = async (path: string, content: string | Uint8Array) =>
  customInsightText(platform.context.objects, await stored(path, content))

describe('a table or text', () => {
  it('is told whole where it is short', async () => {
    expect(await read('table.csv', 'a,b\n1,ö\n')).toMatchObject({ text: 'a,b\n1,ö\n', isWhole: true, bytes: 9 })
    expect(await read('empty.txt', '')).toMatchObject({ text: '', isWhole: true, bytes: 0 })
  })
  it('is cut between lines where it is long', async () => {
    const lines = Array.from({ length: 40_000 }, (_, row) => `${row},ö`).join('\n')
    const { text: told, isWhole, bytes } = await read('long.csv', lines)
    expect([isWhole, bytes]).toEqual([false, Buffer.byteLength(lines)])
    expect(lines.startsWith(told)).toBe(true)
    expect(told.endsWith('ö\n')).toBe(true)
    expect(Buffer.byteLength(told)).toBeGreaterThan(131_000)
  })
  it('is cut between characters where it is one line', async () => {
    const { text: told } = await read('line.txt', `x${'ö'.repeat(100_000)}`)
    expect(told).toBe(`x${'ö'.repeat(65_535)}`)
  })
  it('is told with marks for what is no UTF-8', async () => {
    expect(await read('odd.txt', Uint8Array.of(0x61, 0xff, 0x00, 0x62))).toMatchObject({ text: 'a\uFFFD\u0000b' })
  })
  it.each(['picture.png', 'model.pkl', 'page.html'])('is not %s', async (path) => {
    await expect(read(path, 'x')).rejects.toMatchObject({ code: 'model.noInsight' })
  })
})

describe('a picture or page', () => {
  it('is what the task wrote, for a frame', async () => {
    const { stream, type, isFramed } = renderedInsight(platform.context.objects, await stored('page.HTML', '<p>hi'))
    expect([type, isFramed, await text(stream as Readable)]).toEqual(['text/html', true, '<p>hi'])
  })
  it('is not a table, nor what nobody knows', async () => {
    for (const path of ['table.csv', 'model.pkl'])
      await expect(stored(path, 'x').then((file) => renderedInsight(platform.context.objects, file))).rejects.toThrow(
        `"${path}" is no picture or page that is shown.`,
      )
  })
  it('is refused where it is too large', async () => {
    const file = { ...(await stored('page.html', 'x')), bytes: 2 ** 24 + 1 }
    expect(() => renderedInsight(platform.context.objects, file)).toThrow('at most 16,777,216 are shown')
  })
})
