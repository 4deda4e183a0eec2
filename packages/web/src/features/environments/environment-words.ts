import type { EnvironmentVersion } from '@modelsmith/api'

const names = { python: 'Python', r: 'R' } as const

/** What an image runs, such as `Python 3.11.2, R 4.2.2`. */
export const languagesInWords = (languages: EnvironmentVersion['languages']): string => {
  const running = languages.filter(({ missing }) => missing.length === 0)
  return running.length === 0 ? '–' : running.map(({ language, version }) => `${names[language]} ${version}`).join(', ')
}
