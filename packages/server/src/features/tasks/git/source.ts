import { taskError } from '../errors.ts'

/** A folder of a repository, as a request names it. */
export type GitSource = {
  readonly url: string
  /** Branch, tag or commit; undefined: what the server's HEAD points to. */
  readonly ref: string | undefined
  /** Without slashes around it; empty: the whole repository. */
  readonly folder: string
}

type Asked = { readonly url: string; readonly ref?: string | undefined; readonly folder?: string | undefined }

/** What a request asks for, in the only forms that ever reach git: nothing in it can be an option, another protocol or a range. */
export const readSource = ({ url, ref, folder = '' }: Asked): GitSource => ({
  url: readUrl(url),
  ref: ref === undefined || ref.trim() === '' ? undefined : readRef(ref.trim()),
  folder: readFolder(folder),
})

const readUrl = (text: string): string => {
  const url = URL.parse(text.trim())
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.hostname === '')
    throw taskError('task.gitAddress', { url: text.slice(0, 200), problem: 'it is no https:// or http:// address' })
  if (url.username !== '' || url.password !== '')
    throw taskError('task.gitAddress', {
      url: url.host,
      problem: 'it has a name or a password in it, and no secret is kept for a repository',
    })
  if (url.search !== '' || url.hash !== '')
    throw taskError('task.gitAddress', { url: text.slice(0, 200), problem: 'it has a "?" or a "#" part' })
  return url.href
}

/** After git-check-ref-format(1). */
const readRef = (ref: string): string => {
  const isName =
    /^[^-+/.\p{Cc} ~^:?*[\\][^\p{Cc} ~^:?*[\\]*$/u.test(ref) &&
    !/\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|[/.]$/.test(ref) &&
    ref !== '@'
  if (isName) return ref
  throw taskError('task.gitRef', { ref: ref.slice(0, 200) })
}

const readFolder = (text: string): string => {
  const folder = text.trim().replace(/^\/+|\/+$/g, '')
  const parts = folder.split('/')
  if (
    folder === '' ||
    (!parts.some((part) => part === '' || part === '.' || part === '..') && !/[\p{Cc}\\]/u.test(folder))
  )
    return folder
  throw taskError('task.gitFolder', { folder: folder.slice(0, 200) })
}
