const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g

/** A name that an object in this JSON has twice: readers differ in which of the two they take. */
export const repeatedKey = (json: string): string | undefined => {
  const objects: Set<string>[] = []
  let last = ''
  for (const [found] of json.matchAll(token)) {
    if (found === '{') objects.push(new Set())
    else if (found === '}') objects.pop()
    else if (found === ':') {
      const key = JSON.parse(last) as string
      const names = objects.at(-1)
      if (names?.has(key) === true) return key
      names?.add(key)
    }
    last = found
  }
  return undefined
}
