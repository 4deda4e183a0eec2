import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bootstrap, root } from './bootstrap.mjs'
import { becomes } from './setup/command.mjs'
import { orExplain } from './setup/failure.mjs'

await orExplain(async () => {
  await bootstrap(fileURLToPath(import.meta.url), 'test')
  await becomes(process.execPath, [join(root, 'conformance/models/conformance.ts'), ...process.argv.slice(2)])
})
