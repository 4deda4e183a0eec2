import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export type GitServer = {
  /** Address of a repository. */
  readonly url: (repository: string) => string
  readonly port: number
  /** Runs git in a repository. */
  readonly git: (repository: string, args: readonly string[], input?: string | Uint8Array) => string
  /** Makes a commit of these files, and of nothing else, the head of a branch; answers its id. */
  readonly commit: (repository: string, files: Readonly<Record<string, string | Uint8Array>>, branch?: string) => string
  /** Makes a commit of a tree that no checkout would give, from lines of `git mktree`. */
  readonly commitTree: (repository: string, lines: readonly string[]) => string
  /** Paths that were asked for. */
  readonly asked: readonly string[]
  readonly close: () => void
}

const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'init.defaultBranch=main']

/** A real git server over HTTP on this machine: git's own `http-backend`. `/elsewhere/URL` redirects to a URL. */
export const startGitServer = async (): Promise<GitServer> => {
  const root = mkdtempSync(join(tmpdir(), 'git-server-'))
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const [, target] = /^\/elsewhere\/([^/]+)(.*)$/.exec(request.url ?? '') ?? []
    if (target === undefined) return answer(root, request, response)
    const rest = (request.url ?? '').slice(`/elsewhere/${target}`.length)
    response.writeHead(302, { location: decodeURIComponent(target) + rest }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const git: GitServer['git'] = (repository, args, input = '') => {
    const folder = join(root, repository)
    mkdirSync(folder, { recursive: true })
    const { PATH } = process.env
    const env = { PATH, GIT_DIR: folder, GIT_CONFIG_NOSYSTEM: '1', HOME: root }
    return execFileSync('git', [...identity, ...args], {
      cwd: folder,
      env,
      input,
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim()
  }
  const ready = (repository: string) => git(repository, ['init', '--quiet', '--bare', '.'])
  const commitTree: GitServer['commitTree'] = (repository, lines) => {
    ready(repository)
    const tree = git(repository, ['mktree', '-z', '--missing'], lines.map((line) => `${line}\0`).join(''))
    const commit = git(repository, ['commit-tree', '-m', 'A tree', tree])
    git(repository, ['update-ref', 'refs/heads/main', commit])
    return commit
  }
  return {
    port,
    asked,
    git,
    commitTree,
    url: (repository) => `http://127.0.0.1:${port}/${repository}`,
    commit: (repository, files, branch = 'main') => {
      ready(repository)
      const work = mkdtempSync(join(root, 'work-'))
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(work, path)), { recursive: true })
        writeFileSync(join(work, path), content)
      }
      const inWork = ['--work-tree', work]
      git(repository, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`])
      git(repository, [...inWork, 'add', '--all', '--force', '.'])
      git(repository, [...inWork, 'commit', '--quiet', '--allow-empty', '-m', 'Files'])
      git(repository, ['symbolic-ref', 'HEAD', 'refs/heads/main'])
      return git(repository, ['rev-parse', `refs/heads/${branch}`])
    },
    close: () => {
      server.closeAllConnections()
      server.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** One request as CGI (RFC 3875). */
const answer = (root: string, request: IncomingMessage, response: ServerResponse): void => {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost')
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      HOME: root,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method,
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      CONTENT_LENGTH: request.headers['content-length'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      HTTP_GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  child.stdin.on('error', () => {})
  request.pipe(child.stdin)
  response.on('close', () => child.kill())
  let head: Buffer | undefined = Buffer.alloc(0)
  child.stdout.on('data', (part: Buffer) => {
    if (head === undefined) return void response.write(part)
    head = Buffer.concat([head, part])
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) return
    const headers = head.subarray(0, end).toString('latin1').split('\r\n')
    const status = headers.find((line) => /^status:/i.test(line))
    response.statusCode = Number(/\d+/.exec(status ?? '200')?.[0])
    for (const line of headers) {
      const [, name = '', value = ''] = /^([^:]+): *(.*)$/.exec(line) ?? []
      if (name !== '' && name.toLowerCase() !== 'status') response.setHeader(name, value)
    }
    const rest = head.subarray(end + 4)
    head = undefined
    response.write(rest)
  })
  child.stdout.once('end', () => response.end())
}
