import { execFileSync } from 'node:child_process'
import { postgresError } from './errors.ts'

/** Whom a process runs as. */
export type ServiceUser = { readonly uid: number; readonly gid: number }

const SERVICE_USER_NAME = 'modelsmith'

/**
 * The user that PostgreSQL runs as: the service user when we are root, else ourselves (`undefined`).
 * It needs a passwd entry, because PostgreSQL looks its own name up; `getent` also asks directories such as LDAP.
 */
export const serviceUser = (name = SERVICE_USER_NAME): ServiceUser | undefined => {
  if (process.getuid?.() !== 0) return undefined
  try {
    const [, , uid, gid] = execFileSync('getent', ['passwd', name], { encoding: 'utf8' }).split(':')
    return { uid: Number(uid), gid: Number(gid) }
  } catch (cause) {
    throw postgresError('postgres.noServiceUser', { name }, { cause })
  }
}
