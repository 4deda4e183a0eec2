import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import { features } from './features.ts'
import { linear } from './linear.ts'
import { naiveBayes } from './naive-bayes.ts'
import { oneVsRest } from './one-vs-rest.ts'
import { pipelines } from './pipelines.ts'
import { trees } from './trees.ts'

const families: readonly SparkFamily[] = [features, linear, naiveBayes, oneVsRest, pipelines, trees]

/** Every class of Spark's that is read. */
export const sparkClasses: ReadonlyMap<string, SparkBuilder> = new Map(
  families.flatMap((family) => Object.entries(family)),
)
