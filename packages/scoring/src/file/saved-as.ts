import { ModelsmithError } from '@modelsmith/table'
import { boosterFormat, boosterLibrary } from '../boosters/open.ts'
import { decompress, detectCompression } from '../compression/decompress.ts'
import { deadline, defaultLimits, type Limits } from '../limits.ts'
import { readPickle } from '../pickle/read.ts'
import { Instance } from '../python/instance.ts'
import { libraryOf } from './library.ts'

/** What a file says that it holds, whether it may be used or not. */
export type SavedAs = { readonly library: string; readonly version: string | null; readonly className: string }

/** The class of a pickle or of a booster's own file, native or not, and the version of its library; null for other files. Nothing is run. */
export const savedAs = (file: Uint8Array, limits: Limits = defaultLimits): SavedAs | null => {
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength)
  try {
    const booster = boosterFormat(bytes)
    if (booster !== undefined)
      return bytes.length > limits.fileBytes ? null : { ...boosterLibrary(bytes, booster), className: 'Booster' }
    const compression = detectCompression(bytes)
    const content = compression === undefined ? bytes : decompress(bytes, compression, limits)
    const { root } = readPickle(content, 0, { limits, deadline: deadline(limits, () => performance.now()) })
    if (typeof root !== 'object' || root === null || root.kind !== 'call') return null
    const { module, className, version } = new Instance(root, limits)
    return { library: libraryOf(module), version: version?.join('.') ?? null, className }
  } catch (error) {
    if (error instanceof ModelsmithError) return null
    throw error
  }
}
