import { defineErrors } from '@modelsmith/table'

const timeLimit =
  'resources.timeoutSeconds in model-metadata.yaml for `modelsmith fit`, MODELSMITH_STEP_SECONDS on a server.'

type NoR = {
  readonly name: string
  readonly found: string | undefined
  readonly missing: readonly string[]
  readonly debian: readonly string[]
}

export const { rows: runnerErrors, error: runnerError } = defineErrors({
  'limit.memory': {
    kind: 'userCode',
    message: ({ limitMb }: { limitMb: number }) =>
      `The code used more than the ${limitMb} MB of memory that it may have.`,
    hint: () =>
      'Use less memory, or raise the limit: resources.memoryMb in model-metadata.yaml for `modelsmith fit`, MODELSMITH_SESSION_MB on a server.',
  },
  'limit.cpu': {
    kind: 'userCode',
    message: ({ seconds }: { seconds: number }) =>
      `The code used more than the ${seconds} s of processor time that it may have.`,
    hint: () => `Make it faster, or raise the limit: ${timeLimit}`,
  },
  'limit.wall': {
    kind: 'userCode',
    message: ({ seconds }: { seconds: number }) => `The code did not end within ${seconds} s and was stopped.`,
    hint: () => `Look for an endless loop, or raise the limit: ${timeLimit}`,
  },
  'limit.fileSize': {
    kind: 'userCode',
    message: ({ limitMb }: { limitMb: number }) => `The code wrote a file larger than the ${limitMb} MB that it may.`,
    hint: () => 'Write less, or several files.',
  },
  'task.contract': {
    kind: 'userCode',
    message: ({ hook, problems }: { hook: string; problems: string; advice: string | undefined }) =>
      `${hook} breaks the task contract: ${problems}`,
    hint: ({ advice }: { advice: string | undefined }) => advice,
  },
  'task.link': {
    kind: 'userCode',
    message: ({ path }: { path: string }) => `"${path}" is a link, a pipe or something else that is no file.`,
    hint: () => 'Write files only.',
  },
  'session.died': {
    kind: 'userCode',
    message: ({ how }: { how: string }) => `The process that ran the code ended (${how}).`,
    hint: () => 'A library may have crashed, or the code may have ended its own process.',
  },
  'session.cancelled': { kind: 'conflict', message: ({ reason }: { reason: string }) => `Stopped: ${reason}.` },
  'session.closed': { kind: 'bug', message: () => 'The session is closed.' },
  'sandbox.refused': {
    kind: 'unavailable',
    message: ({ reason }: { reason: string }) => `This machine does not allow a part of the sandbox: ${reason}.`,
    hint: () => 'The system page says what is missing and how to get it; no code runs until then.',
  },
  'environment.start': {
    kind: 'unavailable',
    message: ({ name, problem }: { name: string; problem: string }) =>
      `The environment ${name} does not start: ${problem}`,
  },
  'environment.noPython': {
    kind: 'unavailable',
    message: ({ needed }: { needed: string }) => `No Python of the versions ${needed} was found.`,
    hint: () => 'Install one (Debian: apt-get install python3 python3-venv), or name it with MODELSMITH_PYTHON.',
  },
  'environment.noR': {
    kind: 'unavailable',
    message: ({ name, found, missing }: NoR) =>
      found === undefined
        ? `The environment ${name} needs R, which was not found.`
        : `The environment ${name} needs packages that R ${found} here does not have: ${missing.join(', ')}.`,
    hint: ({ debian }: NoR) => `Install them (Debian: apt-get install --no-install-recommends ${debian.join(' ')}).`,
  },
  'environment.unknown': {
    kind: 'notFound',
    message: ({ name, known }: { name: string; known: string }) =>
      `There is no environment "${name}"; there are: ${known}.`,
  },
  'environment.install': {
    kind: 'unavailable',
    message: ({ name, step }: { name: string; step: string }) =>
      `The environment ${name} could not be installed: ${step} failed.`,
    hint: () =>
      'Its output is above; the usual cause is a package index that cannot be reached. pip.conf and PIP_INDEX_URL are obeyed.',
  },
})
