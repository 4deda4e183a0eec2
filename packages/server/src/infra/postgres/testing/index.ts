import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, inject } from 'vitest'
import { withConnection } from '../answers.ts'

/** Brings a fresh database into the state that tests begin with, such as the schema of today. */
type Preparation = {
  /** Names the state; databases of equal names are copies of one that was prepared once. */
  readonly name: string
  readonly apply: (url: string) => Promise<void>
}

const clusterUrl = async (): Promise<string> => {
  const answer = await text(connect(inject('databaseSocket')))
  if (answer.startsWith('error: ')) throw new Error(`The PostgreSQL for tests did not start: ${answer.slice(7)}`)
  return answer
}

const databaseIn = (url: string, name: string): string => {
  const address = new URL(url)
  address.pathname = `/${name}`
  return address.href
}

/** Makes the template once, whichever of the test processes comes first. */
const prepareTemplate = (url: string, { name, apply }: Preparation): Promise<string> =>
  withConnection(url, async (client) => {
    const template = `template_${name}`
    await client.query('select pg_advisory_lock(hashtext($1))', [template])
    const { rowCount } = await client.query('select from pg_database where datname = $1', [template])
    if (rowCount !== 0) return template
    const unfinished = `${template}_unfinished`
    await client.query(`drop database if exists ${unfinished}`)
    await client.query(`create database ${unfinished}`)
    await apply(databaseIn(url, unfinished))
    await client.query(`alter database ${unfinished} rename to ${template}`)
    return template
  })

/**
 * Gives the tests of this scope a fresh database of their own on the test run's PostgreSQL, and drops it afterwards.
 * Read `url` inside hooks and tests, not while the file is collected.
 */
export const withTestDatabase = (preparation?: Preparation): { readonly url: string } => {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  let cluster: string | undefined
  beforeAll(async () => {
    const url = await clusterUrl()
    const template = preparation === undefined ? 'template1' : await prepareTemplate(url, preparation)
    await withConnection(url, (client) =>
      client.query(`create database ${name} template ${template} strategy file_copy`),
    )
    cluster = url
  })
  afterAll(async () => {
    if (cluster !== undefined)
      await withConnection(cluster, (client) => client.query(`drop database ${name} with (force)`))
  })
  return {
    get url() {
      if (cluster === undefined) throw new Error('The test database exists inside hooks and tests only')
      return databaseIn(cluster, name)
    },
  }
}
