import { chmodSync, chownSync, renameSync, writeFileSync } from 'node:fs'

export type Owner = { readonly uid: number; readonly gid: number }

/** Writes a file that its owner alone reads; it appears whole or not at all. */
export const writeAlone = (file: string, text: string, owner: Owner | undefined): void => {
  writeFileSync(`${file}.new`, text, { mode: 0o600 })
  chmodSync(`${file}.new`, 0o600)
  if (owner !== undefined) chownSync(`${file}.new`, owner.uid, owner.gid)
  renameSync(`${file}.new`, file)
}
