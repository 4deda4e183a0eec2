import type { Socket } from 'node:net'

/**
 * Lets a person look at code that has raised: `lines` is their end of the worker's debugger, which reads and writes lines of text.
 * Resolves when it is closed. No time limit counts until then.
 */
export type Attend = (lines: Socket) => Promise<void>
