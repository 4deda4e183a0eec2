import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { servingPaths } from '@modelsmith/serving'
import { ModelsmithError } from '@modelsmith/table'
import { makeBackup } from '../backup/backup.ts'
import { backupError } from '../backup/errors.ts'
import { restore } from '../backup/restore.ts'
import { diskFull } from '../infra/disk/room.ts'
import { openFolderStore } from '../infra/objects/store.ts'
import { databaseOptions, joinDatabase, openDatabase, serviceUser } from '../infra/postgres/index.ts'
import { logError } from '../infra/process/child.ts'
import { readVersion } from '../infra/process/context.ts'
import { placesOf, readSettings, type Settings } from '../infra/settings.ts'

/** `backup FOLDER [--with-key]` and `restore FOLDER`, of the platform that the settings name. */

const began = Date.now()
const say = (line: string): void => {
  process.stdout.write(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}\n`)
}

const interruption = new AbortController()
const { signal } = interruption
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interruption.abort())

const backUp = async (target: string, settings: Settings, withKey: boolean): Promise<void> => {
  const places = placesOf(settings)
  if (!existsSync(places.objects)) throw backupError('backup.nothing', { folder: settings.dataDir })
  const database = await joinDatabase(databaseOptions(settings, (line) => say(`PostgreSQL: ${line}`)))
  try {
    const { log, key } = await makeBackup({
      target,
      databaseUrl: database.url,
      objects: await openFolderStore(places.objects, async () => {}),
      logFolder: join(places.serving, servingPaths.log),
      keyFile: withKey ? settings.secretsKeyFile : undefined,
      version: await readVersion(),
      signal,
      progress: say,
    })
    if (log.length > 0) say(`${log.length} segments of the prediction log that were not shipped yet`)
    say(
      key === null
        ? `Without the file of keys: keep ${settings.secretsKeyFile} apart; credentials and webhooks open with it alone`
        : 'With the file of keys: whoever has the backup can open the credentials in it',
    )
    say(`Backed up to ${target}`)
  } finally {
    await database.stop()
  }
}

const bringBack = async (source: string, settings: Settings): Promise<void> => {
  const { manifest, audited, sealed } = await restore({
    source,
    settings,
    version: await readVersion(),
    user: serviceUser(),
    openDatabase: () => openDatabase(databaseOptions(settings, (line) => say(`PostgreSQL: ${line}`))),
    signal,
    progress: say,
  })
  say(
    audited === undefined
      ? 'The audit log does not check out: it was changed before it was backed up'
      : `The audit log checks out: ${audited.toLocaleString('en')} entries`,
  )
  if (manifest.key === null && sealed > 0)
    say(
      `Put your file of keys at ${settings.secretsKeyFile} before you start: ${sealed} credentials and webhooks open with it alone`,
    )
  say(`Restored into ${settings.dataDir} what was backed up at ${manifest.createdAt}; npm start goes on from there`)
}

const main = async (): Promise<void> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'with-key': { type: 'boolean', default: false } },
  })
  const [verb, folder, ...rest] = positionals
  if (folder === undefined || rest.length > 0 || (verb === 'restore' && values['with-key']))
    throw backupError('backup.usage', { found: process.argv.slice(3).join(' ') })
  const settings = readSettings()
  if (verb === 'restore') await bringBack(resolve(folder), settings)
  else await backUp(resolve(folder), settings, values['with-key'])
}

await main().catch((failure: unknown) => {
  const error = diskFull(failure) ?? failure
  if (error instanceof ModelsmithError && error.kind !== 'bug')
    process.stderr.write(`\n${error.message}\n${error.hint === undefined ? '' : `Hint: ${error.hint}\n`}`)
  else logError('backup', error)
  process.exit(signal.aborted ? 130 : 1)
})
