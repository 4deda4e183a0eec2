const refusals = ['invalid', 'unsupported', 'unsafe', 'limit']

/** What each word of the column `must` asks for; files of a folder without categories must be named as unsupported. */
export const fits = (must: string, kind: string, isUnsupportedFolder: boolean): boolean => {
  switch (must) {
    case 'refuse':
      return isUnsupportedFolder ? kind === 'unsupported' : refusals.includes(kind)
    case 'limit':
      return kind === 'limit'
    case 'load-as-data':
      return kind === 'loaded'
    default:
      return kind === 'loaded' || refusals.includes(kind)
  }
}

export type Case = { readonly name: string; readonly must: string; readonly marker: string | undefined }

/** The cases of a `README.tsv`, and whether all of them are to be named as unsupported. */
export const casesOf = (text: string): { readonly cases: readonly Case[]; readonly isUnsupportedFolder: boolean } => {
  const [header = '', ...lines] = text.trimEnd().split('\n')
  const titles = header.split('\t')
  const markerAt = titles.indexOf('harmless_marker')
  const cases = lines.map((line): Case => {
    const cells = line.split('\t')
    return { name: cells[0] ?? '', must: cells[1] ?? '', marker: cells[markerAt] || undefined }
  })
  return { cases, isUnsupportedFolder: !titles.includes('category') }
}
