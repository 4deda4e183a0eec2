import { describe, expect, it } from 'vitest'
import { checkEnvironment } from './environment.ts'
import { checkTaskFolder, type TaskFolder } from './folder.ts'

const folder = (files: Readonly<Record<string, string>>): TaskFolder => {
  const given = Object.entries(files).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) }))
  return checkTaskFolder(given).task as TaskFolder
}
const packages = [
  { name: 'scikit-learn', version: '1.7.2' },
  { name: 'scipy', version: '1.15.3' },
]
const found = (files: Readonly<Record<string, string>>, installed: typeof packages | undefined = packages) =>
  checkEnvironment(folder(files), [{ name: 'python-ml', language: 'python', packages: installed }]).map(
    ({ message, hint, place, severity = 'error' }) =>
      `${severity}, ${place?.file}:${place?.line ?? ''} ${message} ${hint}`,
  )
const python = { 'custom.py': '' }
const foundInR = (requirements: string) =>
  checkEnvironment(folder({ 'custom.R': '', 'requirements.txt': requirements }), [
    { name: 'r-ml', language: 'r', packages: [{ name: 'MASS', version: '7.3' }] },
  ])

describe('checkEnvironment', () => {
  it('finds nothing where every requirement is there, whatever the spelling of its name', () => {
    expect(found({ ...python, 'requirements.txt': 'Scikit_Learn==1.7.2\nscipy>=1.0\n' })).toEqual([])
  })

  it('refuses what is not installed and warns of another version, with the line', () => {
    expect(found({ ...python, 'requirements.txt': '# needed\nscipy==1.0\nxgboost==3.0.0\n' })).toEqual([
      'warning, requirements.txt:2 requirements.txt asks for scipy==1.0; the environment python-ml has 1.15.3, and that is used. Try the task with this version, and write it down in requirements.txt.',
      'error, requirements.txt:3 requirements.txt asks for xgboost==3.0.0; the environment python-ml does not have it. Do without it, or put its Python files into the task folder. The system page lists what there is.',
    ])
  })

  it('refuses an environment that is not there, and one for another language', () => {
    expect(found({ ...python, 'model-metadata.yaml': 'name: a\nenvironment: nowhere\n' })).toEqual([
      'error, model-metadata.yaml: There is no environment "nowhere". There is: python-ml (Python).',
    ])
    expect(found({ 'custom.R': '', 'model-metadata.yaml': 'name: a\nenvironment: python-ml\n' })).toEqual([
      'error, model-metadata.yaml: The task is written in R; the environment python-ml runs Python. Name another environment in model-metadata.yaml. There is: python-ml (Python).',
    ])
  })

  it('takes the packages of R by their exact names, in the environment for R', () => {
    expect(foundInR('MASS\n')).toEqual([])
    expect(foundInR('mass\n')).toMatchObject([
      { place: { line: 1 }, hint: expect.stringContaining('let an administrator install it for the system’s R') },
    ])
  })

  it('says nothing of packages while the environment is not installed', () => {
    const facts = [{ name: 'python-ml', language: 'python', packages: undefined }] as const
    expect(checkEnvironment(folder({ ...python, 'requirements.txt': 'xgboost==3.0.0\n' }), facts)).toEqual([])
  })
})
