/** Where R names the call that gave a warning or an error: the words before it, and what stands between the call and what is said. */
const forms = [
  { start: /^(Error|Warning) in /, end: ' :' },
  { start: /<[A-Za-z]*(?:[Ee]rror|[Ww]arning|[Cc]ondition)[A-Za-z]* in /, end: ':' },
] as const
/** Below `Warning messages:` each is told with its call. */
const listed = { start: /^(?:\d+: )?In /, end: ' :' } as const

const opensList = /^(?:In addition: )?Warning messages?:$/

/**
 * Lines as R prints them, with `…` in place of calls: R shows the expression of the code that gave a warning or an error, with its arguments.
 * One function follows one stream; `unsure` is for the first line after others that nobody has seen.
 */
export const callFilter = () => {
  let inList = false
  return (text: string, unsure: boolean): string => {
    inList ||= unsure || opensList.test(text)
    for (const { start, end } of inList ? [...forms, listed] : forms) {
      const found = start.exec(text)
      if (found === null) continue
      const from = found.index + found[0].length
      const to = endOfCall(text, from, end)
      if (to !== undefined) return `${text.slice(0, from)}…${text.slice(to)}`
    }
    return text
  }
}

/** Where the separator stands that follows the call; undefined where there is none, so that it is no such line. */
const endOfCall = (text: string, from: number, separator: string): number | undefined => {
  let depth = 0
  let quote = ''
  for (let at = from; at < text.length; at++) {
    const letter = text[at] as string
    if (quote !== '') {
      if (letter === '\\') at++
      else if (letter === quote) quote = ''
    } else if (letter === '"' || letter === "'" || letter === '`') quote = letter
    else if ('([{'.includes(letter)) depth++
    else if (')]}'.includes(letter)) depth--
    else if (depth <= 0 && text.startsWith(separator, at) && ' '.includes(text[at + separator.length] ?? ' ')) return at
  }
  // A long call is cut: then nothing but the separator follows, or it is not to be told where it ends.
  const last = text.lastIndexOf(separator)
  return last < from ? undefined : last
}
