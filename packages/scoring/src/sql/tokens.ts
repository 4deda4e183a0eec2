/** Why a statement cannot be run; the reader of the file says whose statement it is. */
export class SqlError extends Error {}

export type Token =
  | { readonly kind: 'word' | 'quoted' | 'text' | 'number' | 'symbol'; readonly text: string }
  | { readonly kind: 'end'; readonly text: '' }

const patterns: readonly (readonly [Token['kind'] | 'space' | 'comment', RegExp])[] = [
  ['space', /[ \t\r\n]+/y],
  ['comment', /--|\/\*/y],
  ['number', /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\w*/y],
  ['word', /[A-Za-z_]\w*/y],
  ['quoted', /`(?:[^`]|``)+`/y],
  ['text', /'[^'\\]*'|"[^"\\]*"/y],
  ['symbol', /<=>|<=|>=|<>|!=|==|\|\||[-+*/%(),.<>=]/y],
]

export const tokensOf = (statement: string): readonly Token[] => {
  const tokens: Token[] = []
  for (let at = 0; at < statement.length; ) {
    const found = tokenAt(statement, at)
    if (found === undefined) throw new SqlError(`"${statement.slice(at, at + 20)}" is not read`)
    const [kind, text] = found
    if (kind === 'comment') throw new SqlError('comments are not read')
    if (kind === 'text' && tokens.at(-1)?.kind === 'text') throw new SqlError('two texts in a row are not read')
    at += text.length
    if (kind !== 'space') tokens.push({ kind, text } as Token)
  }
  return tokens
}

const tokenAt = (statement: string, at: number) => {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at
    const text = pattern.exec(statement)?.[0]
    if (text !== undefined) return [kind, text] as const
  }
  return undefined
}
