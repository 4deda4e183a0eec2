import { join } from 'node:path'
import { createClient } from '@modelsmith/api'
import { installEnvironment } from '@modelsmith/runner'
import { ModelsmithError } from '@modelsmith/table'
import { demandWhole } from './backup/restore.ts'
import { createAccounts } from './features/accounts/index.ts'
import { openDatabase } from './infra/database/database.ts'
import { migrate } from './infra/database/migrate.ts'
import { databaseOptions, openDatabase as openInstallation } from './infra/postgres/index.ts'
import { serviceUser } from './infra/postgres/service-user.ts'
import { demandFree } from './infra/process/addresses.ts'
import { databaseVariable, logError } from './infra/process/child.ts'
import { makeFolders, removeLeftovers } from './infra/process/folders.ts'
import { readableCode } from './infra/process/code.ts'
import { type Supervised, supervise } from './infra/process/supervise.ts'
import { forgetOldKeys, makeKeys, rotateKeys } from './infra/secrets/seal.ts'
import { makeSigningKey } from './infra/secrets/signing.ts'
import { placesOf, readSettings } from './infra/settings.ts'
import { takeTour } from './tour/tour.ts'

const root = join(import.meta.dirname, '../../..')
const began = Date.now()
const say = (line: string): void => {
  process.stdout.write(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}\n`)
}

/** Starts everything on one machine, restarts what dies, and ends it all with itself. */
const main = async (): Promise<void> => {
  const settings = readSettings()
  const places = placesOf(settings)
  process.umask(0o002)
  const user = serviceUser()
  demandWhole(settings.dataDir)
  makeFolders(settings, user)
  removeLeftovers(settings)
  say(`Data folder ${settings.dataDir}`)
  const { host } = settings
  await demandFree({ setting: 'MODELSMITH_PORT', host, port: settings.port })
  await demandFree({ setting: 'MODELSMITH_SERVING_PORT', host, port: settings.servingPort })

  const database = await openInstallation(databaseOptions(settings, (line) => say(`PostgreSQL: ${line}`)))
  const applied = await migrate(database.url)
  say(applied.length === 0 ? 'Database ready' : `Database ready, ${applied.length} migrations applied`)

  await installEnvironment({
    name: 'python-core',
    dataDir: settings.dataDir,
    forEveryone: true,
    onProgress: (step) => say(`Environment python-core: ${step}`),
  }).catch((error: unknown) => {
    // The rest of the product opens all the same; code does not run until it is there.
    say(`Environment python-core: ${error instanceof Error ? error.message : String(error)}`)
  })

  const connection = openDatabase(database.url, { connections: 1 })
  makeKeys(settings.secretsKeyFile, user)
  makeSigningKey(settings.signingKeyFile, user)
  if (process.env['MODELSMITH_ROTATE_SECRETS_KEY'] === 'on') {
    const { keyId, sealed } = await connection.transaction((queries) =>
      rotateKeys(queries, settings.secretsKeyFile, user),
    )
    forgetOldKeys(settings.secretsKeyFile, user)
    say(`Credentials: ${sealed} sealed with the new key ${keyId}`)
  }
  const first = await createAccounts({ database: connection, settings }).createFirst(process.env['MODELSMITH_PASSWORD'])
  await connection.close()

  const inPlace = { root, node: process.execPath }
  const readable = user === undefined ? inPlace : await readableCode(inPlace, places.code)
  if (readable !== inPlace)
    say(`${inPlace.root} is for root only: server and prediction process run a copy in ${readable.root}`)
  // A child that is not root would take another folder for the usual one.
  const env = { ...process.env, MODELSMITH_DATA: settings.dataDir, [databaseVariable]: database.url }
  const child = (name: string, entry: string, asUser: boolean): Supervised => {
    const compiledFolder = join(places.compiled, asUser && user !== undefined ? 'service' : 'own')
    const code = asUser ? readable : inPlace
    return supervise({ name, code, entry, env, compiledFolder, user: asUser ? user : undefined }, say)
  }
  const children = [
    child('Server', 'http.ts', true),
    child('Prediction process', 'serving.ts', true),
    ...Array.from({ length: settings.workers }, (_, index) => child(`Worker ${index + 1}`, 'worker.ts', false)),
  ]

  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    await Promise.all(children.map((each) => each.stop()))
    await database.stop()
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop())
  process.on('SIGINT', () => void stop())

  await Promise.all(children.map(({ ready }) => ready))
  const address = `http://${settings.host === '0.0.0.0' ? '127.0.0.1' : settings.host}:${settings.port}`
  say(`Ready: ${address}`)
  if (first === undefined) {
    say('Another token: under your name in the pages, or `modelsmith tokens create --name NAME`')
    return
  }
  say(`Sign in with the token ${first.token}`)
  if (!settings.tour) return
  const client = createClient({ baseUrl: address, headers: () => ({ authorization: `Bearer ${first.token}` }) })
  try {
    const { address: predictions, row } = await takeTour(client, say)
    say('The tour is there. A first prediction, to paste:')
    process.stdout.write(
      `\ncurl -s ${predictions} -H 'Authorization: Bearer ${first.token}' -H 'Content-Type: application/json' -d '${shellText(JSON.stringify({ rows: [row] }))}'\n\n`,
    )
  } catch (error) {
    say(`The tour stopped: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Text for between single quotes of a shell. */
const shellText = (text: string): string => text.replaceAll("'", `'\\''`)

await main().catch((error: unknown) => {
  // What the person at the terminal can do something about is told in words, all else with its stack.
  if (error instanceof ModelsmithError && error.kind !== 'bug')
    process.stderr.write(`\n${error.message}\n${error.hint === undefined ? '' : `Hint: ${error.hint}\n`}`)
  else logError('start', error)
  process.exit(1)
})
