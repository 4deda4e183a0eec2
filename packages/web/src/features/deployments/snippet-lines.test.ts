import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { rowToAsk, snippetLines } from './snippet-lines.ts'

const inputs = [
  { name: "it's", type: 'text' as const },
  { name: 'size', type: 'number' as const },
  { name: 'open', type: 'boolean' as const },
  { name: 'day', type: 'date' as const },
]
const about = { id: 'deployment_1', inputs, address: 'http://127.0.0.1:1/api/v1/deployments/deployment_1/predictions' }
const row = rowToAsk(inputs, { "it's": 'a "quoted" \\ $HOME `word`', size: 2, open: false, day: null })
const linesOf = (title: string): string =>
  snippetLines(about, 'http://127.0.0.1:2', row).find((each) => each.title === title)?.code ?? ''

/** What a shell would hand to the program. */
const argumentsOf = (code: string): string[] =>
  execFileSync('bash', ['--norc', '-c', `curl() { printf '%s\\0' "$@"; }\n${code}`], {
    env: { MODELSMITH_TOKEN: 'secret' },
  })
    .toString()
    .split('\0')

it('asks about a row with something in each column', () => {
  expect(rowToAsk(inputs)).toEqual({ "it's": 'text', size: 1, open: true, day: '2026-01-31T00:00:00Z' })
  expect(row).toMatchObject({ size: 2, open: false, day: '2026-01-31T00:00:00Z' })
})

it.each([
  ['curl', '/api/v1/deployments/deployment_1/predictions', { rows: [row] }],
  ['MLflow', '/api/v1/deployments/deployment_1/invocations', { dataframe_records: [row] }],
])('gives the shell lines for %s that send the row as it is', (title, path, body) => {
  const given = argumentsOf(linesOf(title))
  expect(given).toContain(`http://127.0.0.1:1${path}`)
  expect(given).toContain('Authorization: Bearer secret')
  expect(JSON.parse(given[given.indexOf('-d') + 1] ?? '')).toEqual(body)
})

it('gives tensors of the types of the columns', () => {
  const given = argumentsOf(linesOf('Open Inference Protocol'))
  expect(given).toContain('http://127.0.0.1:1/v2/models/deployment_1/infer')
  expect(JSON.parse(given[given.indexOf('-d') + 1] ?? '').inputs).toEqual([
    { name: "it's", shape: [1], datatype: 'BYTES', data: ['a "quoted" \\ $HOME `word`'] },
    { name: 'size', shape: [1], datatype: 'FP64', data: [2] },
    { name: 'open', shape: [1], datatype: 'BOOL', data: [false] },
    { name: 'day', shape: [1], datatype: 'BYTES', data: ['2026-01-31T00:00:00Z'] },
  ])
})

it('gives Python the same row', () => {
  const [, rows = ''] = /^rows = (.*) {2}# or a DataFrame$/m.exec(linesOf('Python')) ?? []
  const told = execFileSync('python3', ['-c', `import json; print(json.dumps(${rows}))`]).toString()
  expect(JSON.parse(told)).toEqual([row])
})

it('gives R the same row', () => {
  const [lines = ''] = /^rows <- .*$/m.exec(linesOf('R')) ?? []
  const program = `${lines}\ncat(jsonlite::toJSON(rows, auto_unbox = TRUE, digits = I(17), na = "null"))`
  expect(JSON.parse(execFileSync('Rscript', ['-e', program]).toString())).toEqual([row])
})
