import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { commands } from '@yowasp/clang'

const folder = join(import.meta.dirname, '../../packages/scoring/src/kernels')
export const kernelModulePath = join(folder, 'bytes.generated.ts')

// No contraction of products and sums, so that every result has the bits of plain TypeScript.
const flags =
  '--target=wasm32 -O3 -msimd128 -nostdlib -ffreestanding -fno-strict-aliasing -ffp-contract=off -Wl,--no-entry ' +
  '-Wl,--import-memory -Wl,--stack-first -Wl,--strip-all -Wl,-z,stack-size=1024'
const sources = ['trees.c', 'dense.c']

/** The text of the module that holds the kernels' WebAssembly. */
export const kernelModule = async (): Promise<string> => {
  const files = Object.fromEntries(sources.map((name) => [name, readFileSync(join(folder, name))]))
  const built = await commands['clang']?.([...flags.split(' '), '-o', 'kernels.wasm', ...sources], files, {
    fetchProgress: () => {},
  })
  const bytes = built?.['kernels.wasm']
  if (!(bytes instanceof Uint8Array)) throw new Error('clang wrote no kernels.')
  return `/** The kernels as WebAssembly: \`node scripts/kernels.ts\` writes this file. */
export const kernelBytes =
  '${Buffer.from(bytes).toString('base64')}'
`
}
