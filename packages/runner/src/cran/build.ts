import { chmodSync, chownSync, copyFileSync, lstatSync, mkdirSync, readdirSync } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodeBlocksWhole, ModelsmithError, tableFromRows } from '@modelsmith/table'
import type { LockedFile } from '../environment-lock.ts'
import { runnerError } from '../errors.ts'
import { createRunner } from '../runner.ts'
import { makeRuntimeFolder } from '../runtime-folder.ts'
import type { Environment, Limits } from '../types.ts'

/** A task whose fit installs packages: what their sources run while they are built is shut in as all code of tasks is. */
const builder = fileURLToPath(new URL('../../../../runners/r/build', import.meta.url))

const limits: Limits = {
  memoryMb: 4096,
  cpuSeconds: 3600,
  wallSeconds: 3600,
  processes: 128,
  fileSizeMb: 1024,
  threads: 1,
}

export type Source = LockedFile & { readonly file: string }

/**
 * Builds packages from source, in this order, in a session without a network: into `library`, a new folder.
 *
 * @param environment of R, with what lies below these packages
 */
export const buildPackages = async (
  environment: Environment,
  sources: readonly Source[],
  library: string,
  onProgress: (line: string) => void,
): Promise<void> => {
  const work = await mkdtemp(`${library}-build-`)
  const runtimeDir = makeRuntimeFolder()
  const runner = createRunner({ runtimeDir, sandbox: 'auto' })
  try {
    await chmod(work, 0o755)
    const [input, outputDir] = [join(work, 'sources'), join(work, 'out')]
    await mkdir(input)
    await mkdir(outputDir)
    const files: string[] = []
    for (const { name, version, file } of sources) {
      const path = join(input, `${name}_${version}.tar.gz`)
      await copyFile(file, path)
      await chmod(path, 0o644)
      files.push(path)
    }
    const session = await runner.open({
      environment,
      limits,
      readable: [builder, input],
      writable: [outputDir],
      onPrint: ({ text }) => onProgress(text),
    })
    await session.addTask({ name: 'build', codeDir: builder })
    const nothing = tableFromRows({ columns: [{ name: 'nothing', type: 'number' }] }, [{ nothing: 0 }])
    await session
      .fit({
        task: 'build',
        targetType: 'transform',
        x: { parts: [{ blocks: Buffer.from(encodeBlocksWhole(nothing)).toString('base64') }] },
        parameters: { files },
        outputDir,
        seed: 0,
      })
      .catch((error: unknown) => {
        throw error instanceof ModelsmithError && error.kind === 'userCode'
          ? runnerError('requirements.build', { problem: problemOf(error) }, { cause: error })
          : error
      })
    await session.close()
    takeOver(join(outputDir, 'library'), library)
  } finally {
    await runner.close()
    await rm(work, { recursive: true, force: true })
  }
}

/** Which package, and the line of its log that says it best; of a limit, which limit. */
const problemOf = ({ message }: ModelsmithError): string => {
  const { name, line } = /(?<name>\S+ \S+) was not built: (?<line>.*)$/s.exec(message)?.groups ?? {}
  return name === undefined ? message : `${name}: ${line}`
}

/** What a session left, as files of our own that everybody can read: nothing but files and folders, and none that the session's user could still write. */
const takeOver = (from: string, to: string): void => {
  mkdirSync(to, { recursive: true })
  chmodSync(to, 0o755)
  for (const name of readdirSync(from)) {
    const [source, target] = [join(from, name), join(to, name)]
    const found = lstatSync(source)
    if (found.isDirectory()) takeOver(source, target)
    else if (!found.isFile()) throw runnerError('task.link', { path: name })
    else {
      copyFileSync(source, target)
      chownSync(target, process.getuid?.() ?? 0, process.getgid?.() ?? 0)
      chmodSync(target, (found.mode & 0o111) === 0 ? 0o644 : 0o755)
    }
  }
}
