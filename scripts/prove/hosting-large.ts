import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import type { Client } from '@modelsmith/api'
import { installEnvironment } from '@modelsmith/runner'
import { descendants } from '../../e2e/support/processes.ts'
import { environmentsWith } from '../../e2e/support/environments.ts'
import { startProduct } from '../../e2e/support/product.ts'

/**
 * What a model file of almost 35 MB costs the platform, in processor time of all its processes: from the last part that arrived to the
 * answer to a row that is tried; and whether its memory is back afterwards where it was. A Python with scikit-learn 0.21.3 may be named.
 */
const [given] = process.argv.slice(2)
const rounds = 4
const mostSeconds = 3
/** A process that has worked holds a little more than one that has not; a file that stays in memory would be 33 MB more, each time. */
const mostMoreMb = 16

const environment = 'python-3.7-sklearn-0.21.3'
const folder = mkdtempSync(join(tmpdir(), 'ms-hosting-large-'))
const program = `
import pickle, sys
import numpy as np
from sklearn.ensemble import RandomForestClassifier
random = np.random.RandomState(7)
X = random.normal(size=(6000, 12))
y = (X[:, 0] * X[:, 1] + random.normal(size=6000) > 0).astype(int) + (X[:, 2] > 1)
model = RandomForestClassifier(n_estimators=204, random_state=7).fit(X, y)
pickle.dump(model, open(sys.argv[1], "wb"), protocol=4)
np.savetxt(sys.argv[2], model.predict_proba(X[:1]), delimiter=",")
np.savetxt(sys.argv[3], X[:1], delimiter=",")
`
const file = (name: string): string => join(folder, name)
const numbersOf = (name: string): number[] => readFileSync(file(name), 'utf8').trim().split(',').map(Number)

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
const family = async (root: number): Promise<readonly number[]> => [
  root,
  ...(await descendants(root)).map(({ pid }) => pid),
]
/** What /proc says of a process; nothing once it has ended, when its parent's figures hold its own. */
const read = (pid: number, name: string): string | undefined => {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return undefined
  }
}
/** Seconds of a processor that the processes have used, with their children that have ended. */
const usedBy = async (root: number): Promise<number> => {
  let ticks = 0
  for (const pid of await family(root)) {
    const stat = read(pid, 'stat')
    if (stat === undefined) continue
    // After the name, which may hold spaces: user and system time, and the same of ended children, are the 12th to the 15th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    ticks += fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  }
  return ticks / ticksPerSecond
}
const memoryMbOf = async (root: number): Promise<number> => {
  let kb = 0
  for (const pid of await family(root)) kb += Number(/^Pss:\s+(\d+)/m.exec(read(pid, 'smaps_rollup') ?? '')?.[1] ?? 0)
  return kb / 1024
}

const sendAll = async (client: Client, experiment: string, bytes: Buffer): Promise<string> => {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const body = { fileName: 'forest.pkl', bytes: bytes.length, sha256 }
  let upload = await client.call('beginFileUpload', { params: { id: experiment }, body })
  while (upload.received < bytes.length) {
    const answer = await client.sendBytes('sendFilePart', {
      params: { id: upload.id },
      query: { offset: upload.received },
      data: new Blob([bytes.subarray(upload.received, upload.received + upload.partBytes) as BlobPart]),
      type: 'application/octet-stream',
    })
    upload = (await answer.json()) as typeof upload
  }
  return upload.id
}

const product = await startProduct({
  env: { MODELSMITH_TOUR: 'off' },
  environments: await environmentsWith('python-core'),
})
let held = true
const judge = (what: string, holds: boolean, words: string): void => {
  held &&= holds
  console.log(`${holds ? 'holds' : 'FAILS'}  ${what}: ${words}`)
}
try {
  const python = given ?? (await installEnvironment({ name: environment, dataDir: product.data })).interpreter
  writeFileSync(file('make.py'), program)
  execFileSync(python, [file('make.py'), file('forest.pkl'), file('expected.csv'), file('row.csv')])
  const bytes = readFileSync(file('forest.pkl'))
  console.log(`a forest of scikit-learn 0.21.3, ${(bytes.length / 2 ** 20).toFixed(1)} MB, ${rounds} rounds\n`)

  const { client, pid } = product
  const { id } = await client.call('createRegisteredModel', { body: { name: 'Forest' } })
  const row = Object.fromEntries(numbersOf('row.csv').map((value, at) => [`f${at}`, value]))
  const spent: { readonly finish: number; readonly tried: number; readonly memory: number }[] = []
  let areEqual = true
  for (let round = 0; round < rounds; round++) {
    const params = { id: (await client.call('createExperiment', { params: { id }, body: {} })).id }
    const uploading = await sendAll(client, params.id, bytes)
    const before = await usedBy(pid)
    const { application, version } = await client.call('finishFileUpload', { params: { id: uploading } })
    const finished = await usedBy(pid)
    const inputs = application.inputs.map((input, at) => ({ ...input, field: `f${at}` }))
    const body = { application: { ...application, inputs } }
    await client.call('changeExperiment', { params, body, ifMatch: version })
    const mapped = await usedBy(pid)
    const { predictions } = await client.call('tryExperiment', { params, body: { rows: [row] } })
    const end = await usedBy(pid)
    areEqual &&=
      JSON.stringify(Object.values(predictions[0]?.probabilities ?? {})) === JSON.stringify(numbersOf('expected.csv'))
    // What is collected in the background is collected soon.
    await after(5_000)
    spent.push({ finish: finished - before, tried: end - mapped, memory: await memoryMbOf(pid) })
  }
  for (const { finish, tried, memory } of spent)
    console.log(
      `put together and inspected ${finish.toFixed(2)} s, a row tried ${tried.toFixed(2)} s; ${memory.toFixed(0)} MB in use afterwards`,
    )
  const least = Math.min(...spent.map(({ finish, tried }) => finish + tried))
  judge(
    'from the last part to an answer',
    least < mostSeconds,
    `${least.toFixed(2)} s of a processor, at most ${mostSeconds}`,
  )
  const [first, last] = [spent[0]?.memory ?? 0, spent.at(-1)?.memory ?? 0]
  const words = `${first.toFixed(0)} MB after the first file, ${last.toFixed(0)} MB after the last`
  judge('memory is back where it was', last - first < mostMoreMb, words)
  judge('the answer', areEqual, "probabilities equal to scikit-learn's, to the last digit")
} finally {
  await product.remove()
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = held ? 0 : 1
