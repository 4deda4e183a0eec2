import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { deflateSync, inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { inspect } from './inspect.ts'
import { openModel } from './open.ts'

const fixture = (name: string): Uint8Array =>
  readFileSync(fileURLToPath(new URL(`../../../../fixtures/${name}/model.pkl`, import.meta.url)))
const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1')

describe('inspecting a file', () => {
  it('tells class, parameters, width, classes and methods of a model', () => {
    const { verdict, problem, findings, model } = inspect(fixture('sklearn-0.21.3/logreg_multinomial_binary'))
    expect({ verdict, problem, findings }).toEqual({ verdict: 'native', problem: null, findings: [] })
    expect(model).toMatchObject({
      library: 'scikit-learn',
      version: '0.21.3',
      module: 'sklearn.linear_model.logistic',
      className: 'LogisticRegression',
      classes: [['0', '1']],
      methods: expect.arrayContaining(['predict', 'predictProba', 'decisionFunction']),
    })
    expect(model?.parameters).toContainEqual({ name: 'multi_class', value: "'multinomial'" })
    expect(model?.features).toBeGreaterThan(1)
  })

  it('names what is dangerous with its place, and calls the file unsafe', () => {
    const { verdict, problem, findings, model } = inspect(bytesOf("cos\nsystem\n(S'true'\ntR."))
    expect(verdict).toBe('unsafe')
    expect(problem?.code).toBe('pickle.unsafe')
    expect(findings).toMatchObject([{ offset: 0, module: 'os', name: 'system', judgement: 'dangerous' }])
    expect(model).toBeNull()
  })

  it.each([
    ['unsupported', 'a class that nobody knows', 'cmy.module\nThing\n)\x81.'],
    ['unsupported', 'plain data', '(lp0\nI1\na.'],
    ['invalid', 'nothing', ''],
    ['invalid', 'a picture', '\x89PNG\r\n\x1a\n0000'],
    ['invalid', 'half a pickle', '\x80\x04\x95'],
  ])('calls %s what is %s', (verdict, _, content) => {
    expect(inspect(bytesOf(content)).verdict).toBe(verdict)
  })

  it('tells what the own file of LightGBM holds', () => {
    const tree =
      'num_leaves=2\nnum_cat=0\nsplit_feature=0\nthreshold=1\ndecision_type=2\nleft_child=-1\nright_child=-2\nleaf_value=1 2'
    const head =
      'tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nmax_feature_idx=1\nobjective=binary sigmoid:1'
    const text = `${head}\nfeature_names=age income\n\nTree=0\n${tree}\n\nend of trees\n\nparameters:\n[boosting: gbdt]\nend of parameters\n`
    expect(inspect(bytesOf(text))).toMatchObject({
      verdict: 'native',
      format: 'lightgbm',
      model: {
        library: 'LightGBM',
        className: 'Booster',
        features: 2,
        featureNames: ['age', 'income'],
        parameters: [{ name: 'boosting', value: 'gbdt' }],
        methods: ['predict'],
      },
    })
    expect(inspect(bytesOf(text.replace('end of trees', ''))).problem?.code).toBe('booster.invalid')
  })

  it('tells what the own file of XGBoost holds', () => {
    const learner = {
      learner_model_param: { base_score: '5E-1', num_class: '0', num_feature: '1' },
      gradient_booster: {
        name: 'gbtree',
        model: { gbtree_model_param: { num_parallel_tree: '1' }, trees: [], tree_info: [] },
      },
      objective: { name: 'binary:logistic' },
      feature_names: ['age'],
    }
    expect(inspect(bytesOf(JSON.stringify({ learner, version: [2, 1, 0] })))).toMatchObject({
      verdict: 'native',
      format: 'xgboost-json',
      model: { library: 'XGBoost', version: '2.1.0', featureNames: ['age'], features: 1 },
    })
    expect(inspect(bytesOf(JSON.stringify({ learner: {} }))).verdict).toBe('invalid')
  })

  it('says how much a compressed file holds', () => {
    const plain = fixture('sklearn-0.21.3/logreg_multinomial_binary')
    const { verdict, compression, bytes, contentBytes } = inspect(deflateSync(plain))
    expect({ verdict, compression, contentBytes }).toEqual({
      verdict: 'native',
      compression: 'zlib',
      contentBytes: plain.length,
    })
    expect(bytes).toBeLessThan(contentBytes)
  })

  it('shows a parameter that is broken as …, where the model is sound', () => {
    const bytes = Uint8Array.from(fixture('sklearn-modern/more_catboost_depthwise'))
    // The reference to an element type becomes one to what makes scalars.
    bytes[401] = 0x17
    const { verdict, model } = inspect(bytes)
    expect(verdict).toBe('native')
    expect(model?.parameters.map(({ value }) => value).join()).toContain('…')
  })

  it('refuses a dropped category that its column has not', () => {
    const bytes = Uint8Array.from(inflateSync(fixture('sklearn-0.21.3/onehot_drop_first')))
    // The second number of drop_idx_, which is 0.
    bytes[1399] = 16
    expect(() => openModel(bytes)).toThrow('drop_idx_')
  })
})
