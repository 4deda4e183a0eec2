import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { metadataLimits, parseMetadata } from './metadata.ts'

const lines = (text: string) =>
  parseMetadata(text).findings.map(
    ({ message, hint, place }) => `${place?.line}:${place?.column} ${message}${hint === undefined ? '' : ` ${hint}`}`,
  )

describe('parseMetadata', () => {
  it('reads what the contract shows', () => {
    const { metadata, findings } = parseMetadata(`
name: Median imputation
type: training
targetType: transform
environment: python-ml
majorVersion: true
hyperparameters:
  - {name: strategy, type: select, values: [median, mean], default: median}
  - {name: share, type: float, min: 0, max: 1, default: 0.5}
  - {name: depth, type: multi, values: {int: {min: 1, max: 10}, select: {values: [auto]}}, default: auto}
typeSchema:
  input_requirements:
    - {field: data_types, condition: IN, value: [NUM, CAT]}
    - {field: number_of_columns, condition: NOT_LESS_THAN, value: 1}
    - {field: number_of_columns, condition: NOT_GREATER_THAN, value: 100}
    - {field: sparse, condition: EQUALS, value: FORBIDDEN}
  output_requirements:
    - {field: data_types, condition: EQUALS, value: NUM}
    - {field: contains_missing, condition: EQUALS, value: NEVER}
network: isolated
resources: {memoryMb: 512}
`)
    expect(findings).toEqual([])
    expect(metadata?.hyperparameters?.[2]?.default).toBe('auto')
  })

  it('puts unknown keys, wrong values and missing keys at their lines', () => {
    expect(
      lines('nmae: a\ntargetType: binry\nhyperparameters:\n  - name: depth\n    type: int\n    min: low\n'),
    ).toEqual([
      '1:1 "name" is missing.',
      '2:13 "targetType" must be one of binary, multiclass, regression, anomaly, transform, split, evaluation or a list of at least 1 entries, found "binry".',
      '6:10 "min" must be a whole number, found "low".',
      '1:1 "nmae" is not known here. Did you mean "name"?',
    ])
  })

  it('refuses a key that stands twice, with its second place', () => {
    expect(lines('name: a\ntype: training\nname: b\n')).toEqual([
      '3:1 "name" stands here for the second time. Keep one of them.',
    ])
  })

  it('refuses broken YAML with its place', () => {
    const [first] = lines('name: [a\ntype: b\n')
    expect(first).toMatch(/^\d:\d+ model-metadata\.yaml is not valid YAML: /)
  })

  it('refuses a second document and tags', () => {
    expect(lines('name: a\n---\nname: b\n')[0]).toMatch(/not valid YAML/)
    expect(lines('name: !!python/object:os.system a\n')[0]).toMatch(/not valid YAML/)
  })

  it('refuses references before they are expanded', () => {
    const bomb = `a: &a [x, x]\n${'bcdefghij'
      .split('')
      .map((key, index) => `${key}: &${key} [*${'abcdefghij'[index]}, *${'abcdefghij'[index]}]`)
      .join('\n')}\n`
    const found = lines(bomb)
    expect(found[0]).toBe(
      "1:7 &a uses YAML's references, which model-metadata.yaml may not. Write the value out where it is needed.",
    )
    expect(found.length).toBeGreaterThan(20)
  })

  it('does not take a merge key for a merge', () => {
    expect(lines('name: a\n<<: {type: training}\n')[0]).toMatch(/^2:1 "<<" is not known here/)
  })

  it('refuses text that is too large or nests too deep', () => {
    expect(lines('#'.repeat(metadataLimits.characters + 1))[0]).toContain('at most 65,536 characters are read')
    for (const depth of [60, 60_000]) {
      expect(lines(`name: ${'['.repeat(depth)}`)[0]).toMatch(/nests more than 50 levels deep|not valid YAML/)
    }
    expect(lines(`name: ${'['.repeat(60)}${']'.repeat(60)}`)).toEqual([
      'undefined:undefined model-metadata.yaml nests more than 50 levels deep.',
    ])
  })

  it('lists a hundred findings and counts the rest', () => {
    const found = lines('a: 1\n'.repeat(10_000))
    expect(found).toHaveLength(101)
    expect(found.at(-1)).toContain('9,899 more findings in model-metadata.yaml.')
  })

  it('checks defaults and limits of parameters', () => {
    expect(
      lines(`name: a
hyperparameters:
  - {name: depth, type: int, min: 1, max: 5, default: 9}
  - {name: rate, type: float, min: 2, max: 1}
  - {name: kind, type: select, values: [a, b], default: c}
  - {name: depth, type: string}
`),
    ).toEqual([
      '6:12 Parameter "depth" is declared twice. Keep one of them.',
      '3:55 The default of parameter "depth" must be a whole number from 1 to 5, found 9.',
      '4:5 Parameter "rate" allows nothing: min is 2, max is 1. min may not be above max.',
      '5:57 The default of parameter "kind" must be one of a, b, found "c".',
    ])
  })

  it('refuses rules that cannot all hold', () => {
    const rules = (...list: string[]) =>
      lines(`name: a\ntypeSchema:\n  input_requirements:\n${list.map((rule) => `    - {${rule}}\n`).join('')}`)
    expect(
      rules(
        'field: number_of_columns, condition: GREATER_THAN, value: 3',
        'field: number_of_columns, condition: LESS_THAN, value: 4',
        'field: data_types, condition: EQUALS, value: NUM',
        'field: data_types, condition: NOT_IN, value: [NUM, CAT]',
        'field: sparse, condition: EQUALS, value: REQUIRED',
        'field: sparse, condition: EQUALS, value: FORBIDDEN',
      ).map((line) => /The (\w+) rules/.exec(line)?.[1]),
    ).toEqual(['data_types', 'number_of_columns', 'sparse'])
    expect(
      rules(
        'field: number_of_columns, condition: GREATER_THAN, value: 3',
        'field: number_of_columns, condition: NOT_EQUALS, value: 4',
        'field: data_types, condition: IN, value: [NUM, CAT]',
        'field: data_types, condition: NOT_EQUALS, value: [NUM, CAT]',
      ),
    ).toEqual([])
  })

  it('refuses an evaluation that names no metrics, and parameters with the names of what a function is given', () => {
    const parameter = (name: string) => `hyperparameters: [{name: ${name}, type: int}]\n`
    expect(lines('name: a\ntargetType: evaluation\n')[0]).toContain('An evaluation says which numbers it gives')
    expect(lines(`name: a\ntargetType: split\n${parameter('data')}`)[0]).toContain('no parameter has that name')
    expect(lines(`name: a\ntargetType: split\n${parameter('actual')}`)).toEqual([])
  })

  it('refuses a task that is a transform and an estimator', () => {
    expect(lines('name: a\ntargetType: [transform, binary]\n')[0]).toMatch(
      /^2:13 targetType names transform, split or evaluation beside/,
    )
  })

  it('refuses a document that is not a mapping', () => {
    expect(lines('just words\n')).toEqual(['1:1 The value must be an object, found "just words".'])
    expect(lines('')).toEqual(['1:1 The value must be an object, found nothing.'])
  })

  it('never fails on any text, and gives metadata exactly when nothing was wrong', () => {
    const pieces = [
      'name: a\n',
      'type: ',
      '- ',
      '  ',
      '\n',
      '[',
      ']',
      '{',
      '}',
      ': ',
      '"',
      "'",
      '*a',
      '&a ',
      '!!x ',
      '#',
      '|\n',
      '? ',
      '---\n',
      '%YAML 1.1\n',
      '\t',
      '\u0000',
      '1',
      '~',
    ]
    const text = fc
      .array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 30 })
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, (given) => {
        const { metadata, findings } = parseMetadata(given)
        expect(metadata === undefined).toBe(findings.length > 0)
      }),
      { seed: 1, numRuns: 1000 },
    )
  })
})
