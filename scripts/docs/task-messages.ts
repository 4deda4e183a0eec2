import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const languages = [
  { file: 'python.txt', words: 'Python' },
  { file: 'r.txt', words: 'R' },
] as const

/** Every rule of the task contract with what somebody who breaks it is told, from the folders that are tried in `conformance/contract`. */
export const taskMessages = (cases: string): string => {
  const sections = readdirSync(cases).flatMap((name) => {
    const { rule } = JSON.parse(readFileSync(join(cases, name, 'case.json'), 'utf8')) as { rule: string }
    const said = languages
      .filter(({ file }) => existsSync(join(cases, name, file)))
      .map(({ file, words }) => ({ words, text: readFileSync(join(cases, name, file), 'utf8').trimEnd() }))
    const [first, second] = said
    if (first === undefined) return []
    const blocks =
      second === undefined || second.text === first.text
        ? `\`\`\`text\n${first.text}\n\`\`\``
        : said.map(({ words, text }) => `${words}:\n\n\`\`\`text\n${text}\n\`\`\``).join('\n\n')
    return [`## ${name.replaceAll('-', ' ')}\n\n${rule}\n\n${blocks}\n`]
  })
  return `# What a task is told

Each rule of the [task contract](task-contract.md), and all that \`modelsmith fit\` says to somebody who breaks it; the tests try each of these
folders (\`conformance/contract\`). What looks wrong and is not stands here too. Made by \`npm run docs\`.

${sections.join('\n')}`
}
