import { readFile } from 'node:fs/promises'

/** A fenced block of code on a page of the documents, with the output that the page shows below it. */
export type Step = { readonly code: string; readonly shown: string | undefined }

/** The blocks of a language in their order; a `text` block is the output of the block before it. */
export const stepsOf = async (page: string, language: string): Promise<readonly Step[]> => {
  const steps: Step[] = []
  let isAfterStep = false
  for (const [, kind, text = ''] of (await readFile(page, 'utf8')).matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)) {
    const last = steps.at(-1)
    if (kind === language) steps.push({ code: text, shown: undefined })
    else if (kind === 'text' && isAfterStep && last !== undefined) steps[steps.length - 1] = { ...last, shown: text }
    isAfterStep = kind === language
  }
  return steps
}

/** What a page shows, as what may really be printed, line by line: `…` stands for anything, spaces for one or more. */
export const printable = (shown: string): readonly RegExp[] =>
  shown
    .trim()
    .split('\n')
    .map((line) => new RegExp(`^${line.split('…').map(asPattern).join('.*')}$`))

const asPattern = (text: string): string => text.split(/ +/).map(RegExp.escape).join(' +')

const mark = '@@ the next block'

/** One program of all steps, each followed by a line that tells their outputs apart. */
export const programOf = (steps: readonly Step[], print: (text: string) => string): string =>
  steps.map(({ code }) => `${code}\n${print(mark)}\n`).join('')

/** What each step printed. */
export const outputsOf = (printed: string): readonly string[] =>
  printed
    .split(`${mark}\n`)
    .slice(0, -1)
    .map((text) => text.trim())
