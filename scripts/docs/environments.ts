import { definedNames, lockedMinors, lockedPackages, readDefinition } from '../../packages/runner/src/definitions.ts'

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const sizeOf = (megabytes: number | undefined): string => (megabytes === undefined ? "the system's" : `${megabytes} MB`)

const tableRow = async (name: string): Promise<string> => {
  const { description, language, downloadMb, diskMb } = await readDefinition(name)
  const versions = language === 'python' ? (await lockedMinors(name)).toReversed().join(', ') : "the system's R"
  return row(`\`${name}\``, description, versions, sizeOf(downloadMb), sizeOf(diskMb))
}

const packagesOf = async (name: string): Promise<readonly string[]> => {
  const definition = await readDefinition(name)
  const title = `### ${name}`
  if (definition.language === 'r') {
    const { packages, brings } = definition
    const fetched = brings.length === 0 ? [] : ['', `From Debian where the system lacks them: ${brings.join(', ')}.`]
    return [title, '', `The system must have: ${packages.join(', ')}.`, ...fetched, '']
  }
  const [newest = ''] = await lockedMinors(name)
  const packages = (await lockedPackages(name, newest)).map((each) => `${each.name} ${each.version}`)
  const { debian = [] } = definition
  const fetched = debian.length === 0 ? [] : ['', `From Debian, with what they need: ${debian.join(', ')}.`]
  return [title, '', `Python ${newest}: ${packages.join(', ')}.`, ...fetched, '']
}

/** `docs/reference/environments.md`: the built-in environments as their definitions and locks have them. */
export const environmentReference = async (): Promise<string> => {
  const names = await definedNames()
  return `${[
    '# Environments',
    '',
    'What the code of a task runs in. `environment:` in `model-metadata.yaml` names one; without it `python-ml` or `r-ml` is taken. `python-core`',
    'is installed when the server starts; each other is installed by the first task that needs it, and its size is said before. The system page lists',
    'them; `modelsmith environments lock --name NAME` and the page give the lock of each: every package with its version and SHA-256.',
    '',
    row('name', 'what', 'Python', 'download', 'disk'),
    row('---', '---', '---', '---', '---'),
    ...(await Promise.all(names.map(tableRow))),
    '',
    '## requirements.txt',
    '',
    'What a task asks for in `requirements.txt` is put on top of its environment, on the laptop as on the server, and made once for the same lines:',
    '',
    '- **Python.** The first version of Python is taken for which every requirement has a wheel: the best that the machine has, then the others that the environment has a lock for, and',
    '  for `python-ml` also `python-3.8-ml` and `python-3.7-sklearn-0.21.3`. pip then resolves the lines beside everything that the environment was made',
    '  for; only what is missing, or must have another version, is added, each file by its SHA-256. The choice and its reason are shown.',
    '- **R.** A name is one of R itself or of what the system has; else it is `r-cran-<name>` of Debian, unpacked beside the system with what it needs;',
    '  else it is taken from the mirror of CRAN that the operator names with `MODELSMITH_CRAN` (the address under which `src/contrib/PACKAGES` is), in the newest version',
    '  that this R can run, with what it needs: locked by version and SHA-256, and built from source once, in a sandbox without a network.',
    '- A requirement is a name with versions, and a condition such as `python_version < "3.11"`. Options of pip, addresses, paths and other files are refused:',
    "  where packages come from is the operator's `pip.conf` and `/etc/apt`.",
    '- For Python nothing is compiled: a package that has no wheel is refused, and the message says so.',
    '- A model keeps the lock of what it was trained in, and is scored in it wherever it is taken.',
    '',
    "An operating system has one version of Python. Others are found on the search path, in pyenv's and uv's folders, and by `MODELSMITH_PYTHON`",
    '(several programs, divided by `:`).',
    '',
    '## Native artifacts',
    '',
    row('file', 'loaded in'),
    row('---', '---'),
    row('`.pkl`, `.joblib`', 'every environment of Python that has its classes'),
    row('`.h5`', '`python-keras`'),
    row('`.pth`', '`python-torch`'),
    row('`.rds`', '`r-core`, `r-ml`'),
    row(
      '`.mojo`',
      'none of these ([why](../decisions/0026-no-environment-for-mojo.md)); an environment of a Dockerfile',
    ),
    '',
    '## Packages',
    '',
    ...(await Promise.all(names.map(packagesOf))).flat(),
  ]
    .join('\n')
    .trimEnd()}\n`
}
