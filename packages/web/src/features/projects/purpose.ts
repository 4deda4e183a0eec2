import type { Project } from '@modelsmith/api'

/** What a project or a model of it does, in words. */
export const purposeOf = ({ target, targetType }: Pick<Project, 'target' | 'targetType'>): string =>
  targetType !== 'anomaly'
    ? `Predicts ${target} (${targetType})`
    : target === null
      ? 'Finds anomalies'
      : `Finds anomalies, which ${target} labels`
