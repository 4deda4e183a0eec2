import { join } from 'node:path'
import { lockedMinors } from '../definitions.ts'
import { runnerError } from '../errors.ts'
import { pip as pipArguments, runStep } from '../install-step.ts'
import { findPythons } from '../pythons.ts'
import { explainPip } from './problems.ts'

/** A built-in environment in one of its Python versions. */
export type Candidate = { readonly name: string; readonly minor: string }

export type Choice = Candidate & { readonly why: string }

/** What `python-ml` was in its time: tried when its own Python versions are too new for the pins. */
const older = ['python-3.8-ml', 'python-3.7-sklearn-0.21.3']

const platforms = [
  ...Array.from({ length: 24 }, (_, index) => `manylinux_2_${28 - index}_x86_64`),
  'manylinux2014_x86_64',
  'manylinux2010_x86_64',
  'manylinux1_x86_64',
  'linux_x86_64',
].map((name) => (process.arch === 'arm64' ? name.replace('x86_64', 'aarch64') : name))

/** The environment of that name, newest Python of this machine first, then those that the machine lacks. */
const candidatesOf = async (name: string): Promise<Candidate[]> => {
  const there = new Set((await findPythons()).map(({ minor }) => minor))
  const [best] = await findPythons()
  const all: Candidate[] = []
  for (const each of name === 'python-ml' ? [name, ...older] : [name])
    for (const minor of await lockedMinors(each)) all.push({ name: each, minor })
  const rank = ({ name: each, minor }: Candidate): number =>
    (each === name ? 0 : 2) + (there.has(minor) ? 0 : 4) - (minor === best?.minor && each === name ? 1 : 0)
  return all.toSorted((a, b) => rank(a) - rank(b))
}

/**
 * The first version of Python for which every requirement that names a version exists, ready to be used. pip says so of any version of Python,
 * whether the machine has it or not; what the packages need in turn is not looked at yet.
 */
export const chooseInterpreter = async (
  name: string,
  requirements: readonly string[],
  pip: string,
  folder: string,
): Promise<Choice> => {
  const candidates = await candidatesOf(name)
  const there = new Set((await findPythons()).map(({ minor }) => minor))
  const refused: { candidate: Candidate; output: string; blame: string }[] = []
  for (const candidate of candidates) {
    const { ok, output } = await askForWheels(candidate.minor, requirements, pip, folder)
    if (!ok) {
      const blame = explainPip(output).requirement
      if (blame === undefined) throw pipFailure(output)
      refused.push({ candidate, output, blame })
      continue
    }
    const why = whyChosen(candidate, refused)
    if (!there.has(candidate.minor))
      throw runnerError('requirements.pythonMissing', { why, minor: candidate.minor, found: [...there].join(', ') })
    return { ...candidate, why }
  }
  const [first] = refused
  throw await nothingFits(
    first?.output ?? '',
    pip,
    candidates.map(({ minor }) => minor),
  )
}

const whyChosen = ({ name, minor }: Candidate, refused: readonly { candidate: Candidate; blame: string }[]): string => {
  if (refused.length === 0) return `Python ${minor}, as ${name} has it on this machine`
  const blames = [...new Set(refused.map(({ blame }) => blame))]
  const others = refused.map(({ candidate }) => candidate.minor).join(', ')
  return `Python ${minor} (${name}): ${blames.join(' and ')} ${blames.length === 1 ? 'has' : 'have'} no wheels for Python ${others}`
}

const askForWheels = (minor: string, requirements: readonly string[], pip: string, folder: string) => {
  const digits = minor.replace('.', '')
  const abi = Number(minor.split('.')[1]) < 8 ? `cp${digits}m` : `cp${digits}`
  return runStep(pip, [
    ...pipArguments,
    'install',
    '--quiet',
    '--dry-run',
    '--no-deps',
    '--only-binary',
    ':all:',
    '--ignore-installed',
    '--target',
    join(folder, 'nothing'),
    '--python-version',
    minor,
    '--implementation',
    'cp',
    '--abi',
    abi,
    '--abi',
    'abi3',
    '--abi',
    'none',
    ...platforms.flatMap((platform) => ['--platform', platform]),
    ...requirements,
  ])
}

/** What none of these versions of Python has: does it exist at all, and what does it have? */
export const nothingFits = async (output: string, pip: string, minors: readonly string[]): Promise<Error> => {
  const { requirement, neededBy, versions = [] } = explainPip(output)
  if (requirement === undefined) return pipFailure(output)
  const name = /^[A-Za-z0-9._-]+/.exec(requirement)?.[0] ?? ''
  if (versions.length > 0)
    return runnerError('requirements.noVersion', { requirement, versions: versions.slice(-8).reverse() })
  const { ok } = await runStep(pip, [...pipArguments, 'index', 'versions', name])
  return ok
    ? runnerError('requirements.sourceOnly', { requirement, neededBy, minors: minors.join(', ') })
    : runnerError('requirements.unknown', { name, neededBy, requirement })
}

const pipFailure = (output: string): Error =>
  runnerError('requirements.pip', { line: explainPip(output).line }, { cause: new Error(output) })
