import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lockedPackages, namesFile } from '../definitions.ts'
import { canonicalName, type LockedFile } from '../environment-lock.ts'
import { runnerError } from '../errors.ts'
import { isNoise, pip, runStep } from '../install-step.ts'
import type { Environment } from '../types.ts'
import { type Candidate, nothingFits } from './interpreter.ts'
import { explainPip } from './problems.ts'

type Report = {
  readonly install: readonly {
    readonly metadata: { readonly name: string; readonly version: string }
    readonly download_info: { readonly archive_info?: { readonly hash?: string } }
  }[]
}

/**
 * What must be added to an installed base so that the requirements hold beside everything that the base was made for: pip keeps what is there
 * and fits, and what it replaces it replaces in agreement with the rest.
 */
export const resolveOnTop = async (
  base: Environment,
  { name, minor }: Candidate,
  requirements: readonly string[],
  folder: string,
  onLine: (line: string) => void,
): Promise<LockedFile[]> => {
  const asked = join(folder, 'requirements.txt')
  const report = join(folder, 'report.json')
  await writeFile(asked, [...requirements, ...(await namesOf(name))].map((each) => `${each}\n`).join(''))
  const { ok, output } = await runStep(
    base.interpreter,
    [
      ...pip,
      'install',
      '--dry-run',
      '--progress-bar',
      'off',
      '--only-binary',
      ':all:',
      '--report',
      report,
      '-r',
      asked,
    ],
    (line) => {
      if (!isNoise(line)) onLine(line)
    },
  )
  if (!ok) throw await refusal(output, base.interpreter, minor)
  const { install } = JSON.parse(await readFile(report, 'utf8')) as Report
  await rm(report)
  return install
    .map(({ metadata, download_info: { archive_info: archive } }) => ({
      name: canonicalName(metadata.name),
      version: metadata.version,
      sha256: /^sha256=([0-9a-f]{64})$/.exec(archive?.hash ?? '')?.[1] ?? '',
    }))
    .map((file) => {
      if (file.sha256 === '') throw runnerError('requirements.noHash', { requirement: `${file.name}==${file.version}` })
      return file
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** What the base was made for, in any version. */
const namesOf = async (name: string): Promise<string[]> =>
  (await readFile(namesFile(name), 'utf8')).split('\n').flatMap((line) => /^[A-Za-z0-9._-]+/.exec(line)?.[0] ?? [])

const refusal = async (output: string, python: string, minor: string): Promise<Error> => {
  const { conflict } = explainPip(output)
  return conflict === undefined
    ? nothingFits(output, python, [minor])
    : runnerError('requirements.conflict', { conflict })
}

/** Whether a package of the base would no longer be the one that is imported. */
export const replacesAny = async ({ name, minor }: Candidate, packages: readonly LockedFile[]): Promise<boolean> => {
  const own = new Set((await lockedPackages(name, minor)).map((each) => canonicalName(each.name)))
  return packages.some((each) => own.has(each.name))
}
