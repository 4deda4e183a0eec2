import { fileURLToPath } from 'node:url'
import { createApp } from '../app.ts'
import { logError, runChild } from '../infra/process/child.ts'
import { openContext } from '../infra/process/context.ts'

const webDir = process.env['MODELSMITH_WEB'] ?? fileURLToPath(new URL('../../../web/dist', import.meta.url))

await runChild(async (url) => {
  const context = await openContext(url)
  const app = await createApp(context, webDir, (requestId, error) => logError(`request ${requestId}`, error))
  await app.listen({ host: context.settings.host, port: context.settings.port })
  return async () => {
    await app.close()
    await context.database.close()
  }
})
