import type { Assertion } from './assertions.ts'
import type { CharacterTest } from './characters.ts'

/** What a pattern says. */
export type Pattern =
  | { readonly type: 'character'; readonly test: CharacterTest }
  | { readonly type: 'assertion'; readonly holds: Assertion }
  | { readonly type: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly type: 'choice'; readonly options: readonly Pattern[] }
  | { readonly type: 'group'; readonly index: number; readonly body: Pattern }
  | {
      readonly type: 'repeat'
      readonly body: Pattern
      readonly min: number
      readonly max: number
      readonly isGreedy: boolean
    }

/** `groups` is how many groups a match tells apart; without any, a match is the whole. */
export type ParsedPattern = { readonly root: Pattern; readonly groups: number }

/** Why a pattern cannot be used; the reader of the file says whose pattern it is. */
export class PatternError extends Error {}
