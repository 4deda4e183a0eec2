import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blueprintFileLimits, type BlueprintText, readBlueprint, writeBlueprint } from './yaml.ts'

const blueprint: BlueprintText = {
  name: 'Elastic net',
  description: 'Numbers: as they are.\nCategories: one column each.',
  graph: {
    nodes: [
      {
        id: 'fill',
        taskVersion: 'builtin:impute-numeric@1',
        parameters: { strategy: 'median', indicator: true, limit: null, share: 0.5 },
        inputs: [{ from: 'data', dataTypes: ['NUM'] }],
        position: { x: 10, y: 2.5 },
      },
      { id: 'few', taskVersion: 'taskVersion_1', inputs: [{ from: 'data', columns: ['no', '1', '#'] }] },
      {
        id: 'model',
        taskVersion: 'builtin:elastic-net@1',
        inputs: [{ from: 'node', node: 'fill' }, { from: 'node', node: 'few' }, { from: 'data' }],
      },
    ],
  },
}
const said = (text: string) =>
  readBlueprint(text).findings.map(
    ({ message, hint, place }) => `${place?.line}:${place?.column} ${message}${hint === undefined ? '' : ` ${hint}`}`,
  )
/** A blueprint of one node, as its lines. */
const withNode = (...lines: string[]): string =>
  ['name: A', 'graph:', '  nodes:', ...lines.map((line, at) => `${at === 0 ? '    - ' : '      '}${line}`), ''].join(
    '\n',
  )
const id = 'id: model'
const version = 'taskVersion: builtin:ridge@1'
const inputs = 'inputs: [{ from: data }]'

describe('writeBlueprint', () => {
  it('writes a line for each input and each column, with a title beside each task', () => {
    const titles: Record<string, string> = { taskVersion_1: 'Few columns\n2.1' }
    expect(writeBlueprint(blueprint, (task) => titles[task])).toBe(`name: Elastic net
description: |-
  Numbers: as they are.
  Categories: one column each.
graph:
  nodes:
    - id: fill
      taskVersion: builtin:impute-numeric@1
      parameters:
        strategy: median
        indicator: true
        limit: null
        share: 0.5
      inputs:
        - { from: data, dataTypes: [ NUM ] }
      position: { x: 10, "y": 2.5 }
    - id: few
      taskVersion: taskVersion_1 # Few columns 2.1
      inputs:
        - from: data
          columns:
            - "no"
            - "1"
            - "#"
    - id: model
      taskVersion: builtin:elastic-net@1
      inputs:
        - { from: node, node: fill }
        - { from: node, node: few }
        - { from: data }
`)
  })

  it('writes what is read as the same blueprint', () => {
    expect(readBlueprint(writeBlueprint(blueprint))).toEqual({ blueprint, findings: [] })
  })

  it('writes any text, number and name so', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'yes',
        'null',
        '~',
        '0x10',
        '1e3',
        '- a',
        '# a',
        ' a ',
        'a: b',
        '\u0085\u2028',
        '__proto__',
        '<<',
      ),
      fc.string({ minLength: 90, maxLength: 300 }),
    )
    const value = fc.oneof(
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    )
    const node = fc.record(
      {
        id: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
        taskVersion: fc.oneof(
          fc.constant('builtin:ridge@1'),
          text.filter((each) => each !== ''),
        ),
        parameters: fc.dictionary(text, value, { noNullPrototype: true }),
        inputs: fc.array(
          fc.oneof(
            fc.record({ from: fc.constant('node' as const), node: text }),
            fc.record(
              {
                from: fc.constant('data' as const),
                dataTypes: fc.array(fc.constantFrom('NUM' as const, 'CAT' as const, 'DATE' as const), { minLength: 1 }),
                columns: fc.array(text, { minLength: 1 }),
              },
              { requiredKeys: ['from'] },
            ),
          ),
          { minLength: 1, maxLength: 5 },
        ),
        position: fc.record({ x: fc.integer(), y: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
      },
      { requiredKeys: ['id', 'taskVersion', 'inputs'], noNullPrototype: true },
    )
    const any = fc.record(
      {
        name: text.filter((each) => /\S/.test(each) && each.length < 250),
        description: text.filter((each) => each !== ''),
        graph: fc.record({ nodes: fc.array(node, { maxLength: 5 }) }, { noNullPrototype: true }),
      },
      { requiredKeys: ['name', 'graph'], noNullPrototype: true },
    )
    fc.assert(
      fc.property(any, (given) => {
        const written = writeBlueprint(given, (task) => `${task}\r# a: [`)
        const { blueprint: read, findings } = readBlueprint(written)
        expect(findings).toEqual([])
        expect(JSON.stringify(read)).toBe(JSON.stringify(given))
        expect(writeBlueprint(read as BlueprintText, (task) => `${task}\r# a: [`)).toBe(written)
      }),
      { seed: 9, numRuns: 60 },
    )
  })
})

