import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { run } from './command.mjs'
import { npmFailure, SetupFailure } from './failure.mjs'
import { checkRoom } from './machine.mjs'
import { step } from './progress.mjs'

/** The Node that the product runs on. npm's `node` package would lock its installer only, so the binary is taken by its own package and hash. */
const NODE_VERSION = '24.21.0'
const INTEGRITY = {
  x64: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  arm64: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
}

const download = async (/** @type {string} */ folder) => {
  const arch = /** @type {keyof typeof INTEGRITY} */ (process.arch)
  const name = `node-linux-${arch}`
  // npm's own configuration applies: registry, proxy, certificates, credentials.
  const packed = await run('npm', ['pack', `${name}@${NODE_VERSION}`, '--ignore-scripts', '--loglevel=error'], {
    cwd: folder,
  })
  if (packed.status !== 0) throw npmFailure(`Downloading Node ${NODE_VERSION}`, packed.output)
  const tarball = join(folder, `${name}-${NODE_VERSION}.tgz`)
  const found = `sha512-${createHash('sha512')
    .update(await readFile(tarball))
    .digest('base64')}`
  if (found !== INTEGRITY[arch])
    throw new SetupFailure(
      `The downloaded ${name}@${NODE_VERSION} is not the expected one: its hash is ${found}.`,
      'Your registry serves other bytes under this name; name another one: npm config set registry …',
    )
  const unpacked = await run('tar', ['-xzf', tarball, '--strip-components=1', 'package/bin/node', 'package/LICENSE'], {
    cwd: folder,
  })
  if (unpacked.status !== 0)
    throw new SetupFailure(
      `Unpacking Node ${NODE_VERSION} failed: ${unpacked.output}`,
      'Is there a tar program, and room on the disk?',
    )
  await rm(tarball)
}

/** The pinned Node's program, brought into `<root>/.runtime` when it is not there. */
export const pinnedNode = async (/** @type {string} */ root) => {
  if (process.versions.node === NODE_VERSION) return process.execPath
  const folder = join(root, '.runtime', `node-${NODE_VERSION}`)
  const program = join(folder, 'bin/node')
  if (existsSync(program)) return program
  checkRoom(root)
  await step(`Node ${NODE_VERSION}`, async () => {
    const unfinished = `${folder}.${process.pid}`
    await mkdir(unfinished, { recursive: true })
    try {
      await download(unfinished)
      await rename(unfinished, folder).catch((error) => {
        if (!existsSync(program)) throw error
      })
    } finally {
      await rm(unfinished, { recursive: true, force: true })
    }
  })
  return program
}

/** Lets children that ask for `node` find the one that runs us. */
export const putOnPath = () => {
  process.env['PATH'] = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`
}
