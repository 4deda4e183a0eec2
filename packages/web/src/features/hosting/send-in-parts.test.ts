import { createHash } from 'node:crypto'
import { createClient, type Experiment, type FileUpload } from '@modelsmith/api'
import { describe, expect, it } from 'vitest'
import { sendInParts } from './send-in-parts.ts'

const partBytes = 4
const bytes = new Uint8Array(Buffer.from('a model file'))
const file = new File([bytes], 'model.pkl')

/** A line to a server that keeps what comes, and of which the answers to some parts are lost, by their number. */
const line = (lost: readonly number[], kept: Uint8Array<ArrayBuffer> = new Uint8Array()) => {
  let received = kept
  let sent = 0
  const upload = (): FileUpload => ({
    id: 'u',
    experimentId: 'e',
    fileName: file.name,
    bytes: bytes.length,
    received: received.length,
    partBytes,
  })
  const asked: string[] = []
  const client = createClient({
    baseUrl: '',
    fetch: async (address, { method = 'GET', body }) => {
      asked.push(`${method} ${address.replace('/api/v1', '')}`)
      if (method === 'PUT') {
        const part = new Uint8Array(await (body as Blob).arrayBuffer())
        received = new Uint8Array([...received, ...part])
        if (lost.includes(sent++)) throw new TypeError('The line broke.')
      }
      if (address.endsWith('/finish')) return Response.json({ id: 'e' } satisfies Partial<Experiment>)
      if (address.endsWith('/file-uploads'))
        expect(JSON.parse(String(body))).toMatchObject({
          bytes: bytes.length,
          sha256: createHash('sha256').update(bytes).digest('hex'),
        })
      return Response.json(upload())
    },
  })
  return { client, asked, received: () => Buffer.from(received).toString() }
}

const watch = () => {
  const fractions: number[] = []
  return { onSent: (fraction: number) => fractions.push(fraction), fractions, signal: new AbortController().signal }
}

describe('a file that is sent in parts', () => {
  it('asks where it was after the answer to a part was lost, and goes on there', async () => {
    const { client, asked, received } = line([1])
    const seen = watch()
    expect(await sendInParts(client, 'e', file, seen)).toEqual({ id: 'e' })
    expect(received()).toBe('a model file')
    expect(asked).toEqual([
      'POST /experiments/e/file-uploads',
      'PUT /file-uploads/u?offset=0',
      'PUT /file-uploads/u?offset=4',
      'GET /file-uploads/u',
      'PUT /file-uploads/u?offset=8',
      'POST /file-uploads/u/finish',
    ])
    expect(seen.fractions).toEqual([0, 1 / 3, 2 / 3, 1])
  })

  it('that broke off goes on with what is missing', async () => {
    const { client, asked, received } = line([], bytes.slice(0, 8))
    await sendInParts(client, 'e', file, watch())
    expect(received()).toBe('a model file')
    expect(asked.filter((each) => each.startsWith('PUT'))).toEqual(['PUT /file-uploads/u?offset=8'])
  })

  it('is sent no further once it is stopped', async () => {
    const stopping = new AbortController()
    const { client, asked } = line([])
    const sending = sendInParts(client, 'e', file, { onSent: () => stopping.abort(), signal: stopping.signal })
    await expect(sending).rejects.toThrow('aborted')
    expect(asked.filter((each) => each.startsWith('POST'))).toEqual(['POST /experiments/e/file-uploads'])
  })
})
