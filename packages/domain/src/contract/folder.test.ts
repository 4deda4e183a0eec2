import { describe, expect, it } from 'vitest'
import { checkTaskFolder } from './folder.ts'

const encoder = new TextEncoder()
const folder = (files: Record<string, string | Uint8Array>) =>
  Object.entries(files).map(([path, content]) => ({
    path,
    bytes: typeof content === 'string' ? encoder.encode(content) : content,
  }))
const messages = (files: Record<string, string | Uint8Array>, options = {}) =>
  checkTaskFolder(folder(files), options).findings.map(({ message }) => message)

const code = 'def fit(X, y, output_dir, **kwargs):\n    pass\n'

describe('checkTaskFolder', () => {
  it('takes a folder with metadata, helpers and requirements', () => {
    const { task, findings } = checkTaskFolder(
      folder({
        'helpers/clean.py': '',
        'custom.py': code,
        'model-metadata.yaml': 'name: a\ntargetType: [binary, regression]\n',
        'requirements.txt': 'scipy==1.15.3\n',
      }),
      { needsMetadata: true },
    )
    expect(findings).toEqual([])
    expect(task).toMatchObject({
      language: 'python',
      entry: 'custom.py',
      targetTypes: ['binary', 'regression'],
      requirements: [{ name: 'scipy', version: '1.15.3', text: 'scipy==1.15.3', line: 1 }],
    })
    expect(task?.files.map(({ path }) => path)).toEqual([
      'custom.py',
      'helpers/clean.py',
      'model-metadata.yaml',
      'requirements.txt',
    ])
  })

  it('takes off a single folder around everything, and says so', () => {
    const { task, findings } = checkTaskFolder(folder({ 'mine/custom.R': 'fit <- 1', 'mine/lib/a.R': '' }))
    expect(task?.files.map(({ path }) => path)).toEqual(['custom.R', 'lib/a.R'])
    expect(findings).toEqual([
      {
        code: 'taskFolder.wrapped',
        message: 'All files lie in one folder "mine"; its content was taken as the task.',
        severity: 'warning',
      },
    ])
  })

  it('takes functions in Python only', () => {
    const metadata = 'name: a\ntargetType: split\n'
    expect(messages({ 'custom.R': '', 'model-metadata.yaml': metadata })).toEqual([
      'A function of the type split is written in Python.',
    ])
    expect(messages({ 'custom.py': '', 'model-metadata.yaml': metadata })).toEqual([])
  })

  it('needs exactly one file with hooks at the top', () => {
    expect(messages({ 'src/custom.py': code, 'readme.md': '' })).toEqual([
      'A task folder needs custom.py or custom.R at its top, found src/custom.py.',
    ])
    expect(messages({ 'Custom.PY': code })[0]).toContain('found Custom.PY')
    expect(messages({})).toEqual(['A task folder needs custom.py or custom.R at its top, found no files.'])
    expect(messages({ 'custom.py': code, 'custom.R': '' })[0]).toContain('found both')
  })

  it('refuses paths that leave the folder or are ambiguous', () => {
    const files = [
      '/etc/passwd',
      'C:/x',
      'a\\b',
      '../x',
      'a/../../x',
      'a//b',
      './a',
      'a\u0000b',
      'a'.repeat(500),
      'x',
      'x/y',
    ]
    const { findings, task } = checkTaskFolder([...files, 'x'].map((path) => ({ path, bytes: new Uint8Array() })))
    expect(task).toBeUndefined()
    expect(findings.map(({ message }) => message.replace(/a{400}/, '…'))).toEqual([
      'The path "/etc/passwd" is absolute.',
      'The path "C:/x" is absolute.',
      'The path "a\\b" has a backslash.',
      'The path "../x" leaves the folder.',
      'The path "a/../../x" leaves the folder.',
      'The path "a//b" has an empty or "." part.',
      'The path "./a" has an empty or "." part.',
      'The path "a\u0000b" has characters that cannot be shown.',
      'The path "…" has more than 400 characters.',
      'The path "x" is a file and a folder.',
      'The path "x" is there twice.',
    ])
  })

  it('leaves out what tools left behind', () => {
    const { task, findings } = checkTaskFolder(
      folder({ 'custom.py': code, '__pycache__/custom.pyc': '', '.DS_Store': '' }),
    )
    expect(task?.files).toHaveLength(1)
    expect(findings[0]?.message).toBe(
      '2 files of caches and tools left out, such as __pycache__/custom.pyc, .DS_Store.',
    )
  })

  it('refuses code that is not UTF-8', () => {
    expect(messages({ 'custom.py': Uint8Array.of(0x23, 0xe9, 0x0a) })).toEqual(['custom.py is not UTF-8 text.'])
  })

  it('asks an upload for its name and target type', () => {
    expect(messages({ 'custom.py': code })).toEqual([])
    expect(messages({ 'custom.py': code }, { needsMetadata: true })).toEqual([
      'model-metadata.yaml is missing, so it is not known what the task is for.',
    ])
    expect(messages({ 'custom.py': code, 'model-metadata.yaml': 'name: a' }, { needsMetadata: true })).toEqual([
      'model-metadata.yaml does not say the targetType of the task.',
    ])
  })

  it('reads Python requirements and refuses options, addresses and paths', () => {
    const requirements = [
      '# packages',
      'scikit-learn>=1.2,<2  # a comment',
      'uvicorn[standard] == 0.30.1',
      'tomli==2.0.1; python_version < "3.11"',
      'numpy',
      '--index-url https://example.org/simple',
      '-e .',
      'git+https://example.org/x.git',
      'pkg @ https://example.org/pkg.whl',
      './local',
      '-r more.txt',
      'six; os.system',
      `six ${'='.repeat(10_000)}`,
    ].join('\r\n')
    const { findings } = checkTaskFolder(folder({ 'custom.py': code, 'requirements.txt': requirements }))
    expect(findings.map(({ place, message }) => `${place?.line} ${message}`)).toEqual([
      '6 "--index-url https://example.org/simple" in requirements.txt is an option of pip; where packages come from is for the operator to say, in pip.conf.',
      '7 "-e ." in requirements.txt installs a folder in place, which runs its code.',
      '8 "git+https://example.org/x.git" in requirements.txt is an address; packages come from the package index alone.',
      '9 "pkg @ https://example.org/pkg.whl" in requirements.txt is an address; packages come from the package index alone.',
      '10 "./local" in requirements.txt is a path; put what it holds into the task folder.',
      '11 "-r more.txt" in requirements.txt reads another file.',
      '12 "six; os.system" in requirements.txt has a condition that is not a comparison of python_version, sys_platform and the like with a text.',
      `13 "six ${'='.repeat(96)}" in requirements.txt must be a package with its version; options, addresses and paths are not read.`,
      'undefined requirements.txt names no version of numpy.',
    ])
  })

  it('reads R package names and refuses versions', () => {
    expect(messages({ 'custom.R': '', 'requirements.txt': 'dplyr\ndata.table\ncaret==6.0\n' })).toEqual([
      '"caret==6.0" in requirements.txt must be the name of one package, without a version.',
    ])
  })

  it('reads a hostile requirement line in linear time', () => {
    const started = process.cpuUsage()
    messages({
      'custom.py': code,
      'requirements.txt': `a${'=='.repeat(200)}!\na==${'!'.repeat(400)}==\na[${' ,'.repeat(200)}`,
    })
    expect(process.cpuUsage(started).user / 1e6).toBeLessThan(5)
  })
})
