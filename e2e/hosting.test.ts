import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { walk } from '../conformance/hosting/walk.ts'
import { environmentsWith } from './support/environments.ts'
import { type Product, startProduct } from './support/product.ts'

const fixtures = join(import.meta.dirname, '../fixtures')
let product: Product
let model = ''

beforeAll(async () => {
  product = await startProduct({ env: { MODELSMITH_TOUR: 'off' }, environments: await environmentsWith('python-core') })
  model = (await product.client.call('createRegisteredModel', { body: { name: 'Fixtures' } })).id
})
afterAll(() => product.remove())

/** One of each shape of input and of answer; `npm run prove -- hosting` walks them all. */
it.each([
  ['sklearn-0.21.3', 'dtc_iris'],
  ['sklearn-0.21.3', 'ct_text_column'],
  ['sklearn-0.21.3', 'dict_vectorizer_pipe'],
  ['sklearn-0.21.3', 'standard_scaler'],
  ['sklearn-0.21.3', 'kernel_density_cosine'],
  ['sklearn-0.21.3', 'dtc_multioutput_strings'],
  ['sklearn-0.21.3', 'pls_regression'],
  ['sklearn-0.21.3', 'ct_transform_only_ordinal'],
  ['sklearn-other', 'v1_7_2_target_encoder_multiclass'],
  ['sklearn-modern', 'more_stack_bin'],
  ['sklearn-modern', 'more_own_lgb'],
  ['sklearn-modern', 'xgb_clf_multi'],
  ['spark-2.4.4', 'pipe_mixed_rf_labels'],
  ['spark-2.4.4', 'lr_multinomial_thresholds'],
  ['spark-2.4.4', 'als_implicit_drop'],
  ['spark-2.4.4', 'bucketed_lsh'],
  ['spark-2.4.4', 'feature_hasher'],
  ['spark-2.4.4', 'dtc_categorical_pipeline'],
  ['spark-3.5.9', 'AFTSurvivalRegression'],
])('answers %s/%s over HTTP as its library does', async (set, name) => {
  expect(await walk(product.client, model, join(fixtures, set), name)).toMatchObject({ outcome: 'ok' })
})
