// The whole module: a Node that is too old lacks some names, and is to be told so in our words.
import fs from 'node:fs'
import { SetupFailure } from './failure.mjs'

const OLDEST_NODE = 20
const FREE_BYTES_FOR_INSTALL = 2e9

/** Refuses a machine on which the product cannot run, before anything is downloaded. */
export const checkMachine = () => {
  const { platform, arch, versions } = process
  if (Number.parseInt(versions.node, 10) < OLDEST_NODE)
    throw new SetupFailure(
      `Node ${versions.node} is too old to set Modelsmith up; expected ${OLDEST_NODE} or newer.`,
      'Install a newer Node and start again; Modelsmith then brings the version that it runs on.',
    )
  if (platform !== 'linux' || (arch !== 'x64' && arch !== 'arm64'))
    throw new SetupFailure(
      `Modelsmith runs on Linux on x64 or arm64; found ${platform} on ${arch}.`,
      'Use a Linux machine, a virtual machine or a container.',
    )
  const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport())
  if (header.glibcVersionRuntime === undefined)
    throw new SetupFailure(
      'Modelsmith needs a Linux with glibc; this one has another C library.',
      'Use Debian, Ubuntu, Fedora or a relative, also in a container.',
    )
}

/** Checks that a folder takes what an installation brings. */
export const checkRoom = (/** @type {string} */ folder) => {
  try {
    fs.accessSync(folder, fs.constants.W_OK)
  } catch (cause) {
    throw new SetupFailure(
      `${folder} is not writable.`,
      'Run it as the owner of the clone, or clone it elsewhere.',
      cause,
    )
  }
  const { bavail, bsize } = fs.statfsSync(folder)
  if (bavail * bsize < FREE_BYTES_FOR_INSTALL)
    throw new SetupFailure(
      `${folder} has ${Math.round((bavail * bsize) / 1e6)} MB of free disk; expected ${FREE_BYTES_FOR_INSTALL / 1e6} MB.`,
      'Free some disk, or clone it to another one.',
    )
}
