import { writeFileSync } from 'node:fs'
import { kernelModule, kernels, pathOf } from './kernels/build.ts'

/** `node scripts/kernels.ts` builds the kernels from their C; what it writes is committed. */
for (const kernel of kernels) writeFileSync(pathOf(kernel), await kernelModule(kernel))
