import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { filesAt } from '../files.ts'
import { commitOf, publicAddress } from './commit.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'modelsmith-commit-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const env = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ann',
  GIT_AUTHOR_EMAIL: 'ann@example.com',
  GIT_COMMITTER_NAME: 'Ann',
  GIT_COMMITTER_EMAIL: 'ann@example.com',
}
const git = (...args: string[]): string => execFileSync('git', args, { cwd: folder, env, encoding: 'utf8' }).trim()
const write = (path: string, text: string | Uint8Array): string => {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
  return join(folder, path)
}
const ask = async (path = '') => commitOf(join(folder, path), await filesAt(join(folder, path)))

const begin = (...more: string[]): string => {
  git('init', '--quiet', '--initial-branch=main', ...more)
  write('custom.py', 'def fit(X, y, output_dir, **kwargs): pass\n')
  write('tasks/a/custom.py', 'print("ä")\n')
  write('tasks/a/data.bin', Uint8Array.of(0, 255, 13, 10))
  git('add', '.')
  git('commit', '--quiet', '-m', 'First')
  return git('rev-parse', 'HEAD')
}

describe('the commit of a folder', () => {
  it('is none where there is no repository, or nothing committed', async () => {
    write('custom.py', 'pass\n')
    expect(await ask()).toBeUndefined()
    git('init', '--quiet')
    expect(await ask()).toBeUndefined()
  })

  it.each([[[]], [['--object-format=sha256']]])(
    'is clean as long as the files are those of the commit: %j',
    async (more) => {
      const commit = begin(...more)
      git('remote', 'add', 'origin', 'https://ann:secret@example.com/team/models.git?token=1#x')
      const remote = 'https://example.com/team/models.git'
      expect(await ask()).toEqual({ commit, state: 'clean', remote, folder: '' })
      expect(await ask('tasks/a')).toEqual({ commit, state: 'clean', remote, folder: 'tasks/a' })
      write('__pycache__/custom.pyc', 'ignored by push')
      expect(await ask()).toMatchObject({ state: 'clean' })
      write('tasks/a/custom.py', 'print("b")\n')
      expect(await ask()).toMatchObject({ commit, state: 'dirty' })
      git('commit', '--quiet', '-am', 'Second')
      const second = git('rev-parse', 'HEAD')
      expect(await ask('tasks/a')).toMatchObject({ commit: second, state: 'clean' })
      write('tasks/a/new.py', '')
      expect([await ask('tasks/a'), await ask('tasks')]).toMatchObject([{ state: 'dirty' }, { state: 'dirty' }])
      rmSync(join(folder, 'tasks/a/new.py'))
      rmSync(join(folder, 'tasks/a/data.bin'))
      expect(await ask('tasks/a')).toMatchObject({ state: 'dirty' })
      write('other/custom.py', '')
      expect(await ask('other')).toMatchObject({ commit: second, state: 'dirty', folder: 'other' })
    },
  )

  it('is found in packs, packed references, detached heads and work trees', async () => {
    const commit = begin()
    git('gc', '--quiet')
    git('pack-refs', '--all')
    expect(await ask()).toMatchObject({ commit, state: 'clean', remote: undefined })
    git('checkout', '--quiet', '--detach')
    expect(await ask()).toMatchObject({ commit, state: 'clean' })
    git('worktree', 'add', '--quiet', 'tree', '-b', 'side')
    expect(await ask('tree')).toMatchObject({ commit, state: 'clean', folder: '' })
  })

  it('is told, though not whether it is clean, where the objects are gone', async () => {
    const commit = begin()
    rmSync(join(folder, '.git/objects'), { recursive: true })
    expect(await ask()).toMatchObject({ commit, state: 'unknown' })
  })
})

