import { type Client, endpoints, type Operation } from '@modelsmith/api'
import { cliError } from '../errors.ts'

const isId = (text: string): boolean => /^[a-zA-Z]+_[0-9a-z]{16,32}$/.test(text) || text.startsWith('builtin:')

type Named = { readonly items: readonly { readonly id: string; readonly name: string }[] }

/** An id as it is; a name as the id of the one thing that has exactly this name. */
export const resolveId = async (client: Client, operation: Operation, text: string): Promise<string> => {
  if (isId(text)) return text
  const noun = endpoints[operation].path.split('/')[1] ?? ''
  const list = Object.entries(endpoints).find(([, { method, path }]) => method === 'GET' && path === `/${noun}`)?.[0]
  if (list === undefined) return text
  const { items } = (await client.call(list as 'listDatasets', { query: { search: text, limit: 200 } })) as Named
  const found = items.filter(({ name }) => name === text)
  if (found.length !== 1 || found[0] === undefined) {
    throw cliError('cli.ambiguousName', { name: text, noun, count: found.length })
  }
  return found[0].id
}
