import { execFile, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installEnvironment } from '@modelsmith/runner'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))
const packages = fileURLToPath(new URL('../../..', import.meta.url))
const dataDir = join(tmpdir(), `modelsmith-test-${process.getuid?.() ?? 0}`)
const folder = mkdtempSync(join(tmpdir(), 'modelsmith-debug-'))
const env = { ...process.env, MODELSMITH_DATA: dataDir }

const numbers = join(folder, 'numbers.csv')
const rows = Array.from({ length: 60 }, (_, row) => `${row},${row % 3},${2 * row + 1}\n`)
writeFileSync(numbers, `a,b,y\n${rows.join('')}`)

const taskOf = (name: string, files: Readonly<Record<string, string>>): string => {
  mkdirSync(join(folder, name))
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, name, path), text)
  return join(folder, name)
}
const wordsOf = (codeDir: string, ...more: string[]): string[] => [
  main,
  'fit',
  '--code-dir',
  codeDir,
  '--input',
  numbers,
  '--target-type',
  'regression',
  '--target',
  'y',
  ...more,
]

/** A terminal of the kernel's: types each answer when what it answers has appeared; tells all that was shown, and the exit status. */
const typist = `
import json, os, pty, sys
words, answers = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    os.execv(words[0], words)
shown, sought = b"", 0
while True:
    try:
        chunk = os.read(terminal, 65536)
    except OSError:
        break
    if not chunk:
        break
    shown += chunk
    while answers and answers[0][0].encode() in shown[sought:]:
        sought = shown.index(answers[0][0].encode(), sought) + len(answers[0][0])
        os.write(terminal, answers.pop(0)[1].encode())
print(json.dumps({"shown": shown.decode("utf-8", "replace").replace("\\r\\n", "\\n"), "status": os.WEXITSTATUS(os.waitpid(pid, 0)[1]), "left": answers}))
`
type Seen = { readonly shown: string; readonly status: number; readonly left: readonly unknown[] }

const atTerminal = (words: readonly string[], ...answers: (readonly [seen: string, typed: string])[]): Promise<Seen> =>
  new Promise((resolve, reject) => {
    const told = JSON.stringify([[process.execPath, ...words], answers])
    execFile('python3', ['-c', typist, told], { env, maxBuffer: 2 ** 26 }, (error, out) =>
      error === null ? resolve(JSON.parse(out)) : reject(error),
    )
  })

const withoutTerminal = (words: readonly string[]): Promise<{ status: number | null; err: string }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, words, { env, stdio: ['pipe', 'ignore', 'pipe'] })
    let err = ''
    child.stderr.setEncoding('utf8').on('data', (text) => (err += text))
    child.once('close', (status) => resolve({ status, err }))
  })

const failing = `from helper import share

def fit(X, y, output_dir, **kwargs):
    print("about to fail")
    total = float(y.sum())
    share(X, total)
`
const helper = `import json

def share(frame, total):
    names = list(frame.columns)
    return json.loads("{" + str(total))
`

const failingInR = `init <- function(code_dir) source(file.path(code_dir, "helper.R"))

fit <- function(X, y, output_dir, ...) {
  cat("about to fail\\n")
  total <- sum(y)
  share(X, total)
}
`
const helperInR = `share <- function(frame, total) {
  names <- names(frame)
  stop("no share of ", total)
}
`

const working = `import json, os, pandas

def fit(X, y, output_dir, **kwargs):
    with open(os.path.join(output_dir, "model.json"), "w") as file:
        json.dump({"mean": float(y.mean())}, file)

def load_model(code_dir):
    with open(os.path.join(code_dir, "model.json")) as file:
        return json.load(file)["mean"]

def predict(data, model, **kwargs):
    return pandas.DataFrame({"Predictions": [model] * len(data)})
`

