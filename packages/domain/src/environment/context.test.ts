import { describe, expect, it } from 'vitest'
import { checkContext } from './context.ts'

const file = (path: string, text: string | Uint8Array = 'FROM debian:12-slim\n') => ({
  path,
  bytes: typeof text === 'string' ? new TextEncoder().encode(text) : text,
})
const codes = (...files: ReturnType<typeof file>[]) => checkContext(files).findings.map(({ code }) => code)

describe('a folder for an image', () => {
  it('is taken with a Dockerfile at its top, and files beside it', () => {
    const { files, findings } = checkContext([file('Dockerfile'), file('data/words.txt', 'x')])
    expect([files?.map(({ path }) => path), findings]).toEqual([['Dockerfile', 'data/words.txt'], []])
  })

  it('is taken out of a single folder around it', () => {
    const { files, findings } = checkContext([file('env/Dockerfile'), file('env/a.txt')])
    expect(files?.map(({ path }) => path)).toEqual(['Dockerfile', 'a.txt'])
    expect(findings.map(({ severity }) => severity)).toEqual(['warning'])
  })

  it('is refused without one, and says what it has', () => {
    const [finding] = checkContext([file('readme.txt'), file('deep/Dockerfile')]).findings
    expect(finding).toMatchObject({ code: 'context.noDockerfile', message: expect.stringContaining('deep/Dockerfile') })
    expect(codes()).toEqual(['context.noDockerfile'])
  })

  it.each([
    [['Dockerfile', 'Containerfile'], 'context.twoDockerfiles'],
    [['Dockerfile', 'dockerfile'], 'context.twoDockerfiles'],
    [['Containerfile'], 'context.dockerfileName'],
    [['Dockerfile', '../outside'], 'taskFolder.path'],
    [['Dockerfile', '/etc/passwd'], 'taskFolder.path'],
    [['Dockerfile', 'a', 'a/b'], 'taskFolder.path'],
  ])('of %j is refused', (paths, code) => {
    expect(codes(...paths.map((path) => file(path)))).toEqual([code])
  })

  it.each([
    ['', 'context.from'],
    ['# nothing\n', 'context.from'],
    ['RUN true\nFROM debian\n', 'context.from'],
    ['FROM\n', 'context.from'],
    [new Uint8Array([0xff, 0xfe, 0x00]), 'context.dockerfileText'],
  ])('whose Dockerfile is %j is refused', (text, code) => {
    expect(codes(file('Dockerfile', text))).toEqual([code])
  })

  it.each(['ARG BASE=debian\nFROM $BASE\n', '# syntax\n\nfrom debian\r\n'])(
    'whose Dockerfile is %j is taken',
    (text) => {
      expect(codes(file('Dockerfile', text))).toEqual([])
    },
  )
})
