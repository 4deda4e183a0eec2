import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withConnection } from './answers.ts'
import { type Cluster, startCluster } from './cluster.ts'
import { clusterOptions } from './testing/cluster.ts'

type Setting = Awaited<ReturnType<typeof clusterOptions>>

const processesOn = async (folder: string): Promise<number[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const folders = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')))
  return pids.filter((_, index) => folders[index] === join(folder, 'data'))
}

const until = async (condition: () => Promise<boolean> | boolean): Promise<void> => {
  while (!(await condition())) await sleep(20)
}

describe.each(['18', '15'] as const)('PostgreSQL %s', (major) => {
  let setting: Setting
  let cluster: Cluster

  const write = (body: string): Promise<unknown> =>
    withConnection(cluster.url, (client) => client.query('insert into note values ($1)', [body]))
  const notes = (): Promise<string[]> =>
    withConnection(cluster.url, async (client) =>
      (await client.query<{ body: string }>('select body from note')).rows.map(({ body }) => body),
    )

  beforeEach(async () => {
    setting = await clusterOptions(major)
    cluster = await startCluster(setting.options)
    await withConnection(cluster.url, (client) => client.query('create table note (body text)'))
  })

  afterEach(async () => {
    await cluster.stop()
    await setting.remove()
  })

  it('is the version asked for, checks its pages, listens on no port, and lets nobody else in', async () => {
    const shown = await withConnection(cluster.url, async (client) => {
      const { rows } = await client.query<{ name: string; setting: string }>(
        `select name, setting from pg_settings where name in
          ('data_checksums', 'fsync', 'listen_addresses', 'server_encoding', 'server_version', 'TimeZone')`,
      )
      return Object.fromEntries(rows.map(({ name, setting: value }) => [name, value]))
    })
    expect(shown).toMatchObject({
      data_checksums: 'on',
      fsync: 'on',
      listen_addresses: '',
      server_encoding: 'UTF8',
      TimeZone: 'UTC',
    })
    expect(shown['server_version']).toMatch(new RegExp(`^${major}\\.`))
    expect((await stat(setting.options.socketFolder)).mode & 0o777).toBe(0o700)
    const uid = /^Uid:\s+(\d+)/m.exec(await readFile(`/proc/${cluster.pid()}/status`, 'utf8'))?.[1]
    expect(uid).not.toBe('0')
  })

  it('keeps committed rows over a clean stop, which leaves nothing running', async () => {
    await write('kept')
    await cluster.stop()
    expect(await processesOn(setting.options.folder)).toEqual([])
    cluster = await startCluster(setting.options)
    expect(await notes()).toEqual(['kept'])
  })

  it('comes back with committed rows after kill -9 of the postmaster, and of every process', async () => {
    for (const victims of ['postmaster', 'all'] as const) {
      await write(victims)
      const killed = cluster.pid()
      if (killed === undefined) throw new Error('no postmaster')
      const pids = victims === 'all' ? await processesOn(setting.options.folder) : [killed]
      for (const pid of pids) process.kill(pid, 'SIGKILL')
      await until(() => cluster.pid() !== undefined && cluster.pid() !== killed)
      await cluster.ready()
    }
    expect(await notes()).toEqual(['postmaster', 'all'])
    expect(setting.lines[0]).toBe('PostgreSQL ended (SIGKILL); starting it again')
  })

  it('starts although a stranger now has the process number of its lock file', async () => {
    await write('kept')
    const killed = cluster.pid()
    await cluster.stop()
    const stranger = spawn('sleep', ['60'], {
      ...setting.options.user,
      stdio: 'ignore',
    })
    await once(stranger, 'spawn')
    const lock = `${stranger.pid}\n${join(setting.options.folder, 'data')}\n0\n5432\n\n\n`
    await writeFile(join(setting.options.folder, 'data/postmaster.pid'), lock)
    cluster = await startCluster(setting.options)
    stranger.kill()
    expect(cluster.pid()).not.toBe(killed)
    expect(await notes()).toEqual(['kept'])
  })

  it('refuses a folder of another major version and says the way out', async () => {
    await cluster.stop()
    const other = await clusterOptions(major === '18' ? '15' : '18')
    await expect(startCluster({ ...setting.options, binaries: other.options.binaries })).rejects.toMatchObject({
      code: 'postgres.otherMajor',
      hint: expect.stringContaining(`programs of PostgreSQL ${major}`),
    })
    await other.remove()
  })

  it('ends when the process that started it is killed', async () => {
    await cluster.stop()
    const program = `
      import { startCluster } from ${JSON.stringify(join(import.meta.dirname, 'cluster.ts'))}
      const cluster = await startCluster({ ...${JSON.stringify(setting.options)}, log: () => {} })
      console.log(cluster.pid())
    `
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(parent.stdout, 'data')
    expect(await processesOn(setting.options.folder)).not.toEqual([])
    parent.kill('SIGKILL')
    await until(async () => (await processesOn(setting.options.folder)).length === 0)
    const state = execFileSync('od', [
      '-An',
      '-t',
      'u4',
      '-j',
      '16',
      '-N',
      '4',
      join(setting.options.folder, 'data/global/pg_control'),
    ])
    // DB_SHUTDOWNED: it wrote its checkpoint, nothing is to be recovered.
    expect(Number(state)).toBe(1)
  })

  it('says what PostgreSQL said when it does not start', async () => {
    await cluster.stop()
    await expect(startCluster({ ...setting.options, settings: { shared_buffers: 'many' } })).rejects.toMatchObject({
      code: 'postgres.failed',
      message: expect.stringContaining('shared_buffers'),
    })
  })
})
