import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { chmodSync, chownSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type ListenOptions } from 'node:net'
import { join } from 'node:path'

/** What attempts are after: things of the host that would be found if nothing stood between. */
export type Bait = {
  readonly folder: string
  readonly secret: string
  /** For the `{{NAME}}`s in the text of an attempt. */
  readonly values: Readonly<Record<string, string>>
  readonly remove: () => void
}

/** Lies below the folder, which sessions do not see unless told. */
export const layBait = async (folder: string): Promise<Bait> => {
  const secret = `secret-${process.pid}`
  process.env['MODELSMITH_TEST_SECRET'] = secret
  mkdirSync(folder)
  chmodSync(folder, 0o755)
  writeFileSync(join(folder, 'secret'), `${secret}\n`, { mode: 0o644 })
  mkdirSync(join(folder, 'packages'))
  chmodSync(join(folder, 'packages'), 0o777)
  mkdirSync(join(folder, 'other'), { mode: 0o700 })
  writeFileSync(join(folder, 'other/model.pkl'), `${secret}\n`, { mode: 0o600 })
  for (const path of ['other', 'other/model.pkl']) chownSync(join(folder, path), 199_999, 199_999)
  copyFileSync('/usr/bin/id', join(folder, 'id'))
  chmodSync(join(folder, 'id'), 0o4755)

  const closers: (() => void)[] = []
  const greet = async (where: ListenOptions): Promise<number> => {
    const server = createServer((socket) => socket.on('error', () => {}).end('hi'))
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(where, resolve))
    closers.push(() => server.close())
    return (server.address() as AddressInfo).port
  }
  const abstract = `modelsmith-attempt-${process.pid}`
  const tcp = await greet({ host: '127.0.0.1', port: 0 })
  const tcp6 = await greet({ host: '::1', port: 0 })
  await greet({ path: `\0${abstract}` })
  await greet({ path: join(folder, 'socket') })
  chmodSync(join(folder, 'socket'), 0o777)
  const udp = createSocket('udp4', (_, { port, address }) => udp.send('hi', port, address))
  await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve))
  closers.push(() => udp.close())

  const victim: ChildProcess = spawn('sleep', ['3600'], { stdio: 'ignore' })
  closers.push(() => victim.kill('SIGKILL'))
  const shared = execFileSync('ipcmk', ['--shmem', '4096', '--mode', '0666'], { encoding: 'utf8' })
    .trim()
    .split(' ')
    .at(-1)
  closers.push(() => execFileSync('ipcrm', ['--shmem-id', shared ?? '']))
  const key = readFileSync('/proc/sysvipc/shm', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([, id]) => id === shared)?.[0]

  return {
    folder,
    secret,
    values: {
      TCP: String(tcp),
      TCP6: String(tcp6),
      UDP: String(udp.address().port),
      ABSTRACT: abstract,
      FOLDER: folder,
      SECRET: secret,
      VICTIM: String(victim.pid),
      SHARED: key ?? '',
      DEVICE:
        readdirSync('/dev').find((name) => ['kmsg', 'loop0', 'vda', 'sda', 'tty0', 'fuse'].includes(name)) ?? 'mem',
      LEFTOVER: `36${String(process.pid).padStart(8, '0')}`,
    },
    remove: () => {
      for (const close of closers) close()
      delete process.env['MODELSMITH_TEST_SECRET']
    },
  }
}
