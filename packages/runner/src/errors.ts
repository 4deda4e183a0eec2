import { defineErrors } from '@modelsmith/table'

const timeLimit =
  'resources.timeoutSeconds in model-metadata.yaml for `modelsmith fit`, MODELSMITH_STEP_SECONDS on a server.'

/** An operating system brings one version of Python; others come from elsewhere. */
const pythonHint =
  'Install one (Debian: apt-get install python3 python3-venv; other versions with pyenv or uv, which are looked into), or name its program with MODELSMITH_PYTHON; several are divided by ":".'

/** What nothing satisfies, and which package asks for it where the task does not. */
type Missing = { readonly requirement: string; readonly neededBy: string | undefined }

type NotLocked = { readonly name: string; readonly minor: string; readonly known: readonly string[] }
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
  'limit.disk': {
    kind: 'userCode',
    message: ({ megabytes, entries }: { megabytes: number; entries: number }) =>
      `The code wrote more than ${megabytes} MB, or more than ${entries} files, in all.`,
    hint: () => 'Keep what the model needs, and remove what it does not.',
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
  'model.parameters': {
    kind: 'invalid',
    message: () => 'The prediction parameters are not what the model declares.',
  },
  'session.died': {
    kind: 'userCode',
    message: ({ how }: { how: string }) => `The process that ran the code ended (${how}).`,
    hint: () => 'A library may have crashed, or the code may have ended its own process.',
  },
  'session.protocol': {
    kind: 'userCode',
    message: ({ problem }: { problem: string }) =>
      `The process that ran the code sent the platform ${problem}, and was ended.`,
    hint: () =>
      'Code of a task writes to its own files and to what it has opened itself; prints go to stdout and stderr. Other open descriptors are the worker’s.',
  },
  'session.cancelled': { kind: 'conflict', message: ({ reason }: { reason: string }) => `Stopped: ${reason}.` },
  'session.closed': { kind: 'bug', message: () => 'The session is closed.' },
  'sandbox.refused': {
    kind: 'unavailable',
    message: ({ reason }: { reason: string }) => `This machine does not allow a part of the sandbox: ${reason}.`,
    hint: () => 'The system page says what is missing and how to get it; no code runs until then.',
  },
  'container.noEngine': {
    kind: 'unavailable',
    message: ({ tried }: { tried: string }) => `Neither Docker nor Podman runs containers on this machine (${tried}).`,
    hint: () =>
      'Install one (Debian: apt-get install podman runc) and let the user of the workers run it; MODELSMITH_CONTAINER_ENGINE names one of two.',
  },
  'container.build': {
    kind: 'userCode',
    message: ({ problem }: { problem: string }) => `The image was not built: ${problem}`,
    hint: () => 'The log of the build says which line of the Dockerfile failed; mend it and upload the folder again.',
  },
  'container.buildCancelled': { kind: 'conflict', message: () => 'The build was cancelled.' },
  'container.buildTime': {
    kind: 'limit',
    message: ({ minutes }: { minutes: number }) => `The build did not end within ${minutes} minutes and was stopped.`,
    hint: () => 'Look for a command that waits for an answer, or raise MODELSMITH_BUILD_MINUTES.',
  },
  'container.buildDisk': {
    kind: 'limit',
    message: ({ limitMb }: { limitMb: number }) => `The build took more than ${limitMb} MB of disk and was stopped.`,
    hint: () => 'Install less, remove what a step leaves behind in that same step, or raise MODELSMITH_BUILD_MB.',
  },
  'container.diskFull': {
    kind: 'unavailable',
    message: ({ freeMb }: { freeMb: number }) =>
      `The build was stopped because only ${freeMb} MB are free on the disk where images lie.`,
    hint: () =>
      'Free some disk there, for example with `docker system prune` or `podman system prune`, and build again.',
  },
  'container.noPython': {
    kind: 'userCode',
    message: () =>
      'The image has no python3 on its search path; the worker that runs the code of tasks is written in it.',
    hint: () =>
      'Install it in the Dockerfile (Debian: apt-get install --no-install-recommends python3 python3-pandas); for tasks in R python3 alone, beside R and jsonlite.',
  },
  'container.inventory': {
    kind: 'userCode',
    message: ({ problem }: { problem: string }) =>
      `The image was built, but a container of it does not run: ${problem}`,
    hint: () => 'Python 3.6 or newer must start in it without the network and without writing anything.',
  },
  'container.needs': {
    kind: 'userCode',
    message: ({ python, r }: { python: readonly string[]; r: readonly string[] | undefined }) =>
      `The image can run no task: its Python lacks ${python.join(' and ')}, and ${r === undefined ? 'it has no R' : `its R lacks ${r.join(' and ')}`}.`,
    hint: () =>
      'Install them in the Dockerfile: numpy and pandas for tasks in Python, R with jsonlite for tasks in R (Debian: r-base-core r-cran-jsonlite).',
  },
  'environment.start': {
    kind: 'unavailable',
    message: ({ name, problem }: { name: string; problem: string }) =>
      `The environment ${name} does not start: ${problem}`,
  },
  'environment.noPython': {
    kind: 'unavailable',
    message: ({ needed, found }: { needed: string; found: string }) =>
      `No Python of the versions ${needed} was found${found === '' ? '' : `; there is ${found}`}.`,
    hint: () => pythonHint,
  },
  'environment.notLocked': {
    kind: 'notFound',
    message: ({ name, minor }: NotLocked) => `The environment ${name} is not locked for Python ${minor}.`,
    hint: ({ known }: NotLocked) => `Ask for one of ${known.join(', ')}.`,
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
  'environment.noLock': {
    kind: 'notFound',
    message: ({ name }: { name: string }) =>
      `The environment ${name} is not there, and nothing says what it is made of.`,
    hint: () => 'A model brings its lock in its folder environments/; train the task again where that is missing.',
  },
  'requirements.unknown': {
    kind: 'invalid',
    message: ({ name, requirement, neededBy = 'requirements.txt' }: Missing & { name: string }) =>
      `The package index has no package "${name}" (${neededBy}: ${requirement}).`,
    hint: () =>
      'Look for a typing error. What is not in the index, such as a module of your own, belongs into the task folder.',
  },
  'requirements.noVersion': {
    kind: 'invalid',
    message: ({ requirement, versions }: { requirement: string; versions: readonly string[] }) =>
      `There is no version of ${requirement} that can be used; the newest that can: ${versions.join(', ')}.`,
    hint: () => 'Ask for one of these versions.',
  },
  'requirements.conflict': {
    kind: 'invalid',
    message: ({ conflict }: { conflict: readonly string[] }) =>
      `The requirements do not fit together: ${conflict.join('; ')}.`,
    hint: () => 'Let go of one of the versions, or choose an environment that is nearer to them.',
  },
  'requirements.sourceOnly': {
    kind: 'unsupported',
    message: ({ requirement, neededBy, minors }: Missing & { minors: string }) =>
      `${requirement}${neededBy === undefined ? '' : `, which ${neededBy} needs,`} has no wheel for this machine and Python ${minors}: it would have to be compiled.`,
    hint: () =>
      'Ask for a version that has wheels; or build a wheel (pip wheel) and let the operator put it where pip.conf looks, with find-links.',
  },
  'requirements.noHash': {
    kind: 'unsupported',
    message: ({ requirement }: { requirement: string }) =>
      `The package index does not say the SHA-256 of ${requirement}.`,
    hint: () =>
      'Nothing is installed whose bytes are not known: use an index that gives hashes, as the usual mirrors do.',
  },
  'requirements.pythonMissing': {
    kind: 'unavailable',
    message: ({ why, found }: { why: string; minor: string; found: string }) =>
      `The requirements need a Python that this machine does not have. ${why}; there is ${found}.`,
    hint: () => `Ask for newer versions, or: ${pythonHint}`,
  },
  'requirements.pip': {
    kind: 'unavailable',
    message: ({ line }: { line: string }) => `pip could not look for the requirements: ${line}`,
    hint: () => 'The usual cause is a package index that cannot be reached. pip.conf and PIP_INDEX_URL are obeyed.',
  },
  'requirements.notInDebian': {
    kind: 'invalid',
    message: ({ packages }: { packages: readonly string[] }) =>
      `R does not have what requirements.txt asks for, and Debian has no package of it: ${packages.join(', ')}.`,
    hint: () =>
      "Look for a typing error; R's names have capitals. What Debian does not have is built from source where the operator names a mirror of CRAN with MODELSMITH_CRAN.",
  },
  'requirements.notInMirror': {
    kind: 'invalid',
    message: ({ packages }: { packages: readonly string[] }) =>
      `Neither R, nor Debian, nor the mirror of R packages has: ${packages.join('; ')}.`,
    hint: () => "Look for a typing error; R's names have capitals. A file of your own belongs into the task folder.",
  },
  'requirements.noMirror': {
    kind: 'unavailable',
    message: ({ packages }: { packages: readonly string[] }) =>
      `The environment has packages from a mirror of R packages, and none is named here: ${packages.join(', ')}.`,
    hint: () => 'The operator names one with MODELSMITH_CRAN, such as an address under which src/contrib/PACKAGES is.',
  },
  'requirements.mirror': {
    kind: 'unavailable',
    message: ({ problem }: { problem: string }) => `The mirror of R packages could not be used: ${problem}.`,
    hint: () =>
      'MODELSMITH_CRAN is the address under which src/contrib/PACKAGES is; see that this machine can reach it.',
  },
  'requirements.otherBytes': {
    kind: 'unsafe',
    message: ({ name, version, expected }: { name: string; version: string; expected: string }) =>
      `The mirror's ${name} ${version} is not the file with ${expected}.`,
    hint: () => 'Nothing is built whose bytes are not known: ask whoever keeps the mirror what has changed.',
  },
  'requirements.build': {
    kind: 'userCode',
    message: ({ problem }: { problem: string }) => `A package of R could not be built from source: ${problem}`,
    hint: () =>
      'What R said is above. A package that compiles needs the compilers (Debian: apt-get install r-base-dev) and the libraries that it names; it is built without a network.',
  },
  'environment.debian': {
    kind: 'unavailable',
    message: ({ problem }: { problem: string }) => `Packages of Debian could not be fetched: ${problem}`,
    hint: () =>
      "The machine's own sources are used (/etc/apt). On a system without apt, install R's packages with the system's tools: what R has is not fetched.",
  },
})
