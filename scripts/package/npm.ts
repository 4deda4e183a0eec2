import { execFileSync } from 'node:child_process'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Staged } from './stage.ts'

export type Made = { readonly path: string; readonly bytes: number }

/** A package for `npm install -g FILE`. */
export const packNpm = async ({ folder, version, dependencies }: Staged, output: string): Promise<Made> => {
  const about = {
    name: '@modelsmith/cli',
    version,
    description:
      'Custom modeling: try tasks here, train and deploy them on a server; score model files without running them',
    license: 'Apache-2.0',
    type: 'module',
    bin: { modelsmith: 'bin/modelsmith.js' },
    engines: { node: '>=24' },
    dependencies,
  }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(about, null, 2)}\n`)
  const said = execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', output], {
    cwd: folder,
    encoding: 'utf8',
  })
  const path = join(output, said.trim().split('\n').at(-1) as string)
  return { path, bytes: statSync(path).size }
}
