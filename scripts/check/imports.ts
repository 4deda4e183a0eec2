import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import { IMPORT_RULES, MAY_IMPORT } from './import-rules.ts'

/** Every import under `<root>/packages` that breaks a rule, one line each. */
export const importViolations = async (root: string): Promise<{ files: number; violations: readonly string[] }> => {
  const unknown = readdirSync(join(root, 'packages')).filter((name) => !Object.hasOwn(MAY_IMPORT, name))
  const { output } = await cruise(
    ['packages'],
    {
      baseDir: root,
      validate: true,
      ruleSet: { forbidden: [...IMPORT_RULES] },
      tsPreCompilationDeps: true,
      doNotFollow: { path: 'node_modules' },
      exclude: { path: '/(dist|fixtures)/' },
    },
    {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      mainFields: ['module', 'main', 'types'],
    },
  )
  const { summary } = output as ICruiseResult
  return {
    files: summary.totalCruised,
    violations: [
      ...unknown.map((name) => `packages/${name}: no import direction is declared for this package`),
      ...summary.violations.map(({ rule, from, to }) => `${from} → ${to} (${rule.name})`),
    ],
  }
}

if (import.meta.main) {
  const { files, violations } = await importViolations(process.cwd())
  for (const violation of violations) console.log(violation)
  console.log(`${files} files, ${violations.length} forbidden imports`)
  process.exitCode = violations.length === 0 ? 0 : 1
}
