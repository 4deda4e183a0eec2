import type { Compile } from './compile.ts'
import type { Model } from './model.ts'
import type { MethodName, Methods, Scorer } from './scorer.ts'

/** Another model under its own name, with only these of its methods: searches, RANSAC. */
export type DelegateModel = {
  readonly kind: 'delegate'
  readonly name: string
  readonly model: Model
  readonly methods: readonly MethodName[]
}

export const compileDelegate = ({ name, model, methods }: DelegateModel, compile: Compile): Scorer => {
  const scorer = compile(model)
  const given = methods.flatMap((method) => {
    const one = scorer.methods[method]
    return one === undefined ? [] : [[method, one]]
  })
  return { name, columns: scorer.columns, methods: Object.fromEntries(given) as Methods }
}