describe('a hostile repository', () => {
  it('has none of its programs run: hooks, fsmonitor, filters, helpers, aliases, pagers, included files', async () => {
    const commit = begin()
    const mark = join(folder, 'was-run')
    const program = write('.git/evil', `#!/bin/sh\ntouch '${mark}'\ncat\n`)
    chmodSync(program, 0o755)
    for (const hook of [
      'post-index-change',
      'pre-commit',
      'post-checkout',
      'reference-transaction',
      'fsmonitor-watchman',
    ]) {
      write(`.git/hooks/${hook}`, `#!/bin/sh\ntouch '${mark}'\n`)
      chmodSync(join(folder, '.git/hooks', hook), 0o755)
    }
    write('.git/info/attributes', '* filter=evil diff=evil\n')
    write('.git/included', `[core]\n\tfsmonitor = ${program}\n`)
    write(
      '.git/config',
      `[core]
	repositoryformatversion = 1
	fsmonitor = ${program}
	hooksPath = ${join(folder, '.git/hooks')}
	pager = ${program}
	sshCommand = ${program}
	editor = ${program}
	askPass = ${program}
	alternateRefsCommand = ${program}
[extensions]
	partialClone = origin
[remote "origin"]
	url = ext::${program}
	promisor = true
	uploadpack = ${program}
[filter "evil"]
	clean = ${program}
	smudge = ${program}
	process = ${program}
	required = true
[diff "evil"]
	textconv = ${program}
	command = ${program}
[credential]
	helper = !${program}
[alias]
	ls-tree = !${program}
	cat-file = !${program}
[include]
	path = included
[uploadpack]
	packObjectsHook = ${program}
`,
    )
    // The same repository, asked by git itself, runs one of them: the trap works.
    // It may refuse after it ran.
    spawnSync('git', ['status'], { cwd: folder, env })
    expect(existsSync(mark)).toBe(true)
    rmSync(mark)
    expect(await ask()).toMatchObject({ commit, state: 'clean', remote: undefined })
    // An object that is not there would be fetched from the helper.
    rmSync(join(folder, '.git/objects', commit.slice(0, 2)), { recursive: true })
    expect(await ask()).toMatchObject({ commit, state: 'unknown' })
    expect(existsSync(mark)).toBe(false)
  })

  it('gets no file read that is not a reference, and no option taken from a name', async () => {
    begin()
    for (const head of [
      'ref: refs/../../secret',
      'ref: /etc/passwd',
      '--output=x',
      'a'.repeat(39),
      '',
      '\0'.repeat(100),
    ]) {
      write('.git/HEAD', head)
      expect(await ask()).toBeUndefined()
    }
    rmSync(join(folder, '.git'), { recursive: true })
    for (const named of ['gitdir: /nowhere', 'gitdir: .git', 'nothing']) {
      write('.git', named)
      expect(await ask()).toBeUndefined()
    }
  })

  it('may have names with line breaks, and links, which make it dirty', async () => {
    git('init', '--quiet')
    write('a\nb', 'x')
    git('add', '.')
    git('commit', '--quiet', '-m', 'x')
    expect(await ask()).toMatchObject({ state: 'clean' })
    symlinkSync('/etc/passwd', join(folder, 'link'))
    git('add', '.')
    git('commit', '--quiet', '-m', 'y')
    expect(await ask()).toMatchObject({ state: 'dirty' })
  })
})

it.each([
  ['https://ann:pw@example.com:8443/a.git', 'https://example.com:8443/a.git'],
  ['https://token@example.com/a', 'https://example.com/a'],
  ['https://example.com/a?private_token=x', 'https://example.com/a'],
  ['git@example.com:team/a.git', 'ssh://example.com/team/a.git'],
  ['ssh://git@example.com/a.git', 'ssh://example.com/a.git'],
  ['/home/ann/secret/a.git', undefined],
  ['file:///home/ann/a.git', undefined],
  ['../a', undefined],
  ['ext::sh -c whoami', undefined],
  ['https://', undefined],
  ['', undefined],
])('the address %j is shown as %j', (given, shown) => {
  expect(publicAddress(given)).toBe(shown)
})
