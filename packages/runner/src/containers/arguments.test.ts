import { describe, expect, it } from 'vitest'
import { nothingLeftOut } from '../guards.ts'
import { type ContainerSpec, runArguments } from './arguments.ts'
import type { Engine } from './engine.ts'

const podman: Engine = {
  kind: 'podman',
  program: 'podman',
  version: '4.3.1',
  options: ['--runtime', 'runc'],
  runOptions: ['--ulimit', 'nofile=4096:4096'],
  rootless: false,
  bounds: true,
  folder: undefined,
}
const spec: ContainerSpec = {
  name: 'modelsmith-1-a',
  image: 'localhost/modelsmith/machine:1',
  command: ['/usr/bin/python3', '-m', 'worker'],
  mounts: [{ from: '/data/in', to: '/data/in', writable: false }],
  limits: { memoryMb: 512, processes: 32 },
  tmpMb: 64,
  user: { uid: 200_001, gid: 200_001 },
  network: 'isolated',
  variables: { LANG: 'C.UTF-8' },
  without: nothingLeftOut,
}
const words = (engine: Partial<Engine> = {}, more: Partial<ContainerSpec> = {}) =>
  runArguments({ ...podman, ...engine }, { ...spec, ...more }).join(' ')

describe('a container for a session', () => {
  it.each([
    '--network none',
    '--read-only ',
    '--user 200001:200001 --cap-drop ALL',
    '--security-opt no-new-privileges',
    '--memory 704m --memory-swap 704m',
    '--pids-limit 36',
    '--tmpfs /tmp:rw,nosuid,nodev,mode=1777,size=64m',
    '--shm-size 64m',
    '--volume /data/in:/data/in:ro',
    '--http-proxy=false',
    '--pull never',
  ])('is run with %s', (text) => {
    expect(words()).toContain(text)
  })

  it('has the engine’s own network only where that was granted', () => {
    expect(words({}, { network: 'public' })).toContain('--network bridge')
    expect(words({ kind: 'docker' }, { network: 'public' })).not.toContain('--network')
  })

  it('is the plain user’s own where the engine runs without root', () => {
    const user = { uid: 1000, gid: 1000 }
    expect(words({ rootless: true }, { user })).toContain('--userns keep-id --user 1000:1000 --cap-drop ALL')
    expect(words({ kind: 'docker', rootless: true }, { user })).toContain('--user 0:0 --cap-drop ALL')
  })

  it('asks for no bound that the engine cannot keep', () => {
    expect(words({ bounds: false })).not.toMatch(/--memory|--pids-limit/)
  })

  it('never has more rights than that, whatever it shows', () => {
    expect(words({}, { mounts: [{ from: '/srv/a', to: '/srv/a', writable: true }] })).not.toMatch(
      /privileged|cap-add|unconfined|--network host|--pid |--ipc /,
    )
  })
})
