import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import type { Cluster } from '../cluster.ts'
import { startThrowAwayCluster, type TestedMajor } from './cluster.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A socket that answers with the address of the test run's PostgreSQL, which starts at the first question. */
    readonly databaseSocket: string
  }
}

const isTested = (major: string): major is TestedMajor => major === '15' || major === '18'

/** One PostgreSQL for a whole test run, and none for a run without a test that asks for it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const major = process.env['MODELSMITH_TEST_POSTGRES'] ?? '18'
  if (!isTested(major)) throw new Error(`MODELSMITH_TEST_POSTGRES is ${major}; expected 15 or 18`)
  const socket = join(tmpdir(), `ms-pg-${process.pid}-${project.name}.sock`)
  let cluster: Promise<Cluster> | undefined
  const server = createServer((connection) => {
    connection.on('error', () => undefined)
    cluster ??= startThrowAwayCluster(major)
    cluster.then(
      ({ url }) => connection.end(url),
      (error: Error) => connection.end(`error: ${error.message}`),
    )
  })
  rmSync(socket, { force: true })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve))
  project.provide('databaseSocket', socket)
  return async () => {
    server.close()
    await (await cluster)?.stop()
  }
}
