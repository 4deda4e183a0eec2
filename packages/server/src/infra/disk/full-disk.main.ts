import { readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createApp } from '../../app.ts'
import { openContext } from '../process/context.ts'
import { placesOf } from '../settings.ts'

/** For its test: the API over a data folder on a disk of its own, whose room is taken and given by the lines that come in. */
const [folder = '', databaseUrl = ''] = process.argv.slice(2)
const context = await openContext(databaseUrl, { ...process.env, MODELSMITH_DATA: folder })
const app = await createApp(context, join(folder, 'no-pages'), (_, error) => console.error(error))
const address = await app.listen({ host: '127.0.0.1', port: 0 })
const places = placesOf(context.settings)
const filler = join(folder, 'filler')
const commands: Readonly<Record<string, () => unknown>> = {
  address: () => address,
  // Until less than 1.5 MB are left.
  fill: () => {
    while (statfsSync(folder).bavail * statfsSync(folder).bsize > 1.5 * 2 ** 20)
      writeFileSync(filler, Buffer.alloc(2 ** 18), { flag: 'a' })
  },
  free: () => rmSync(filler),
  leftovers: () => [places.uploads, join(places.objects, 'incoming')].flatMap((place) => readdirSync(place)),
}
createInterface(process.stdin).on('line', (line) => {
  console.log(JSON.stringify(commands[line]?.() ?? null))
})