describe('readBlueprint', () => {
  it('lists all that is wrong, each at its line and column', () => {
    expect(
      said(
        withNode(
          'id: my model',
          version,
          'paramters: {}',
          'parameters: { alpha: [1, 2] }',
          'inputs: [{ from: data, dataTypes: [NUMBER] }, { from: nodes, node: fill }]',
        ),
      ),
    ).toEqual([
      '4:11 "id" must be text matching ^[A-Za-z0-9_-]{1,64}$, found "my model".',
      '7:28 "alpha" must be text or a number or true or false or null, found a list of 2.',
      expect.stringMatching(/^8:42 Entry 1 must be one of NUM, .*, found "NUMBER"\.$/),
      '8:61 "from" must be one of data, node, found "nodes".',
      '6:7 "paramters" is not known here. Did you mean "parameters"?',
    ])
  })

  it.each([
    ['nothing', '', '1:1 The value must be an object, found nothing.'],
    ['a list', '- a\n', '1:1 The value must be an object, found a list of one.'],
    ['no graph', 'name: A\n', '1:1 "graph" is missing.'],
    ['a key twice', withNode(id, version, id, inputs), '6:7 "id" stands here for the second time. Keep one of them.'],
    ['a key that is no text', 'name: A\n? [b]\n: c\n', /^2:3 blueprint\.yaml is not valid YAML: /],
    ['half a character', 'name: "\\ud800"\n', /^1:7 blueprint\.yaml is not valid YAML: A text holds half/],
    ['a tag', 'name: !!python/object:os.system a\n', /^1:7 blueprint\.yaml is not valid YAML: /],
    ['two documents', `${withNode(id, version, inputs)}---\nname: B\n`, /^7:1 blueprint\.yaml is not valid YAML: /],
    [
      'a number without end',
      withNode(id, version, 'parameters: { a: .inf }', inputs),
      /^6:24 "a" must be .*Infinity\.$/,
    ],
    ['a reference', 'name: &a A\n', /^1:10 &a uses YAML's references, which blueprint\.yaml may not\./],
    ['a merge', withNode(id, version, inputs, '<<: { id: b }'), /^7:7 "<<" is not known here\./],
  ])('refuses %s', (_, text, expected) => {
    const [first] = said(text)
    expect(first).toMatch(expected)
  })

  it('refuses references that stand for gigabytes, without writing them out', () => {
    const lines = Array.from(
      { length: 20 },
      (_, at) =>
        `  - &a${at} [${Array(9)
          .fill(at === 0 ? 'x' : `*a${at - 1}`)
          .join(', ')}]`,
    )
    const found = said(`name: A\ngraph:\n${lines.join('\n')}\n`)
    expect(found).toHaveLength(blueprintFileLimits.findings + 1)
    expect(found[0]).toMatch(/^3:9 &a0 uses YAML's references/)
  })

  it('refuses what is too large, too deep or has a thousand keys twice', () => {
    const { characters, levels } = blueprintFileLimits
    expect(said('#'.repeat(characters + 1))).toEqual([
      'undefined:undefined blueprint.yaml has 131,073 characters, at most 131,072 characters are read.',
    ])
    expect(said(`name: ${'['.repeat(levels + 1)}${']'.repeat(levels + 1)}`)).toEqual([
      `undefined:undefined blueprint.yaml nests more than ${levels} levels deep.`,
    ])
    expect(said('['.repeat(20_000))[0]).toMatch(/nests more than|not valid YAML/)
    expect(said('a: 1\n'.repeat(1_000)).at(-1)).toContain('899 more findings in blueprint.yaml.')
  })

  it('takes as long for many keys as for as many lines', () => {
    const keys = Array.from({ length: 6_000 }, (_, at) => `k${at}: 1`).join('\n')
    expect(said(keys).at(-1)).toContain('5,902 more findings')
  })
})
