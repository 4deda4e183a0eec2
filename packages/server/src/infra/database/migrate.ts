import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

const folder = fileURLToPath(new URL('./migrations', import.meta.url))
/** Only one process migrates at a time; the number is this product's own. */
const lock = 7_240_017

/** The names of all migrations, in their order. */
export const migrationNames = async (): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()

/** What a migration does, without noting that it was done. */
export const runMigration = async (client: pg.Client, name: string): Promise<void> => {
  await client.query(await readFile(`${folder}/${name}`, 'utf8'))
}

export const noteMigration = async (client: pg.Client, name: string): Promise<void> => {
  await client.query('insert into migration (name) values ($1)', [name])
}

export const makeMigrationTable = async (client: pg.Client): Promise<void> => {
  await client.query(
    'create table if not exists migration (name text primary key, applied_at timestamptz not null default now())',
  )
}

/** Brings the database to the newest schema: numbered SQL files, each once, each in a transaction. Forward only. */
export const migrate = async (url: string): Promise<string[]> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [lock])
    await makeMigrationTable(client)
    const { rows } = await client.query<{ name: string }>('select name from migration')
    const done = new Set(rows.map(({ name }) => name))
    const names = (await migrationNames()).filter((name) => !done.has(name))
    for (const name of names) {
      await client.query('begin')
      await runMigration(client, name)
      await noteMigration(client, name)
      await client.query('commit')
    }
    return names
  } finally {
    await client.end()
  }
}
