import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { commands } from '@yowasp/clang'

/** C that is built to one WebAssembly module, kept as text in a module of TypeScript. */
type Kernel = {
  readonly folder: string
  readonly sources: readonly string[]
  readonly headers: readonly string[]
  /** The file that is written, and the constant in it. */
  readonly file: string
  readonly name: string
  readonly what: string
  readonly exports: readonly string[]
}

const packages = join(import.meta.dirname, '../../packages')

export const kernels: readonly Kernel[] = [
  {
    folder: join(packages, 'scoring/src/kernels'),
    sources: ['trees.c', 'quick-scorer.c', 'dense.c', 'linear.c'],
    headers: ['ensemble.h'],
    file: 'bytes.generated.ts',
    name: 'kernelBytes',
    what: 'The kernels as WebAssembly',
    exports: [],
  },
  {
    folder: join(packages, 'table/src/csv'),
    sources: ['piece.c'],
    headers: [],
    file: 'piece-bytes.generated.ts',
    name: 'pieceBytes',
    what: 'piece.c as WebAssembly',
    exports: ['read_records', '__heap_base'],
  },
]

// No contraction of products and sums, so that every result has the bits of plain TypeScript.
const flags =
  '--target=wasm32 -O3 -msimd128 -nostdlib -ffreestanding -fno-strict-aliasing -ffp-contract=off -Wl,--no-entry ' +
  '-Wl,--import-memory -Wl,--stack-first -Wl,--strip-all -Wl,-z,stack-size=1024'

export const pathOf = ({ folder, file }: Kernel): string => join(folder, file)

/** The text of the module that holds a kernel's WebAssembly. */
export const kernelModule = async ({ folder, sources, headers, name, what, exports }: Kernel): Promise<string> => {
  const files = Object.fromEntries([...sources, ...headers].map((file) => [file, readFileSync(join(folder, file))]))
  const exported = exports.map((each) => `-Wl,--export=${each}`)
  const built = await commands['clang']?.([...flags.split(' '), ...exported, '-o', 'kernel.wasm', ...sources], files, {
    fetchProgress: () => {},
  })
  const bytes = built?.['kernel.wasm']
  if (!(bytes instanceof Uint8Array)) throw new Error(`clang wrote nothing for ${sources.join(', ')}.`)
  return `/** ${what}: \`node scripts/kernels.ts\` writes this file. */
export const ${name} =
  '${Buffer.from(bytes).toString('base64')}'
`
}
