import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bootstrap, root } from './bootstrap.mjs'
import { becomes } from './setup/command.mjs'
import { orExplain } from './setup/failure.mjs'

await orExplain(async () => {
  await bootstrap(fileURLToPath(import.meta.url), 'start')
  await becomes(process.execPath, [join(root, 'packages/server/src/entry/operate.ts'), ...process.argv.slice(2)])
})