beforeAll(async () => {
  for (const name of ['python-ml', 'r-ml']) await installEnvironment({ name, dataDir, forEveryone: true })
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('modelsmith fit --debug', { timeout: 120_000 }, () => {
  it('stops at the line of the task that raised, answers what is typed, and gives the usual verdict', async () => {
    const task = taskOf('failing', { 'custom.py': failing, 'helper.py': helper })
    const { shown, status, left } = await atTerminal(
      wordsOf(task, '--debug'),
      ['(Pdb) ', 'p names\nprint(len(frame) * 2)\n'],
      ['(Pdb) 96\r\n(Pdb) ', 'u\n'],
      ['(Pdb) ', 'p total\n'],
      ['(Pdb) ', 'w\n'],
      ['(Pdb) ', 'q\n'],
    )
    expect(left).toEqual([])
    expect(shown).toMatch(/about to fail\nStopped where the code raised[^\n]*\n[^\n]*JSONDecodeError: /)
    // Not in json, whose line it was in the end.
    expect(shown).toMatch(/> helper\.py\(5\)share\(\)\n-> return json\.loads/)
    expect(shown).toMatch(/\n\['a', 'b'\]\n\(Pdb\) 96\n/)
    expect(shown).toMatch(/p total\n[0-9.]+\n/)
    expect(shown).not.toContain('modelsmith_worker')
    expect(shown.slice(shown.lastIndexOf('(Pdb) '))).toMatch(/helper\.py, line 5: JSONDecodeError.*Traceback/s)
    expect(status).toBe(1)
  })

  it('counts no time while a person looks', async () => {
    const task = taskOf('slow', {
      'custom.py': 'def fit(X, y, output_dir, **kwargs):\n    raise ValueError("no fit today")\n',
      'model-metadata.yaml': 'name: slow\ntype: training\ntargetType: regression\nresources: {timeoutSeconds: 2}\n',
    })
    // Longer than the limit of the code and what the host adds to it, of the clock and of the processor.
    const busy = 'import time; end = time.process_time() + 4\n'
    const { shown, status, left } = await atTerminal(
      wordsOf(task, '--debug'),
      ['(Pdb) ', busy],
      ['(Pdb) ', 'exec("while time.process_time() < end: pass")\n'],
      ['(Pdb) ', 'p 6 * 7\n'],
      ['(Pdb) ', '\u0004'],
    )
    expect(left).toEqual([])
    expect(shown).toContain('42\n')
    expect(shown).toContain('custom.py, line 2: ValueError: no fit today')
    expect(shown).not.toContain('did not end within')
    expect(status).toBe(1)
  })

  it('stops once where a probe fails, and goes on to the verdict', async () => {
    const picky = working.replace('return pandas', 'assert not data.isna().any().any(), "no gaps"; return pandas')
    const { shown, status, left } = await atTerminal(
      wordsOf(taskOf('picky', { 'custom.py': picky }), '--debug'),
      ['(Pdb) ', 'p int(data.isna().sum().sum()) > 0\n'],
      ['(Pdb) ', 'c\n'],
    )
    expect(left).toEqual([])
    expect(shown.split('Stopped where')).toHaveLength(2)
    expect(shown).toMatch(/p int[^\n]*\nTrue\n/)
    expect(shown).toMatch(/keeps the task contract.*Warnings:.*no gaps/s)
    expect(status).toBe(0)
  })

  it('is cancelled by Ctrl-C in the debugger', async () => {
    const task = taskOf('left', { 'custom.py': failing, 'helper.py': helper })
    const { shown, status, left } = await atTerminal(wordsOf(task, '--debug'), ['(Pdb) ', '\u0003'])
    expect(left).toEqual([])
    expect(shown).toContain('The training was cancelled.')
    expect(status).toBe(1)
  })

  it('stops for nothing where nothing raises, and does not wait at the end', async () => {
    const task = taskOf('good', {
      'custom.py': working,
    })
    const { shown, status } = await atTerminal(wordsOf(task, '--debug'))
    expect(shown).toContain('keeps the task contract.')
    expect(shown).not.toContain('(Pdb)')
    expect(status).toBe(0)
  })

  it('is refused without a terminal', async () => {
    const task = taskOf('alone', { 'custom.py': failing, 'helper.py': helper })
    const { status, err } = await withoutTerminal(wordsOf(task, '--debug'))
    expect(status).toBe(2)
    expect(err).toContain('--debug needs a terminal')
  })

  it('takes no value', async () => {
    const { status, err } = await withoutTerminal(wordsOf(folder, '--debug=attach'))
    expect(status).toBe(2)
    expect(err).toContain('--debug takes no value')
  })

  it('stops at the line of a task in R with its frames, evaluates what is typed, and gives the usual verdict', async () => {
    const task = taskOf('failing-r', { 'custom.R': failingInR, 'helper.R': helperInR })
    const { shown, status, left } = await atTerminal(
      wordsOf(task, '--debug'),
      ['Browse[2]> ', 'names\ncat(nrow(frame) * 2,\n'],
      ['+ ', '"cells\\n")\n'],
      ['96 cells\r\nBrowse[2]> ', 'nobody\n'],
      ['Browse[2]> ', ')\n'],
      ['Browse[2]> ', 'c\n'],
      ['Selection: ', '1\n'],
      ['Browse[1]> ', 'total; lost <- 1\n'],
      ['Browse[1]> ', 'where\n'],
      ['Browse[1]> ', 'Q\n'],
    )
    expect(left).toEqual([])
    expect(shown).toMatch(/about to fail\nStopped where the code raised[^\n]*\nError: no share of [0-9]+\n/)
    expect(shown).toMatch(/1: fit\(.*\.\.\. at custom\.R#6\n2: share\(X, total\) at helper\.R#3\nBrowsing share/)
    expect(shown).toContain('-> stop("no share of ", total)\n')
    expect(shown).toMatch(/\[1\] "a" "b"\n/)
    expect(shown).toMatch(/Error: object 'nobody' not found\nBrowse/)
    expect(shown).toMatch(/Error: unexpected '\)'/)
    expect(shown).toMatch(/Browsing fit\(.*\[1\] [0-9]+\nBrowse\[1\]> /s)
    expect(shown.slice(shown.lastIndexOf('Browse['))).toMatch(/helper\.R, line 3: no share of [0-9]+.*Traceback/s)
    expect(status).toBe(1)
  })

  it('counts no time while a person looks at a task in R, and ends when they leave', async () => {
    const task = taskOf('slow-r', {
      'custom.R': 'fit <- function(X, y, output_dir, ...) stop("no fit today")\n',
      'model-metadata.yaml': 'name: slow\ntype: training\ntargetType: regression\nresources: {timeoutSeconds: 3}\n',
    })
    const busy = 'end <- proc.time()[[1]] + 5; while (proc.time()[[1]] < end) NULL; 6 * 7\n'
    const { shown, status, left } = await atTerminal(
      wordsOf(task, '--debug'),
      ['Browse[1]> ', busy],
      ['[1] 42\r\nBrowse[1]> ', '\u0004'],
    )
    expect(left).toEqual([])
    expect(shown).toContain('custom.R, line 1: no fit today')
    expect(shown).not.toMatch(/did not end within|processor time that/)
    expect(status).toBe(1)
  })

  it('cannot be had by a server: only the command makes such a runner', () => {
    const naming = readdirSync(packages, { recursive: true, encoding: 'utf8' })
      .filter((path) => /^(?!.*node_modules)[^/]+\/src\/.*\.tsx?$/.test(path) && !path.endsWith('.test.ts'))
      .filter((path) => readFileSync(join(packages, path), 'utf8').includes('createAttendedRunner'))
    expect(naming.sort()).toEqual(['cli/src/local/workshop.ts', 'runner/src/index.ts', 'runner/src/runner.ts'])
  })
})
