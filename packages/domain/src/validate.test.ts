import fc from 'fast-check'
import Type from 'typebox'
import { Check } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { BlueprintGraph } from './blueprint/schema.ts'
import { Hyperparameter, InputRule, ParameterValues, TaskMetadata } from './contract/schema.ts'
import { check } from './validate.ts'

const lines = (...args: Parameters<typeof check>) =>
  check(...args).map(
    ({ message, hint, place }) => `${place?.pointer}: ${message}${hint === undefined ? '' : ` ${hint}`}`,
  )

describe('check', () => {
  it('finds nothing in a value that holds', () => {
    expect(check(TaskMetadata, { name: 'Impute', targetType: ['binary', 'regression'] })).toEqual([])
  })

  it('lists all findings at once, more than eight too', () => {
    const value = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`key${index}`, 1]))
    expect(check(Type.Record(Type.String(), Type.Boolean()), value)).toHaveLength(12)
  })

  it('explains a wrong hyperparameter against the type that it names', () => {
    expect(lines(Hyperparameter, { name: 'depth', type: 'int', min: 'one' })).toEqual([
      '/min: "min" must be a whole number, found "one".',
    ])
  })

  it('explains a wrong rule against the field that it names', () => {
    expect(lines(InputRule, { field: 'sparse', condition: 'EQUALS', value: 'NEVER' })).toEqual([
      '/value: "value" must be one of FORBIDDEN, SUPPORTED, REQUIRED, found "NEVER".',
    ])
  })

  it('names the choices when the discriminator is unknown or missing', () => {
    expect(lines(Hyperparameter, { name: 'a', type: 'integer' })).toEqual([
      '/type: "type" must be one of int, float, string, boolean, select, multi, found "integer".',
    ])
    expect(lines(Hyperparameter, { name: 'a' })).toEqual(['/type: "type" is missing.'])
  })

  it('names all branches when the value has the shape of none', () => {
    expect(lines(ParameterValues, { depth: [1] })).toEqual([
      '/depth: "depth" must be text or a number or true or false or null, found a list of one.',
    ])
  })

  it('explains a list inside a union of one and many', () => {
    expect(lines(TaskMetadata, { name: 'a', targetType: ['binary', 'ranking'] })).toEqual([
      '/targetType/1: Entry 2 must be one of binary, multiclass, regression, anomaly, transform, split, evaluation, found "ranking".',
    ])
  })

  it('asks whether a near key was meant', () => {
    expect(lines(TaskMetadata, { name: 'a', hyperparamters: [] })).toEqual([
      '/hyperparamters: "hyperparamters" is not known here. Did you mean "hyperparameters"?',
    ])
  })

  it('points at missing keys, with slashes and tildes escaped', () => {
    expect(lines(Type.Object({ 'a/b~c': Type.Number() }), {})).toEqual(['/a~1b~0c: "a/b~c" is missing.'])
  })

  it('says lengths, limits and patterns', () => {
    expect(lines(Type.Integer({ minimum: 1, maximum: 9 }), 12)).toEqual([
      ': The value must be a whole number, at least 1 and at most 9, found 12.',
    ])
    expect(lines(BlueprintGraph, { nodes: [{ id: 'a b', taskVersion: 't', inputs: [] }] })).toEqual([
      '/nodes/0/id: "id" must be text matching ^[A-Za-z0-9_-]{1,64}$, found "a b".',
      '/nodes/0/inputs: "inputs" must be a list of 1 to 50 entries, found a list of 0.',
    ])
  })

  it('does not take inherited members for the value’s own', () => {
    expect(lines(Type.Object({ constructor: Type.String() }), {})).toEqual(['/constructor: "constructor" is missing.'])
  })

  it('finds something exactly when the schema does not hold, with a pointer that begins in the value', () => {
    const graph = fc.record({
      nodes: fc.array(
        fc.record(
          {
            id: fc.oneof(fc.constant('a'), fc.anything()),
            taskVersion: fc.oneof(fc.constant('t'), fc.anything()),
            inputs: fc.oneof(fc.constant([{ from: 'data' }]), fc.constant([{ from: 'node' }]), fc.anything()),
            parameters: fc.oneof(fc.constant({}), fc.dictionary(fc.string(), fc.anything())),
          },
          { requiredKeys: [] },
        ),
        { maxLength: 3 },
      ),
    })
    fc.assert(
      fc.property(fc.oneof(graph, fc.anything()), (value) => {
        const findings = check(BlueprintGraph, value)
        expect(findings.length === 0).toBe(Check(BlueprintGraph, value))
        expect(findings.every(({ place }) => /^(\/|$)/.test(place?.pointer ?? 'none'))).toBe(true)
      }),
      { seed: 1, numRuns: 500 },
    )
  })
})
