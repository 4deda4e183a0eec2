import { type Zippable, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { type Actions, type Content, type Files, limits, refusalOf } from './platform.ts'

const code = 'def fit(X, y, output_dir):\n    pass\n'
const metadata = 'name: A task\ntargetType: regression\n'
const good: Files = { 'custom.py': code, 'model-metadata.yaml': metadata }

type Finding = Readonly<{ code: string; message: string; hint?: string; place?: object }>
const nameIt = 'Name the file with the hooks custom.py (Python) or custom.R (R) and put it at the top of the folder.'
const insideOnly = 'Use relative paths inside the folder, with forward slashes.'

const unsafe = (path: string, problem: string): Finding => ({
  code: 'taskFolder.path',
  message: `The path "${path}" ${problem}.`,
  hint: insideOnly,
})

const folders: Readonly<Record<string, { files: Files; findings: readonly Finding[] }>> = {
  'without custom.py': {
    files: { 'main.py': code, 'model-metadata.yaml': metadata },
    findings: [
      {
        code: 'taskFolder.noCode',
        message: 'A task folder needs custom.py or custom.R at its top, found main.py, model-metadata.yaml.',
        hint: nameIt,
      },
    ],
  },
  'with custom.py further down': {
    files: { 'src/custom.py': code, 'model-metadata.yaml': metadata },
    findings: [
      {
        code: 'taskFolder.noCode',
        message: 'A task folder needs custom.py or custom.R at its top, found src/custom.py.',
        hint: nameIt,
      },
    ],
  },
  'in two languages': {
    files: { ...good, 'custom.R': '' },
    findings: [
      {
        code: 'taskFolder.twoLanguages',
        message: 'A task folder needs exactly one of custom.py and custom.R, found both.',
        hint: 'Make two tasks, one a language.',
      },
    ],
  },
  'without metadata': {
    files: { 'custom.py': code },
    findings: [
      {
        code: 'taskFolder.noMetadata',
        message: 'model-metadata.yaml is missing, so it is not known what the task is for.',
        hint: 'Add model-metadata.yaml with at least name and targetType.',
      },
    ],
  },
  'with many mistakes in its metadata': {
    files: {
      'custom.py': code,
      'model-metadata.yaml':
        'nmae: a\ntargetType: binry\nhyperparameters:\n  - name: depth\n    type: int\n    min: low\n  - {name: depth, type: float}\n',
    },
    findings: [
      {
        code: 'schema.missing',
        message: '"name" is missing.',
        place: { file: 'model-metadata.yaml', line: 1, column: 1, pointer: '/name' },
      },
      {
        code: 'schema.wrong',
        message:
          '"targetType" must be one of binary, multiclass, regression, anomaly, transform, split, evaluation or a list of at least 1 entries, found "binry".',
        place: { file: 'model-metadata.yaml', line: 2, column: 13, pointer: '/targetType' },
      },
      {
        code: 'schema.wrong',
        message: '"min" must be a whole number, found "low".',
        place: { file: 'model-metadata.yaml', line: 6, column: 10, pointer: '/hyperparameters/0/min' },
      },
      {
        code: 'schema.unknownKey',
        message: '"nmae" is not known here.',
        hint: 'Did you mean "name"?',
        place: { file: 'model-metadata.yaml', line: 1, column: 1, pointer: '/nmae' },
      },
      {
        code: 'metadata.duplicate',
        message: 'Parameter "depth" is declared twice.',
        hint: 'Keep one of them.',
        place: { file: 'model-metadata.yaml', line: 7, column: 12, pointer: '/hyperparameters/1/name' },
      },
    ],
  },
  'with metadata that is not YAML': {
    files: { 'custom.py': code, 'model-metadata.yaml': 'name: [a\ntype: b\n' },
    findings: [
      {
        code: 'yaml.syntax',
        message:
          'model-metadata.yaml is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
        hint: 'Indent with spaces, and quote text that contains a colon.',
        place: { file: 'model-metadata.yaml', line: 2, column: 1 },
      },
    ],
  },
  'with code that is no text': {
    files: { ...good, 'custom.py': 'x = 1\n\0\n', 'helper.py': Uint8Array.of(0x23, 0xe9, 0x0a) },
    findings: ['custom.py', 'helper.py'].map((file) => ({
      code: 'taskFolder.encoding',
      message: `${file} is not UTF-8 text.`,
      hint: 'Save it as UTF-8, without NUL bytes.',
      place: { file },
    })),
  },
  'that needs packages from elsewhere': {
    files: { ...good, 'requirements.txt': '--index-url http://example.com\n' },
    findings: [
      {
        code: 'taskFolder.requirement',
        message:
          '"--index-url http://example.com" in requirements.txt is an option of pip; where packages come from is for the operator to say, in pip.conf.',
        hint: 'Python: one requirement a line, such as scipy==1.15.3. R: one package name a line, no version.',
        place: { file: 'requirements.txt', line: 1 },
      },
    ],
  },
  'for an environment that there is not': {
    files: { ...good, 'model-metadata.yaml': `${metadata}environment: nowhere\n` },
    findings: [
      {
        code: 'taskFolder.environment',
        message: 'There is no environment "nowhere".',
        hint: 'There are: python-3.7-sklearn-0.21.3 (Python), python-3.8-ml (Python), python-core (Python), python-keras (Python), python-ml (Python), python-search (Python), python-torch (Python), r-core (R), r-ml (R).',
        place: { file: 'model-metadata.yaml' },
      },
    ],
  },
  'in a language that its environment does not run': {
    files: { 'custom.R': '', 'model-metadata.yaml': `${metadata}environment: python-ml\n` },
    findings: [
      {
        code: 'taskFolder.otherLanguage',
        message: 'The task is written in R; the environment python-ml runs Python.',
        hint: 'Name another environment in model-metadata.yaml. There are: python-3.7-sklearn-0.21.3 (Python), python-3.8-ml (Python), python-core (Python), python-keras (Python), python-ml (Python), python-search (Python), python-torch (Python), r-core (R), r-ml (R).',
        place: { file: 'model-metadata.yaml' },
      },
    ],
  },
  'with paths that lead out of it': {
    files: { ...good, '../../etc/cron.d/evil': 'x', '/etc/evil': 'x', '..\\evil': 'x' },
    findings: [
      unsafe('../../etc/cron.d/evil', 'leaves the folder'),
      unsafe('/etc/evil', 'is absolute'),
      unsafe('..\\evil', 'has a backslash'),
    ],
  },
}

const zip = (files: Readonly<Record<string, Content>>, more: Zippable = {}): Uint8Array =>
  zipSync({
    ...Object.fromEntries(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)])),
    ...more,
  })

