import type { Project } from '@modelsmith/api'
import { describe, expect, it } from 'vitest'
import { type Actions, saidBy } from './platform.ts'
import type { Projects } from './user-code.ts'

/** In Python: fills the size, and keeps the name of the column. */
const filled = {
  'custom.py':
    'import joblib\n\ndef fit(X, output_dir):\n    joblib.dump(-2.0, output_dir + "/model.joblib")\n\ndef transform(X, transformer):\n    return X[["size"]].fillna(transformer)\n',
  'model-metadata.yaml': 'name: Filled\ntargetType: transform\n',
}

/** In R: a number that says what came across. */
const told = {
  'custom.R': `fit <- function(X, y, output_dir) {
  stopifnot(is.numeric(X$size), !anyNA(X$size), is.character(X$colour), is.numeric(y))
  saveRDS(1.5, file.path(output_dir, "factor.rds"))
}

score <- function(data, model, ...) {
  if (any(data$size > 9000)) stop("so large is nothing")
  model * data$size + ifelse(is.na(data$colour), 1000, nchar(data$colour))
}
`,
  'model-metadata.yaml': 'name: Told\ntargetType: regression\nenvironment: r-core\n',
}

/** In R without a scoring hook: its own predict answers. */
const logistic = {
  'custom.R': `fit <- function(X, y, output_dir, class_order) {
  stopifnot(identical(levels(y), class_order))
  model <- glm(y ~ colour, binomial, data.frame(colour = X$colour, y = y))
  saveRDS(model, file.path(output_dir, "model.rds"))
}
`,
  'model-metadata.yaml': 'name: Logistic in R\ntargetType: binary\nenvironment: r-core\n',
}

/** Task code in several languages, in one blueprint and behind a deployment. */
export const describeLanguages = (actions: () => Actions, projects: () => Projects): void => {
  const deploy = async (project: Project, nodes: Parameters<Actions['train']>[1]) => {
    const { job, run } = await actions().train(project, nodes)
    expect(saidBy(job.error)).toBeUndefined()
    return actions().deploy(run.modelId ?? '')
  }

  describe('tasks in R', () => {
    it('read what a transform in Python gives, train, and answer', async () => {
      const [python, r] = [await actions().uploadTask(filled), await actions().uploadTask(told)]
      expect([python, r].map(({ language, environment }) => [language, environment])).toEqual([
        ['python', 'python-ml'],
        ['r', 'r-core'],
      ])
      const { id } = await deploy(projects().regression, [
        { id: 'filled', taskVersion: python.id, inputs: [{ from: 'data', columns: ['size'] }] },
        {
          id: 'told',
          taskVersion: r.id,
          inputs: [
            { from: 'node', node: 'filled' },
            { from: 'data', columns: ['colour'] },
          ],
        },
      ])
      const rows = [
        { size: 10, colour: 'red' },
        { size: null, colour: 'grün' },
        { size: 1, colour: null },
      ]
      const answer = await actions().client.call('predict', { params: { id }, body: { rows } })
      expect(answer.predictions).toEqual([{ prediction: 18 }, { prediction: 1 }, { prediction: 1001.5 }])

      const broken = actions().client.call('predict', { params: { id }, body: { rows: [{ size: 9001 }] } })
      await expect(broken).rejects.toMatchObject({
        problem: { detail: expect.stringContaining('custom.R, line 7: so large is nothing') },
      })
    })

    it('are scored by the predict of R where they have no hook for it', async () => {
      const { id: taskVersion } = await actions().uploadTask(logistic)
      const { id } = await deploy(projects().binary, [{ id: 'logistic', taskVersion, inputs: [{ from: 'data' }] }])
      const rows = [{ colour: 'red' }, { colour: 'blue' }]
      const { predictions } = await actions().client.call('predict', { params: { id }, body: { rows } })
      // Of the rows that the model saw, half of those of either colour were sold, more or less.
      for (const { probabilities } of predictions) expect(probabilities?.['yes']).toBeCloseTo(0.5, 0)
      expect(predictions[0]?.probabilities).not.toEqual(predictions[1]?.probabilities)
    })
  })
}
