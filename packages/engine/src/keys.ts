import { createHash } from 'node:crypto'
import { canonicalJson } from '@modelsmith/domain'

/** Raised when a change of engine or protocol may change results. */
export const engineVersion = 2

export const hashOf = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex')

export const hashBytes = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
