import { scoringError } from '../errors.ts'
import { pack, packVersion, unpack } from '../portable/pack.ts'
import type { NativeBlueprint } from './blueprint.ts'

type PackedBlueprint = { readonly version: number; readonly blueprint: NativeBlueprint }

/** A blueprint as text that a browser can score with. */
export const packBlueprint = (blueprint: NativeBlueprint): string =>
  pack({ version: packVersion, blueprint } satisfies PackedBlueprint)

/** Throws `model.packVersion` for what another version wrote. */
export const unpackBlueprint = (text: string): NativeBlueprint => {
  const { version, blueprint } = unpack(text) as PackedBlueprint
  if (version !== packVersion) throw scoringError('model.packVersion', { found: version, known: packVersion })
  return blueprint
}
