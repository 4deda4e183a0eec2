import type { Guard } from '../../packages/runner/src/guards.ts'
import type { Limits } from '@modelsmith/runner'

export type BackEnd = 'full' | 'container'

/**
 * Something that code should not be able to do: the body of a function in both languages, which ends when it succeeded and fails
 * when it was kept from it. `{{NAME}}` stands for what the host has prepared, see `bait.ts`.
 */
export type Attempt = {
  readonly name: string
  /** What stands against it: with all of these left out the same code succeeds. */
  readonly guards: readonly Guard[]
  readonly python: string
  readonly r: string
  readonly limits?: Partial<Limits>
  /** Where the host sees whether it succeeded, and the code itself does not. */
  readonly seen?: 'prints' | 'link' | 'leftover'
  /** Back ends in which the guard cannot be taken away, with the reason. */
  readonly notIn?: Partial<Record<BackEnd, string>>
}

/** R has no way to call the kernel; any system has a Perl. */
export const perl = (code: string): string => `perl(r"---(${code})---")`