const unix = 3
const linkMode = 0o120777

/** Says in its directory that its last file is far larger than it is. */
const boastful = (): Uint8Array => {
  const bytes = Buffer.from(zip(good))
  bytes.writeUInt32LE(513 * 2 ** 20, bytes.lastIndexOf('PK\x01\x02', undefined, 'latin1') + 24)
  return bytes
}

const archives: Readonly<Record<string, { bytes: Content; reason: string }>> = {
  'is none': { bytes: 'hello', reason: 'invalid zip data' },
  'is cut short': { bytes: zip(good).slice(0, 60), reason: 'invalid zip data' },
  'expands without end': {
    bytes: boastful(),
    reason: 'it expands to more than 512 MB',
  },
  'has too many files': {
    bytes: zip(Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`data/${index}`, '']))),
    reason: 'it has more than 10,000 entries',
  },
  'has a link to the outside': {
    bytes: zip(good, { passwords: [Buffer.from('/etc/passwd'), { os: unix, attrs: linkMode << 16 }] }),
    reason: '"passwords" is a symbolic link',
  },
}

export const describeTaskFolders = (actions: () => Actions): void => {
  describe.concurrent('a task folder', () => {
    it.each(Object.entries(folders))('%s is refused, with everything that is wrong', async (_, { files, findings }) => {
      expect(await refusalOf(actions().uploadTask(files))).toEqual({
        status: 422,
        code: 'task.folder',
        detail: `The task folder has ${findings.length} ${findings.length === 1 ? 'mistake' : 'mistakes'}.`,
        hint: 'Mend what the findings name and upload the folder again; `modelsmith fit` tries it on your machine first.',
        findings,
      })
    })

    it('without files is refused', async () => {
      expect(await refusalOf(actions().uploadTask({}))).toEqual({
        status: 422,
        code: 'task.empty',
        detail: 'The upload has no files.',
        hint: 'Choose the folder that holds custom.py.',
      })
    })

    it('with a huge file is refused', async () => {
      const files = { ...good, 'weights.bin': new Uint8Array((limits.uploadMb + 1) * 2 ** 20) }
      expect(await refusalOf(actions().uploadTask(files))).toEqual({
        status: 413,
        code: 'request.tooLarge',
        detail: 'The body is larger than 24 MB.',
        hint: 'Send less at a time; for uploaded files the operator can raise MODELSMITH_UPLOAD_MB.',
      })
    })
  })

  describe.concurrent('a zip archive that', () => {
    it.each(Object.entries(archives))('%s is refused', async (_, { bytes, reason }) => {
      expect(await refusalOf(actions().uploadTask({ 'task.zip': bytes }))).toEqual({
        status: 422,
        code: 'task.archive',
        detail: `The zip archive cannot be taken: ${reason}.`,
        hint: 'Zip the content of the task folder again, or upload the folder itself.',
      })
    })

    it('has a path that leads out of it is refused', async () => {
      const bytes = zip({ ...good, '../evil.py': 'x' })
      expect(await refusalOf(actions().uploadTask({ 'task.zip': bytes }))).toMatchObject({
        code: 'task.folder',
        findings: [unsafe('../evil.py', 'leaves the folder')],
      })
    })
  })
}
