import { run } from './command.mjs'
import { SetupFailure } from './failure.mjs'
import { step } from './progress.mjs'

/** As root, the server and PostgreSQL run as this user; PostgreSQL refuses root and wants a passwd entry. */
const NAME = 'modelsmith'

/** Creates the service user when we are root and it does not exist. */
export const createServiceUser = async () => {
  if (process.getuid?.() !== 0 || (await run('getent', ['passwd', NAME])).status === 0) return
  await step(`System user ${NAME}`, async () => {
    const args = [
      '--system',
      '--user-group',
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      '/usr/sbin/nologin',
      NAME,
    ]
    const { status, output } = await run('useradd', args)
    if (status !== 0)
      throw new SetupFailure(
        `Creating the system user ${NAME} failed: ${output.trim()}`,
        'Create it, or start as a plain user.',
      )
  })
}
