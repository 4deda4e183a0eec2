import { fileURLToPath } from 'node:url'
import { becomes } from './setup/command.mjs'
import { checkMachine } from './setup/machine.mjs'
import { pinnedNode, putOnPath } from './setup/node.mjs'
import { installPackages } from './setup/packages.mjs'
import { createServiceUser } from './setup/service-user.mjs'
import { bringSystemPackages } from './setup/system-packages.mjs'

export const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Makes a fresh clone able to run: the pinned Node, on which `script` is then run again, the locked packages, the
 * system's part. All of it is done once; later calls take milliseconds. Runs on Node 20, without any package.
 * @param {string} script
 * @param {import('./setup/system-packages.mjs').Purpose} purpose
 */
export const bootstrap = async (script, purpose) => {
  checkMachine()
  const node = await pinnedNode(root)
  if (node !== process.execPath) return becomes(node, [script, ...process.argv.slice(2)])
  putOnPath()
  await bringSystemPackages(purpose)
  await createServiceUser()
  await installPackages(root)
}
