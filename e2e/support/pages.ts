import { fileURLToPath } from 'node:url'
import { buildWeb } from '../../scripts/setup/web.mjs'

/** The pages that a browser opens, built from the sources as they are. */
export const setup = (): Promise<void> => buildWeb(fileURLToPath(new URL('../..', import.meta.url)))
