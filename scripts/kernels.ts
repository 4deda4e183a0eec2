import { writeFileSync } from 'node:fs'
import { kernelModule, kernelModulePath } from './kernels/build.ts'

/** `node scripts/kernels.ts` builds the kernels of `packages/scoring` from their C; what it writes is committed. */
writeFileSync(kernelModulePath, await kernelModule())
