import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { filesBeneath } from '../../features/batches/fetch-objects.ts'
import { accessOf } from './access.ts'
import { listObjects, openObject } from './read.ts'
import type { Asker } from './request.ts'
import { writeObject } from './write.ts'

let server: Server
let answer: (call: IncomingMessage, said: ServerResponse) => void
let asked: string[] = []

beforeAll(async () => {
  server = createServer((call, said) => {
    asked.push(`${call.method} ${call.url}`)
    call.resume().on('end', () => answer(call, said))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => void server.close())

const asker = (): Asker => ({
  access: accessOf({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accessKeyId: 'a',
    secretAccessKey: 'b',
  }),
  allowed: ['127.0.0.1'],
  signal: AbortSignal.timeout(60_000),
})
const place = { bucket: 'bucket', key: 'a b.csv' }
const saying = (status: number, text: string, headers: Record<string, string> = {}) => {
  answer = (_, said) => void said.writeHead(status, headers).end(text)
}
const problem = async (work: () => Promise<unknown>) => {
  const error = await work().then(
    () => undefined,
    (each: unknown) => each,
  )
  const { code, message } = error as { code: string; message: string }
  return [code, message]
}
const read = async () => {
  const { content } = await openObject(asker(), place)
  const parts: Buffer[] = []
  for await (const part of content) parts.push(part)
  return Buffer.concat(parts).toString()
}
const listed = async () => {
  const found: string[] = []
  for await (const each of listObjects(asker(), { bucket: 'bucket', key: '' })) found.push(each.place.key)
  return found
}

it.each([
  [
    301,
    '<Error><Code>PermanentRedirect</Code></Error>',
    { 'x-amz-bucket-region': 'eu-west-1' },
    's3.region',
    'eu-west-1',
  ],
  [
    400,
    '<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>',
    {},
    's3.region',
    'eu-west-1; the credential names us-east-1',
  ],
  [403, '', {}, 's3.denied', 's3://bucket/a b.csv: without a word'],
  [404, 'no page of ours', {}, 's3.noObject', 's3://bucket/a b.csv'],
  [
    418,
    '<Error><Code>Odd</Code><Message>I am &lt;a&gt; teapot&#0;</Message></Error>',
    {},
    's3.failed',
    'Odd: I am <a> teapot␀',
  ],
  [503, '<Error><Code>SlowDown</Code></Error>', {}, 's3.failed', 'SlowDown'],
] as const)('says what an answer of %s means: %s', async (status, text, headers, code, words) => {
  saying(status, text, headers)
  expect(await problem(read)).toEqual([code, expect.stringContaining(words)])
})

it('asks again where S3 is away for a moment', async () => {
  let calls = 0
  answer = (_, said) => {
    if (++calls === 1) return void said.writeHead(503).end()
    if (calls === 2) return void said.destroy()
    said.writeHead(200, { 'content-length': '3' }).end('abc')
  }
  expect(await read()).toBe('abc')
})

it('takes nothing for an object whose length it cannot know, or whose rest comes from its beginning', async () => {
  answer = (_, said) => {
    said.writeHead(200)
    said.write('ab')
    said.end('c')
  }
  expect(await problem(read)).toEqual(['s3.failed', expect.stringContaining('how long')])
  answer = (_, said) => {
    said.writeHead(200, { 'content-length': '6' })
    said.write('abc', () => said.destroy())
  }
  expect(await problem(read)).toEqual(['s3.away', expect.stringContaining('broke off after 3 of 6 bytes')])
})

it('lists page after page, keys as they are', async () => {
  asked = []
  answer = ({ url = '' }, said) =>
    void said.end(
      url.includes('continuation-token=n%20ext')
        ? '<L><IsTruncated>false</IsTruncated><Contents><Key>100%</Key><Size>1</Size></Contents></L>'
        : '<L><IsTruncated>true</IsTruncated><NextContinuationToken>n ext</NextContinuationToken><Contents><Key>a%2Bb+c%26amp</Key><Size>1</Size></Contents></L>',
    )
  expect(await listed()).toEqual(['a+b c&amp', '100%'])
  expect(asked[0]).toBe('GET /bucket/?list-type=2&prefix=&encoding-type=url')
})

it('reads no more files than a batch may', async () => {
  const contents = Array.from({ length: 10_001 }, (_, at) => `<Contents><Key>f${at}</Key><Size>1</Size></Contents>`)
  saying(200, `<L><IsTruncated>false</IsTruncated>${contents.join('')}</L>`)
  const limits = { settings: { uploadMb: 1 } }
  expect(await problem(() => filesBeneath(limits, asker(), { bucket: 'bucket', key: 'a/' }))).toEqual([
    'batch.tooManyObjects',
    'There are more than 10,000 files beneath s3://bucket/a/.',
  ])
})

it('believes no completion that turns out to be an error, and takes its upload back', async () => {
  asked = []
  answer = ({ method, url = '' }, said) => {
    if (url.endsWith('?uploads=')) return void said.end('<R><UploadId>u1</UploadId></R>')
    if (method === 'POST') return void said.end('<Error><Code>InternalError</Code><Message>Try again</Message></Error>')
    said.writeHead(200, { etag: '"e"' }).end()
  }
  const notes: (string | null)[] = []
  const note = async (upload: string | null) => void notes.push(upload)
  const content = async function* () {
    yield Buffer.alloc(9 * 2 ** 20)
  }
  expect(await problem(() => writeObject(asker(), { place, type: 'text/csv', note }, content()))).toEqual([
    's3.failed',
    'S3 answered 200 for s3://bucket/a b.csv: Try again',
  ])
  expect(notes).toEqual([null, 'u1'])
  expect(asked).toEqual([
    'POST /bucket/a%20b.csv?uploads=',
    'PUT /bucket/a%20b.csv?partNumber=1&uploadId=u1',
    'PUT /bucket/a%20b.csv?partNumber=2&uploadId=u1',
    'POST /bucket/a%20b.csv?uploadId=u1',
    'DELETE /bucket/a%20b.csv?uploadId=u1',
  ])
})
