import type { Operation } from '@modelsmith/api'
import { expect } from 'vitest'
import { forest, graphWith, graphWithout, nodeOf } from '../../packages/server/src/testing/secret-task.ts'
import { taskFiles } from '../../packages/server/src/testing/world.ts'
import { sql } from '../../packages/server/src/infra/database/database.ts'
import type { CallParts } from '../../packages/server/src/testing/call.ts'
import type { Story, Who } from './story.ts'
import {
  all,
  answers,
  button,
  entry,
  executeOnly,
  fails,
  lacks,
  leadsNowhere,
  link,
  listsNot,
  may,
  mayNot,
  type None,
  notAllowed,
  notThere,
  runs,
  saysWhomToAsk,
  shows,
  tab,
  type Way,
  words,
  works,
} from './ways.ts'

/** Who may do what, or may not, in a sentence; and how that is tried. */
export type Statement = {
  readonly says: string
  readonly api: Way | None
  readonly cli: Way | None
  readonly page: Way | None
}

type Id = (story: Story) => string
const by =
  (id: Id, more: (story: Story) => CallParts = () => ({})) =>
  (story: Story): CallParts => ({
    params: { id: id(story) },
    ...more(story),
  })

const task: Id = (s) => s.task.id
const version: Id = (s) => s.version
const blueprint: Id = (s) => s.blueprint.id
const project: Id = (s) => s.project
const model: Id = (s) => s.model
const run: Id = (s) => s.run.id
const job: Id = (s) => s.run.jobId
const environment: Id = (s) => s.environment
const experiment: Id = (s) => s.experiment
const environmentVersion: Id = (s) => s.environmentVersion

const at = (path: string, id: Id) => (s: Story) => `/${path}/${id(s)}`
const taskPage = at('tasks', task)
const modelPage = at('models', model)

const noWay = (why: string): None => ({ none: why })

/** An object that somebody without any role asks for by its id. */
const unseen = (who: Who, what: string, noun: string, operation: Operation, id: Id, path: string): Statement => ({
  says: `${what} is not there for a member with whom it is not shared`,
  api: mayNot(who, operation, by(id), 'object.notFound'),
  cli: fails(who, (s) => [noun, 'get', id(s)], notThere),
  page: leadsNowhere(who, at(path, id)),
})

/** Something that is done to the task, which Mia may only execute. */
const onTask = (
  says: string,
  operation: Operation,
  parts: (s: Story) => CallParts,
  command: (s: Story) => readonly string[],
  search: string,
): Statement => ({
  says: `whoever may only execute the task may not ${says}`,
  api: mayNot('mia', operation, parts, 'object.executeOnly'),
  cli: fails('mia', command, executeOnly),
  page: saysWhomToAsk('mia', (s) => `${taskPage(s)}${search}`, 'Secret sauce'),
})

const onEnvironment = (
  says: string,
  operation: Operation,
  parts: (s: Story) => CallParts,
  command: (s: Story) => readonly string[],
): Statement => ({
  says: `whoever may only execute the environment may not ${says}`,
  api: mayNot('mia', operation, parts, 'object.executeOnly'),
  cli: fails('mia', command, executeOnly),
  page: saysWhomToAsk('mia', at('environments', environment), 'tools'),
})

const graphFlag = (graph: unknown) => ['--graph', JSON.stringify(graph)]

/** A copy of the blueprint, saved by its page after something was done on the canvas. */
const savesCopy = (work?: Parameters<typeof works>[2]): Way =>
  works(
    'mia',
    (s) => `/blueprints/new?blueprint=${s.blueprint.id}`,
    async (page, story) => {
      await page.getByRole('heading', { level: 1, name: 'New blueprint' }).waitFor()
      await page.getByText('Secret sauce').first().waitFor()
      await work?.(page, story)
      await page.getByRole('button', { name: 'Save blueprint', exact: true }).click()
      await page.getByRole('heading', { level: 1, name: 'Copy of With secret' }).waitFor()
    },
  )

const createsCopy = (name: string, graph: (s: Story) => unknown, from: Id = blueprint) => ({
  api: may('mia', 'createBlueprint', (s) => ({ body: { name, graph: graph(s), from: from(s) } })),
  cli: runs(
    'mia',
    (s) => ['blueprints', 'create', '--name', name, ...graphFlag(graph(s)), '--from', from(s)],
    /blueprint_/,
  ),
})

const refusesCopy = (name: string, graph: (s: Story) => unknown, from?: Id) => ({
  api: mayNot(
    'mia',
    'createBlueprint',
    (s) => ({ body: { name, graph: graph(s), ...(from === undefined ? {} : { from: from(s) }) } }),
    'object.executeOnly',
  ),
  cli: fails(
    'mia',
    (s) => [
      'blueprints',
      'create',
      '--name',
      name,
      ...graphFlag(graph(s)),
      ...(from === undefined ? [] : ['--from', from(s)]),
    ],
    executeOnly,
  ),
})

const changedForest = (s: Story) => ({ nodes: [nodeOf(s.version), forest({ n_estimators: 5 })] })
const replaced = () => ({ nodes: [nodeOf('builtin:missing-values@1'), forest()] })

const privacy: readonly Statement[] = [
  {
    says: 'values of a sensitive column are read by the editors of a dataset, and are masks to a consumer',
    api: all(
      answers(
        'ann',
        'getDatasetRows',
        by((s) => s.sensitive.version),
        { has: () => ['48151'] },
      ),
      answers(
        'mia',
        'getDatasetRows',
        by((s) => s.sensitive.version),
        { has: () => ['•••'], lacks: () => ['48151'] },
      ),
      mayNot(
        'mia',
        'createProject',
        (s) => ({ body: { name: 'S', datasetVersionId: s.sensitive.version, target: 'salary' } }),
        'project.sensitive',
      ),
    ),
    cli: all(
      runs('ann', (s) => ['dataset-versions', 'rows', s.sensitive.version], /48151/),
      runs('mia', (s) => ['dataset-versions', 'rows', s.sensitive.version], /^(?![\s\S]*48151)[\s\S]*•••/),
    ),
    page: works(
      'mia',
      (s) => `/datasets/${s.sensitive.dataset}?tab=rows`,
      async (page) => {
        await words('•••')(page).waitFor()
        expect(await page.getByText(/48,?151/).count()).toBe(0)
      },
    ),
  },
  unseen('nils', 'a task', 'tasks', 'getTask', task, 'tasks'),
  unseen('nils', 'an environment', 'environments', 'getEnvironment', environment, 'environments'),
  unseen('nils', 'a dataset', 'datasets', 'getDataset', (s) => s.dataset, 'datasets'),
  unseen('nils', 'a blueprint', 'blueprints', 'getBlueprint', blueprint, 'blueprints'),
  unseen('nils', 'a project', 'projects', 'getProject', project, 'projects'),
  unseen('nils', 'a training run', 'training-runs', 'getTrainingRun', run, 'training-runs'),
  unseen('nils', 'a model', 'models', 'getModel', model, 'models'),
  unseen(
    'nils',
    'a hosted model',
    'registered-models',
    'getRegisteredModel',
    (s) => s.registeredModel,
    'registered-models',
  ),
  unseen('nils', 'a deployment', 'deployments', 'getDeployment', (s) => s.deployment, 'deployments'),
  unseen('nils', 'a job', 'jobs', 'getJob', job, 'jobs'),
  {
    says: 'a member asks no deployment that is not shared with them',
    api: mayNot(
      'nils',
      'predict',
      by(
        (s) => s.deployment,
        () => ({ body: { rows: [{ size: 1 }] } }),
      ),
      'object.notFound',
    ),
    cli: fails('nils', (s) => ['deployments', 'predict', s.deployment, '--rows', '[{"size":1}]'], notThere),
    page: leadsNowhere('nils', (s) => `/deployments/${s.deployment}?tab=try`),
  },
  {
    says: 'what is not shared is in no list',
    api: answers('nils', 'listTasks', () => ({}), { lacks: (s) => [s.task.id, 'Secret sauce'] }),
    cli: listsNot('nils', () => ['tasks', 'list'], task),
    page: works(
      'nils',
      () => '/tasks',
      async (page) => {
        await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor()
        await page.getByText('No custom task yet').or(page.getByRole('cell').first()).first().waitFor()
        expect(await page.getByText('Secret sauce').count()).toBe(0)
      },
    ),
  },
  {
    says: 'what is not shared is found by no search',
    api: answers('nils', 'search', () => ({ query: { q: 'secret' } }), { lacks: (s) => [s.task.id, s.blueprint.id] }),
    cli: listsNot('nils', () => ['server', 'search', '--q', 'secret', '--json'], blueprint),
    page: works(
      'nils',
      () => '/',
      async (page) => {
        await page.getByRole('button', { name: /^Search/ }).click()
        await page.getByRole('textbox', { name: 'Search for' }).fill('secret')
        await page.getByText('Nothing has “secret” in its name.').waitFor()
      },
    ),
  },
  {
    says: 'an administrator of another organisation sees nothing of this one',
    api: mayNot('bob', 'getTask', by(task), 'object.notFound'),
    cli: fails('bob', (s) => ['projects', 'get', s.project], notThere),
    page: leadsNowhere('bob', taskPage),
  },
]

const executeAllows: readonly Statement[] = [
  {
    says: 'whoever has a project shared sees its leaderboard',
    api: answers('mia', 'getLeaderboard', by(project), { has: (s) => [s.model, 'With secret'] }),
    cli: runs(
      'mia',
      (s) => ['projects', 'leaderboard', s.project],
      (s) => s.model,
    ),
    page: shows('mia', at('projects', project), link('With secret')),
  },
  {
    says: 'Execute allows to train the blueprint again',
    api: may(
      'mia',
      'train',
      by(project, (s) => ({ body: { blueprintId: s.blueprint.id } })),
    ),
    cli: runs('mia', (s) => ['projects', 'train', s.project, '--blueprint-id', s.blueprint.id, '--no-wait'], /queued/),
    page: works('mia', at('projects', project), async (page) => {
      await page.getByRole('button', { name: 'Train blueprint' }).click()
      await page.getByRole('combobox', { name: 'Blueprint' }).click()
      await page.getByRole('option', { name: /^With secret/ }).click()
      await page.getByRole('button', { name: 'Train', exact: true }).click()
      await page.getByRole('heading', { level: 1, name: 'Training of With secret' }).waitFor()
    }),
  },
  {
    says: 'Execute allows to train again what a run trained',
    api: may(
      'mia',
      'train',
      by(project, (s) => ({ body: { name: 'Again', graph: graphWith(s.version), from: s.run.id } })),
    ),
    cli: runs(
      'mia',
      (s) => [
        'projects',
        'train',
        s.project,
        '--name',
        'Again',
        ...graphFlag(graphWith(s.version)),
        '--from',
        s.run.id,
        '--no-wait',
      ],
      /queued/,
    ),
    page: works(
      'mia',
      (s) => `/blueprints/new?model=${s.model}`,
      async (page) => {
        await page.getByText('Secret sauce').first().waitFor()
        await page.getByRole('button', { name: 'Train', exact: true }).click()
        await page.getByRole('combobox', { name: 'Project', exact: true }).click()
        await page.getByRole('option', { name: /^Sales/ }).click()
        await page.getByRole('button', { name: 'Train blueprint', exact: true }).click()
        await page.getByRole('heading', { level: 1, name: /^Training of/ }).waitFor()
      },
    ),
  },
  {
    says: 'Execute allows to see the model',
    api: may('mia', 'getModel', by(model)),
    cli: runs('mia', (s) => ['models', 'get', s.model], /With secret/),
    page: shows('mia', modelPage, tab('Insights'), tab('Metrics')),
  },
  {
    says: 'Execute allows to see the insights of the model, rendered',
    api: may('mia', 'getModelInsights', by(model)),
    cli: runs(
      'mia',
      (s) => ['models', 'insights', s.model],
      (s) => s.model,
    ),
    page: shows('mia', (s) => `${modelPage(s)}?tab=insights`, words(/validation/i)),
  },
  {
    says: 'Execute allows to deploy the model',
    api: may('mia', 'createDeployment', (s) => ({ body: { name: 'By API', modelId: s.model } })),
    cli: runs('mia', (s) => ['deployments', 'create', '--name', 'By command', '--model-id', s.model], /deployment_/),
    page: works('mia', modelPage, async (page) => {
      await page.getByRole('button', { name: 'Deploy', exact: true }).click()
      await page.getByRole('textbox', { name: 'Name' }).fill('By page')
      await page.getByRole('button', { name: 'Deploy model' }).click()
      await page.getByRole('heading', { level: 1, name: 'By page' }).waitFor()
    }),
  },
  {
    says: 'Execute allows to predict a file',
    api: may(
      'mia',
      'predictFile',
      by(model, () => ({ files: { 'rows.csv': 'size\n1\n' } })),
    ),
    cli: runs('mia', (s) => ['models', 'predict-file', s.model, '--file', 'rows.csv', '--no-wait'], /queued/),
    page: works(
      'mia',
      (s) => `${modelPage(s)}?tab=predict`,
      async (page, { folder }) => {
        await page.getByLabel('Predict a file').last().setInputFiles(`${folder}/rows.csv`)
        await page.getByText('Predict rows.csv').waitFor()
      },
    ),
  },
  {
    says: 'Execute allows to predict a dataset of one’s own, and of nobody else',
    api: all(
      mayNot(
        'mia',
        'predictDataset',
        by(model, (s) => ({ body: { datasetVersionId: s.datasetVersion } })),
        'object.notFound',
      ),
      async (s) => {
        const { id } = s.people.mia
        const { status } = await s.ask('ann', 'share', {
          params: { id: s.dataset },
          body: { grantee: id, role: 'consumer' },
        })
        expect(status).toBe(200)
      },
      may(
        'mia',
        'predictDataset',
        by(model, (s) => ({ body: { datasetVersionId: s.datasetVersion } })),
      ),
    ),
    cli: runs(
      'mia',
      (s) => ['models', 'predict-dataset', s.model, '--dataset-version-id', s.datasetVersion, '--no-wait'],
      /queued/,
    ),
    page: works(
      'mia',
      (s) => `${modelPage(s)}?tab=predict`,
      async (page) => {
        await page.getByRole('combobox', { name: 'Or a dataset that is here' }).click()
        await page.getByRole('option', { name: 'things' }).click()
        await page.getByRole('button', { name: 'Predict the dataset' }).click()
        await page.getByText('Predict things.csv').waitFor()
      },
    ),
  },
  {
    says: 'Execute allows to fetch the predictions of the folds',
    api: may('mia', 'outOfFoldPredictions', by(model)),
    cli: runs('mia', (s) => ['models', 'out-of-fold', s.model]),
    page: shows('mia', (s) => `${modelPage(s)}?tab=predict`, link('Out-of-fold predictions of the training rows')),
  },
  {
    says: 'Execute allows to clone the blueprint and save it as one’s own',
    ...createsCopy('Mine', (s) => graphWith(s.version)),
    page: savesCopy(),
  },
  {
    says: 'Execute allows to clone what a model was trained of',
    ...createsCopy('Of a run', (s) => graphWith(s.version), run),
    page: works(
      'mia',
      (s) => `${modelPage(s)}?tab=blueprint`,
      async (page) => {
        await page.getByRole('link', { name: 'Copy blueprint' }).click()
        await page.getByRole('heading', { level: 1, name: 'New blueprint' }).waitFor()
        await page.getByRole('button', { name: 'Save blueprint', exact: true }).click()
        await page.getByRole('heading', { level: 1, name: /^Copy of/ }).waitFor()
      },
    ),
  },
  {
    says: 'Execute allows to set parameters in the clone',
    ...createsCopy('Smaller', changedForest),
    page: savesCopy(async (page) => {
      await page.locator('.react-flow__node').filter({ hasText: 'Random forest' }).click()
      await page.getByRole('textbox', { name: 'Trees', exact: true }).fill('5')
    }),
  },
  {
    says: 'Execute allows to replace the task in the clone',
    ...createsCopy('Replaced', replaced),
    page: noWay('A task is replaced on the canvas by removing it and putting another in its place: see the next.'),
  },
  {
    says: 'Execute allows to remove the task from the clone',
    ...createsCopy('Without', () => graphWithout),
    page: works(
      'mia',
      (s) => `/blueprints/new?blueprint=${s.blueprint.id}`,
      async (page) => {
        await page.getByText('Secret sauce').first().click()
        await page.getByRole('button', { name: 'Remove task' }).click()
        await expect.poll(() => page.getByText('Secret sauce').count()).toBe(0)
        await page.getByRole('button', { name: 'Save blueprint', exact: true }).click()
        await page.getByRole('heading', { level: 1, name: 'Copy of With secret' }).waitFor()
      },
    ),
  },
  {
    says: 'Execute allows to check a copy while it is drawn',
    api: answers(
      'mia',
      'checkBlueprint',
      (s) => ({ body: { graph: graphWith(s.version), projectId: s.project, from: s.blueprint.id } }),
      { has: () => ['"valid":true'] },
    ),
    cli: runs(
      'mia',
      (s) => [
        'blueprints',
        'check',
        ...graphFlag(graphWith(s.version)),
        '--project-id',
        s.project,
        '--from',
        s.blueprint.id,
      ],
      /valid\s+true/,
    ),
    page: works(
      'mia',
      (s) => `/blueprints/new?blueprint=${s.blueprint.id}`,
      async (page) => {
        await page.getByText('Secret sauce').first().waitFor()
        await page.getByText('This blueprint can be trained.').waitFor()
      },
    ),
  },
  {
    says: 'Execute shows of the task what a blueprint needs, and whom to ask',
    api: answers('mia', 'getTaskVersion', by(version), {
      has: () => ['"access":"execute"', '"name":"Ann"', '"files":[]'],
      lacks: () => ['secret.txt'],
    }),
    cli: runs('mia', (s) => ['shares', 'access', s.task.id], /executor/),
    page: works(
      'mia',
      (s) => `/blueprints/new?blueprint=${s.blueprint.id}`,
      async (page) => {
        await page.getByText('Secret sauce').first().click()
        await page.getByText('You may execute this task where it stands').waitFor()
        await page.getByText('ask Ann to share “Secret sauce” with you').waitFor()
      },
    ),
  },
  {
    says: 'Execute allows to view the log of the leaderboard: prints and tracebacks, without lines of source',
    api: answers('mia', 'getJobLog', by(job), {
      has: () => ['fitting 40 rows', 'in fit', 'ValueError: no'],
      lacks: () => ['recipe'],
    }),
    cli: runs('mia', (s) => ['jobs', 'log', s.run.jobId, '--json'], /ValueError: no(?![\s\S]*recipe)/),
    page: works(
      'mia',
      (s) => `${modelPage(s)}?tab=log`,
      async (page) => {
        const log = page.getByLabel('Log', { exact: true })
        await log.getByText('│ ValueError: no').waitFor()
        await log.getByText('fitting 40 rows').waitFor()
        expect(await page.getByRole('main').textContent()).not.toContain('recipe')
      },
    ),
  },
  {
    says: 'Execute allows to take the log away, without lines of source',
    api: answers('mia', 'streamJob', by(job), { has: () => ['ValueError: no'], lacks: () => ['recipe'] }),
    cli: runs('mia', (s) => ['jobs', 'follow', s.run.jobId], /^(?![\s\S]*recipe)[\s\S]*$/),
    page: works('mia', at('jobs', job), async (page) => {
      await page.getByLabel('Log', { exact: true }).getByText('│ ValueError: no').waitFor()
      expect(await page.getByRole('main').textContent()).not.toContain('recipe')
    }),
  },
]

const secondNode = (s: Story) => ({ nodes: [nodeOf(s.version), nodeOf(s.version, 'again'), forest()] })

const executeForbids: readonly Statement[] = [
  onTask('view the task in the registry', 'getTask', by(task), (s) => ['tasks', 'get', s.task.id], ''),
  onTask('list its versions', 'listTaskVersions', by(task), (s) => ['tasks', 'versions', s.task.id], '?tab=versions'),
  onTask('see what uses it', 'listTaskUses', by(task), (s) => ['tasks', 'uses', s.task.id], '?tab=uses'),
  onTask(
    'read a file of it',
    'getTaskFile',
    by(version, () => ({ query: { path: 'secret.txt' } })),
    (s) => ['task-versions', 'file', s.version, '--path', 'secret.txt'],
    '?tab=files&file=secret.txt',
  ),
  onTask(
    'download the folder',
    'downloadTaskVersion',
    by(version),
    (s) => ['task-versions', 'download', s.version, '--output', 'taken.zip'],
    '',
  ),
  onTask('check it', 'checkTaskVersion', by(version), (s) => ['task-versions', 'check', s.version], ''),
  onTask(
    'clone it',
    'cloneTaskVersion',
    by(version, () => ({ body: { name: 'Mine' } })),
    (s) => ['task-versions', 'clone', s.version, '--name', 'Mine'],
    '',
  ),
  onTask(
    'see a diff of it',
    'compareTaskVersions',
    by(version, (s) => ({ query: { with: s.taskVersion } })),
    (s) => ['task-versions', 'compare', s.version, '--with', s.version],
    '?tab=compare',
  ),
  onTask(
    'change it',
    'changeTask',
    by(task, () => ({ body: { name: 'Mine' }, ifMatch: 1 })),
    (s) => ['tasks', 'change', s.task.id, '--name', 'Mine'],
    '',
  ),
  onTask(
    'edit its files',
    'editTask',
    by(task, (s) => ({ files: taskFiles, fields: { base: s.version } })),
    (s) => ['tasks', 'edit', s.task.id, '--base', s.version, '--file', 'custom.py'],
    '?tab=files',
  ),
  onTask(
    'add a version',
    'uploadTaskVersion',
    by(task, () => ({ files: taskFiles })),
    (s) => ['tasks', 'upload-version', s.task.id, '--file', 'custom.py'],
    '?tab=versions',
  ),
  onTask(
    'delete it',
    'deleteTask',
    by(task, () => ({ ifMatch: 1 })),
    (s) => ['tasks', 'delete', s.task.id],
    '',
  ),
  onTask(
    'share it',
    'share',
    by(task, (s) => ({ body: { grantee: s.people.mia.id, role: 'owner' } })),
    (s) => ['shares', 'give', s.task.id, '--grantee', s.people.mia.id, '--role', 'owner'],
    '',
  ),
  onTask('see who has a role on it', 'listShares', by(task), (s) => ['shares', 'list', s.task.id], ''),
  {
    says: 'whoever may only execute the task has it in no list, and finds it by no search',
    api: all(
      ...(['listTasks', 'listTaskVersionsAvailable', 'listNetworkRequests'] as const).map((operation) =>
        answers('mia', operation, () => ({}), { lacks: (s) => [s.task.id, 'Secret sauce'] }),
      ),
      answers('mia', 'search', () => ({ query: { q: 'sauce' } }), { lacks: (s) => [s.task.id] }),
    ),
    cli: listsNot('mia', () => ['task-versions', 'list', '--json'], version),
    page: works(
      'mia',
      () => '/',
      async (page) => {
        await page.getByRole('button', { name: /^Search/ }).click()
        await page.getByRole('textbox', { name: 'Search for' }).fill('sauce')
        await page.getByText('Nothing has “sauce” in its name.').waitFor()
      },
    ),
  },
  {
    says: 'whoever may only execute the task may not download its artifact',
    api: mayNot(
      'mia',
      'downloadArtifact',
      by(model, () => ({ query: { node: 'same', path: 'task.pkl' } })),
      'object.executeOnly',
    ),
    cli: fails(
      'mia',
      (s) => ['models', 'download-artifact', s.model, '--node', 'same', '--path', 'task.pkl', '--output', 'taken.pkl'],
      executeOnly,
    ),
    page: works(
      'mia',
      (s) => `${modelPage(s)}?tab=artifacts`,
      async (page) => {
        const rows = page.getByRole('row')
        await rows.filter({ hasText: 'model' }).getByRole('link', { name: 'task.pkl' }).waitFor()
        expect(await rows.filter({ hasText: 'same' }).filter({ hasText: 'task.pkl' }).count()).toBe(1)
        expect(await rows.filter({ hasText: 'same' }).getByRole('link').count()).toBe(0)
      },
    ),
  },
  {
    says: 'an artifact of a task of the library in the same model may be downloaded',
    api: may(
      'mia',
      'downloadArtifact',
      by(model, () => ({ query: { node: 'model', path: 'task.pkl' } })),
    ),
    cli: runs(
      'mia',
      (s) => ['models', 'download-artifact', s.model, '--node', 'model', '--path', 'task.pkl'],
      /^model model_/,
    ),
    page: works(
      'mia',
      (s) => `${modelPage(s)}?tab=artifacts`,
      async (page) => {
        const got = page.waitForEvent('download')
        await page.getByRole('link', { name: 'task.pkl' }).click()
        expect((await got).suggestedFilename()).toBe('task.pkl')
      },
    ),
  },
  {
    says: 'whoever may only execute the task may not use it in another blueprint',
    ...refusesCopy('Other', (s) => graphWith(s.version)),
    page: works(
      'mia',
      () => '/blueprints/new',
      async (page) => {
        await page.getByRole('heading', { level: 1, name: 'New blueprint' }).waitFor()
        await page.getByText('Random forest').first().waitFor()
        expect(await page.getByText('Secret sauce').count()).toBe(0)
      },
    ),
  },
  {
    says: 'whoever may only execute the task may not use it a second time in a copy',
    ...refusesCopy('Twice', secondNode, blueprint),
    page: works(
      'mia',
      (s) => `/blueprints/new?blueprint=${s.blueprint.id}`,
      async (page) => {
        await page.getByText('Secret sauce').first().waitFor()
        await page.getByText('Random forest').first().waitFor()
        await page.getByRole('button', { name: 'Add Random forest' }).first().waitFor()
        expect(await page.getByRole('button', { name: 'Add Secret sauce' }).count()).toBe(0)
      },
    ),
  },
  {
    says: 'whoever may only execute the task may not train it in a graph of their own',
    api: mayNot(
      'mia',
      'train',
      by(project, (s) => ({ body: { name: 'Own', graph: graphWith(s.version) } })),
      'object.executeOnly',
    ),
    cli: fails(
      'mia',
      (s) => ['projects', 'train', s.project, '--name', 'Own', ...graphFlag(graphWith(s.version)), '--no-wait'],
      executeOnly,
    ),
    page: noWay('A page trains blueprints that are saved, or what a model was trained of.'),
  },
  onEnvironment('view the environment', 'getEnvironment', by(environment), (s) => [
    'environments',
    'get',
    s.environment,
  ]),
  onEnvironment('list its versions', 'listEnvironmentVersions', by(environment), (s) => [
    'environments',
    'versions',
    s.environment,
  ]),
  onEnvironment('download it', 'downloadEnvironmentVersion', by(environmentVersion), (s) => [
    'environment-versions',
    'download',
    s.environmentVersion,
    '--output',
    'taken.zip',
  ]),
  onEnvironment('build it', 'buildEnvironmentVersion', by(environmentVersion), (s) => [
    'environment-versions',
    'build',
    s.environmentVersion,
  ]),
  onEnvironment(
    'change it',
    'changeEnvironment',
    by(environment, () => ({ body: { description: 'Mine' }, ifMatch: 1 })),
    (s) => ['environments', 'change', s.environment, '--description', 'Mine'],
  ),
  onEnvironment(
    'delete it',
    'deleteEnvironment',
    by(environment, () => ({ ifMatch: 1 })),
    (s) => ['environments', 'delete', s.environment],
  ),
  {
    says: 'whoever may only execute the environment has it in no list',
    api: answers('mia', 'listCustomEnvironments', () => ({}), { lacks: (s) => [s.environment, '"tools"'] }),
    cli: listsNot('mia', () => ['environments', 'custom'], environment),
    page: works(
      'mia',
      () => '/administration?tab=environments',
      async (page) => {
        await page.getByText('No custom environment yet').waitFor()
        expect(await page.getByText('tools', { exact: true }).count()).toBe(0)
      },
    ),
  },
  {
    says: 'whoever may only execute the environment may not use it in a task of their own',
    api: async (s) => {
      const files = {
        ...taskFiles,
        'model-metadata.yaml': 'name: Borrowed\ntargetType: transform\nenvironment: tools\n',
      }
      const { text, status } = await s.ask('mia', 'uploadTask', { files })
      expect({ status, text }).toMatchObject({ text: expect.stringContaining('environment') })
      const other = await s.ask('mia', 'uploadTask', {
        files: { ...files, 'model-metadata.yaml': files['model-metadata.yaml'].replace('tools', 'nobodys') },
      })
      // Word for word as one that nobody has.
      const { requestId: _one, ...said } = JSON.parse(text.replaceAll('tools', 'NAME'))
      const { requestId: _other, ...saidOfNone } = JSON.parse(other.text.replaceAll('nobodys', 'NAME'))
      expect([status, said]).toEqual([other.status, saidOfNone])
      expect(status).toBe(422)
    },
    cli: noWay('The command uploads the same folder to the same operation.'),
    page: works(
      'mia',
      () => '/tasks/new',
      async (page) => {
        await page.getByRole('heading', { level: 1, name: /task/i }).waitFor()
        expect(await page.getByText('tools', { exact: true }).count()).toBe(0)
      },
    ),
  },
]

const backWays: readonly Statement[] = [
  {
    says: 'the bundle that reproduces a run is not for whoever may only execute a task in it',
    api: mayNot('mia', 'downloadTrainingRun', by(run), 'object.executeOnly'),
    cli: fails('mia', (s) => ['training-runs', 'download', s.run.id, '--output', 'taken.tar'], executeOnly),
    page: async (s) => {
      const { database } = s.platform.context
      await database.run(sql`update training_run set state = 'failed' where id = ${s.run.id}`)
      await lacks('mia', at('training-runs', run), link('Download for a rerun'))(s)
      await database.run(sql`update training_run set state = 'succeeded' where id = ${s.run.id}`)
    },
  },
  {
    says: 'the bundle of a job is not for whoever may only execute a task in it',
    api: mayNot('mia', 'downloadJob', by(job), 'object.executeOnly'),
    cli: fails('mia', (s) => ['pull-run', s.run.id, '--output', 'pulled'], executeOnly),
    page: noWay('Pages offer the bundle of a run only.'),
  },
  {
    says: 'a folder of the same name, pushed by whoever may only execute the task, becomes a task of their own',
    api: async (s) => {
      const { text, body } = await s.ask('mia', 'uploadTask', { files: taskFiles, fields: { name: 'Secret sauce' } })
      expect(text).not.toContain(s.task.id)
      const { id, version: seen } = (body as { task: { id: string; version: number } }).task
      expect((await s.ask('mia', 'deleteTask', { params: { id }, ifMatch: seen })).status).toBe(204)
    },
    cli: async (s) => {
      const { status, out } = await s.command('mia', ['push', '--code-dir', '.', '--json'])
      expect(status).toBe(0)
      const made = JSON.parse(out) as { task: { id: string; owner: { name: string } } }
      expect([made.task.owner.name, made.task.id === s.task.id]).toEqual(['Mia', false])
    },
    page: noWay('A page uploads a version on the page of its task, which is not there.'),
  },
  {
    says: 'news of the task reach nobody who may only execute it',
    api: noWay('The command hears the stream of the API.'),
    cli: async (s) => {
      const listening = s.hears('mia')
      const renamed = async (operation: 'changeTask' | 'changeProject', id: string, name: string) => {
        const get = operation === 'changeTask' ? 'getTask' : 'getProject'
        const { body } = await s.ask('ann', get, { params: { id } })
        const { status } = await s.ask('ann', operation, {
          params: { id },
          body: { name },
          ifMatch: Number(body['version']),
        })
        expect(status).toBe(200)
      }
      await listening.ready
      await renamed('changeTask', s.task.id, 'Secret gravy')
      await renamed('changeTask', s.task.id, 'Secret sauce')
      await renamed('changeProject', s.project, 'Sales')
      // News come in the order of the changes: when the second is there, the first would be.
      const heard = await listening.until(s.project)
      expect(heard).not.toContain(s.task.id)
    },
    page: noWay('Pages hear the same stream, and ask for what they show anew.'),
  },
  {
    says: 'an error names what stands in the way only to whoever may see it',
    api: async (s) => {
      const { body } = await s.ask('mia', 'createBlueprint', {
        body: { name: 'Plan of Mia', graph: graphWith(s.version), from: s.blueprint.id },
      })
      const { body: seen } = await s.ask('ann', 'getTask', { params: { id: s.task.id } })
      const refused = await s.ask('ann', 'deleteTask', { params: { id: s.task.id }, ifMatch: Number(seen['version']) })
      expect(refused.body.code).toBe('object.inUse')
      expect(refused.text).not.toContain('Plan of Mia')
      expect(body['id']).toBeDefined()
    },
    cli: fails('ann', (s) => ['tasks', 'delete', s.task.id], /cannot be deleted: (?!.*Plan of Mia)/),
    page: noWay('A page shows the words of the same answer.'),
  },
  {
    says: 'a key of an earlier request answers nobody else than who sent it, and no answer is kept by caches',
    api: async (s) => {
      const headers = { 'idempotency-key': 'the same key' }
      const body = { name: 'Once', graph: graphWithout }
      const first = await s.ask('ann', 'createBlueprint', { body, headers })
      const again = await s.ask('ann', 'createBlueprint', { body, headers })
      const others = await s.ask('mia', 'createBlueprint', { body, headers })
      expect([again.body['id'] === first.body['id'], others.body['id'] === first.body['id']]).toEqual([true, false])
      const { headers: said } = await s.ask('mia', 'getModel', { params: { id: s.model } })
      expect(said['cache-control']).toBe('no-store')
    },
    cli: noWay('The command makes a key of its own for each request.'),
    page: noWay('A page makes a key of its own for each request.'),
  },
  {
    says: 'a job and its log are there for nobody of another organisation',
    api: mayNot('bob', 'getJob', by(job), 'object.notFound'),
    cli: fails('bob', (s) => ['jobs', 'log', s.run.jobId], notThere),
    page: leadsNowhere('bob', at('jobs', job)),
  },
  {
    says: 'a portable scorer is made of what may be downloaded: not of the task that may only be executed',
    api: mayNot('mia', 'downloadJob', by(job), 'object.executeOnly'),
    cli: async (s) => {
      await fails(
        'mia',
        (t) => ['models', 'download-artifact', t.model, '--node', 'same', '--path', 'task.pkl', '--output', 'same.pkl'],
        executeOnly,
      )(s)
      const { status } = await s.command('mia', ['export', 'same.pkl', '--output', 'exported'])
      expect(status).not.toBe(0)
    },
    page: noWay('Pages export nothing.'),
  },
]

const granted: readonly Statement[] = [
  {
    says: 'a consumer of a task sees its files and takes them away',
    api: all(
      may(
        'cora',
        'getTaskFile',
        by(version, () => ({ query: { path: 'custom.py' } })),
      ),
      may('cora', 'downloadTaskVersion', by(version)),
    ),
    cli: runs('cora', (s) => ['task-versions', 'file', s.version, '--path', 'custom.py'], /CustomTask/),
    page: shows('cora', (s) => `${taskPage(s)}?tab=files`, words('custom.py')),
  },
  {
    says: 'a consumer of a task uses it in a blueprint of their own',
    api: may('cora', 'createBlueprint', (s) => ({ body: { name: 'Coras', graph: graphWith(s.version) } })),
    cli: runs(
      'cora',
      (s) => ['blueprints', 'create', '--name', 'Coras', ...graphFlag(graphWith(s.version))],
      /blueprint_/,
    ),
    page: shows('cora', (s) => `/blueprints/new?task=${s.version}`, words('Secret sauce')),
  },
  {
    says: 'a consumer of a task may not change it',
    api: mayNot(
      'cora',
      'uploadTaskVersion',
      by(task, () => ({ files: taskFiles })),
      'object.forbidden',
    ),
    cli: fails('cora', (s) => ['tasks', 'change', s.task.id, '--name', 'Coras'], notAllowed),
    page: all(
      lacks(
        'cora',
        (s) => `${taskPage(s)}?tab=files`,
        entry('Rename task'),
        entry('Archive task'),
        entry('Delete task'),
      ),
      lacks('cora', (s) => `${taskPage(s)}?tab=versions`, button('Upload version'), button('Import version')),
      lacks('cora', (s) => `${taskPage(s)}?tab=files`, button('New file')),
    ),
  },
  {
    says: 'a consumer of a task may not share it',
    api: mayNot(
      'cora',
      'share',
      by(task, (s) => ({ body: { grantee: s.people.nils.id, role: 'consumer' } })),
      'object.forbidden',
    ),
    cli: fails(
      'cora',
      (s) => ['shares', 'give', s.task.id, '--grantee', s.people.nils.id, '--role', 'consumer'],
      notAllowed,
    ),
    page: lacks('cora', taskPage, button('Share')),
  },
  {
    says: 'an editor of a project trains in it and may not delete it',
    api: mayNot(
      'mia',
      'deleteProject',
      by(project, () => ({ ifMatch: 1 })),
      'object.forbidden',
    ),
    cli: fails('mia', (s) => ['projects', 'delete', s.project], notAllowed),
    page: lacks('mia', at('projects', project), entry('Delete project'), button('Share')),
  },
  {
    says: 'a consumer of a blueprint may not change it',
    api: mayNot(
      'mia',
      'changeBlueprint',
      by(blueprint, () => ({ body: { name: 'M' }, ifMatch: 1 })),
      'object.forbidden',
    ),
    cli: fails('mia', (s) => ['blueprints', 'change', s.blueprint.id, '--name', 'M'], notAllowed),
    page: lacks('mia', at('blueprints', blueprint), button('Save blueprint'), entry('Rename blueprint')),
  },
  {
    says: 'a viewer sees the project and its models, whatever they were given',
    api: may('vera', 'getModel', by(model)),
    cli: runs(
      'vera',
      (s) => ['projects', 'leaderboard', s.project],
      (s) => s.model,
    ),
    page: shows('vera', modelPage, tab('Insights')),
  },
  {
    says: 'a viewer trains nothing, whatever they were given',
    api: mayNot(
      'vera',
      'train',
      by(project, (s) => ({ body: { blueprintId: s.blueprint.id } })),
      'object.forbidden',
    ),
    cli: fails('vera', (s) => ['projects', 'train', s.project, '--blueprint-id', s.blueprint.id], notAllowed),
    page: lacks('vera', at('projects', project), button('Train blueprint')),
  },
  {
    says: 'a viewer begins nothing new, whatever they were given',
    api: mayNot(
      'vera',
      'createProject',
      (s) => ({ body: { name: 'V', datasetVersionId: s.datasetVersion, target: 'sold' } }),
      'object.forbidden',
    ),
    cli: fails(
      'vera',
      (s) => ['projects', 'create', '--name', 'V', '--dataset-version-id', s.datasetVersion, '--target', 'sold'],
      notAllowed,
    ),
    page: all(
      lacks('vera', () => '/projects', link('Create project')),
      lacks('vera', () => '/tasks', link('New task')),
      lacks('vera', () => '/blueprints', link('New blueprint')),
    ),
  },
  {
    says: 'a viewer deploys nothing and predicts no file, whatever they were given',
    api: all(
      mayNot('vera', 'createDeployment', (s) => ({ body: { name: 'V', modelId: s.model } }), 'object.forbidden'),
      mayNot(
        'vera',
        'predictFile',
        by(model, () => ({ files: { 'rows.csv': 'size\n1\n' } })),
        'object.forbidden',
      ),
    ),
    cli: fails('vera', (s) => ['models', 'predict-file', s.model, '--file', 'rows.csv'], notAllowed),
    page: all(
      lacks('vera', modelPage, button('Deploy')),
      lacks('vera', (s) => `${modelPage(s)}?tab=predict`, button('Predict a file')),
    ),
  },
  {
    says: 'a viewer takes no file away, whatever they were given',
    api: all(
      mayNot(
        'vera',
        'downloadDataset',
        by((s) => s.datasetVersion),
        'object.forbidden',
      ),
      mayNot('vera', 'downloadTaskVersion', by(version), 'object.forbidden'),
    ),
    cli: fails('vera', (s) => ['dataset-versions', 'download', s.datasetVersion], notAllowed),
    page: all(
      lacks(
        'vera',
        at('datasets', (s) => s.dataset),
        entry('Download the file'),
        link('Create project'),
      ),
      lacks('vera', (s) => `${taskPage(s)}?tab=versions`, entry('Download the folder'), link('Download version 1.0')),
    ),
  },
  {
    says: 'a viewer asks a deployment that is shared with them, and may not change it',
    api: all(
      mayNot(
        'vera',
        'changeDeployment',
        by(
          (s) => s.deployment,
          () => ({ body: { name: 'V' }, ifMatch: 1 }),
        ),
        'object.forbidden',
      ),
      // The right is there: only the prediction process is not.
      mayNot(
        'vera',
        'predict',
        by(
          (s) => s.deployment,
          () => ({ body: { rows: [{ size: 1 }] } }),
        ),
        'deployment.servingDown',
      ),
    ),
    cli: fails('vera', (s) => ['deployments', 'pause', s.deployment, '--reason', 'No'], notAllowed),
    page: lacks(
      'vera',
      at('deployments', (s) => s.deployment),
      button('Pause'),
      entry('Replace model'),
    ),
  },
  {
    says: 'a member makes no environment: building one runs what its Dockerfile says',
    api: mayNot(
      'mia',
      'uploadEnvironment',
      () => ({ files: { Dockerfile: 'FROM scratch' }, fields: { name: 'mias' } }),
      'object.forbidden',
    ),
    cli: fails('mia', () => ['environments', 'upload', '--name', 'mias', '--file', 'rows.csv'], notAllowed),
    page: works(
      'mia',
      () => '/administration?tab=environments',
      async (page) => {
        await page.getByText('administrators make environments').waitFor()
        expect(await page.getByRole('button', { name: 'Upload environment' }).count()).toBe(0)
      },
    ),
  },
  {
    says: 'a member reads no audit log',
    api: mayNot('mia', 'listAudit', () => ({}), 'object.forbidden'),
    cli: fails('mia', () => ['audit', 'export'], notAllowed),
    page: works(
      'mia',
      () => '/administration',
      async (page) => {
        await page.getByRole('tab', { name: 'People' }).waitFor()
        expect(await page.getByRole('tab', { name: 'Audit log' }).count()).toBe(0)
      },
    ),
  },
  {
    says: 'a member invites nobody and gives no role in the organisation',
    api: mayNot(
      'mia',
      'createPerson',
      () => ({ body: { name: 'X', email: 'x@example.org', role: 'administrator' } }),
      'object.forbidden',
    ),
    cli: fails('mia', (s) => ['people', 'change', s.people.mia.id, '--role', 'administrator'], notAllowed),
    page: works(
      'mia',
      () => '/administration?tab=people',
      async (page) => {
        await page.getByRole('cell', { name: 'Mia', exact: true }).waitFor()
        for (const name of ['Add person', /^Invite/, /^Deactivate/])
          expect(await page.getByRole('button', { name }).count()).toBe(0)
      },
    ),
  },
  {
    says: 'an administrator sees and shares what a member made',
    api: may(
      'adam',
      'share',
      by(task, (s) => ({ body: { grantee: s.people.cora.id, role: 'consumer' } })),
    ),
    cli: runs('adam', (s) => ['tasks', 'get', s.task.id], /Secret sauce/),
    page: shows('adam', taskPage, button('Share')),
  },
]

/** These change who may do what; they come last, in this order. */
const changes: readonly Statement[] = [
  {
    says: 'the last owner cannot leave',
    api: mayNot(
      'ann',
      'unshare',
      by(project, (s) => ({ query: { grantee: s.people.ann.id } })),
      'share.lastOwner',
    ),
    cli: fails('ann', (s) => ['shares', 'remove', s.project, '--grantee', s.people.ann.id], /would have no owner/),
    page: works('ann', at('projects', project), async (page) => {
      await page.getByRole('button', { name: 'Share', exact: true }).click()
      await page.getByRole('button', { name: 'Give up my role' }).click()
      await page.getByText('"Sales" would have no owner.').waitFor()
    }),
  },
  {
    says: 'a group or the organisation owns nothing',
    api: mayNot(
      'ann',
      'share',
      by(project, (s) => ({ body: { grantee: s.people.ann.organisation, role: 'owner' } })),
      'share.owner',
    ),
    cli: fails(
      'ann',
      (s) => ['shares', 'give', s.project, '--grantee', s.people.ann.organisation, '--role', 'owner'],
      /Only a person can own/,
    ),
    page: noWay(
      'The dialog offers the role of an owner to people only once they have another; the server answers the same.',
    ),
  },
  {
    says: 'a project belongs to whoever it is handed over to; who owned it stays as an editor, and shares it no more',
    api: all(
      may(
        'ann',
        'transferOwnership',
        by(
          (s) => s.registeredModel,
          (s) => ({ body: { person: s.people.cora.id } }),
        ),
      ),
      may(
        'cora',
        'share',
        by(
          (s) => s.registeredModel,
          (s) => ({ body: { grantee: s.people.nils.id, role: 'consumer' } }),
        ),
      ),
      mayNot(
        'ann',
        'share',
        by(
          (s) => s.registeredModel,
          (s) => ({ body: { grantee: s.people.mia.id, role: 'consumer' } }),
        ),
        'object.forbidden',
      ),
    ),
    cli: all(
      runs('ann', (s) => ['shares', 'transfer', s.deployment, '--person', s.people.cora.id], /Cora/),
      fails('ann', (s) => ['shares', 'transfer', s.deployment, '--person', s.people.ann.id], notAllowed),
    ),
    page: shows(
      'ann',
      at('deployments', (s) => s.deployment),
      button('Shared with'),
    ),
  },
  {
    says: 'a consumer of a registered model reads its experiments and changes none',
    api: all(
      may('nils', 'getExperiment', by(experiment)),
      mayNot(
        'nils',
        'changeExperiment',
        by(experiment, () => ({ body: { name: 'Nils’s' }, ifMatch: 1 })),
        'object.forbidden',
      ),
    ),
    cli: fails('nils', (s) => ['experiments', 'change', s.experiment, '--name', 'Nils’s'], notAllowed),
    page: lacks('nils', at('experiments', experiment), words('Upload model file'), entry('Rename experiment')),
  },
  {
    says: 'one’s own role can be given up',
    api: all(
      may(
        'nils',
        'unshare',
        by(
          (s) => s.registeredModel,
          (s) => ({ query: { grantee: s.people.nils.id } }),
        ),
      ),
      mayNot(
        'nils',
        'getRegisteredModel',
        by((s) => s.registeredModel),
        'object.notFound',
      ),
    ),
    cli: fails('nils', (s) => ['registered-models', 'get', s.registeredModel], notThere),
    page: leadsNowhere(
      'nils',
      at('registered-models', (s) => s.registeredModel),
    ),
  },
  {
    says: 'Execute on the task is passed on by no copy of the blueprint',
    api: async (s) => {
      const { body } = await s.ask('mia', 'createBlueprint', {
        body: { name: 'Passed on', graph: graphWith(s.version), from: s.blueprint.id },
      })
      const shared = { params: { id: String(body['id']) }, body: { grantee: s.people.nils.id, role: 'consumer' } }
      expect((await s.ask('mia', 'share', shared)).status).toBe(200)
      await mayNot('nils', 'getTaskVersion', by(version), 'object.notFound')(s)
      await may('nils', 'getBlueprint', () => ({ params: { id: String(body['id']) } }))(s)
    },
    cli: fails('nils', (s) => ['task-versions', 'get', s.version], notThere),
    page: leadsNowhere('nils', taskPage),
  },
  {
    says: 'Execute ends with the roles on what the task stands in',
    api: all(
      async (s) => {
        for (const id of [s.project, s.blueprint.id]) {
          const { status } = await s.ask('ann', 'unshare', { params: { id }, query: { grantee: s.people.mia.id } })
          expect(status).toBe(204)
        }
      },
      mayNot('mia', 'getTaskVersion', by(version), 'object.notFound'),
      mayNot('mia', 'getEnvironment', by(environment), 'object.notFound'),
    ),
    cli: fails('mia', (s) => ['projects', 'train', s.project, '--blueprint-id', s.blueprint.id], notThere),
    page: all(leadsNowhere('mia', taskPage), leadsNowhere('mia', modelPage)),
  },
  {
    says: 'a copy of the blueprint does not keep Execute',
    api: async (s) => {
      const { text } = await s.ask('mia', 'listBlueprints', { query: { search: 'Passed on' } })
      const id = /"id":"(blueprint_\w+)"/.exec(text)?.[1] ?? ''
      const { body } = await s.ask('mia', 'getBlueprint', { params: { id } })
      const checked = await s.ask('mia', 'checkBlueprint', { body: { graph: body['graph'] } })
      expect(checked.text).toContain('blueprint.unknownTask')
    },
    cli: runs('mia', () => ['blueprints', 'list', '--search', 'Passed on'], /Passed on/),
    page: noWay('The canvas shows the findings of the same check.'),
  },
  {
    says: 'a deployment outlives a lost Execute',
    api: all(
      may(
        'mia',
        'getDeployment',
        by((s) => s.kept),
      ),
      // The right is there: only the prediction process is not.
      mayNot(
        'mia',
        'predict',
        by(
          (s) => s.kept,
          () => ({ body: { rows: [{ size: 1 }] } }),
        ),
        'deployment.servingDown',
      ),
    ),
    cli: runs(
      'mia',
      (s) => ['deployments', 'get', s.kept],
      (s) => s.kept,
    ),
    page: shows(
      'mia',
      at('deployments', (s) => s.kept),
      button('Pause'),
      tab('Send rows'),
    ),
  },
  {
    says: 'whoever is deactivated is out at once, and what they own goes to their successor',
    api: all(
      // With a session of the browser, as well as with a token.
      async (s) => void (await s.visit('cora', '/')),
      may(
        'adam',
        'deactivatePerson',
        by(
          (s) => s.people.cora.id,
          (s) => ({ body: { successor: s.people.ann.id } }),
        ),
      ),
      mayNot('cora', 'me', () => ({}), 'account.wrongToken'),
      may(
        'ann',
        'share',
        by(
          (s) => s.deployment,
          (s) => ({ body: { grantee: s.people.nils.id, role: 'consumer' } }),
        ),
      ),
    ),
    cli: fails('cora', () => ['server', 'me'], /token/),
    page: works(
      'cora',
      () => '/',
      async (page) => {
        await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
      },
    ),
  },
]

export const statements: readonly Statement[] = [
  ...privacy,
  ...executeAllows,
  ...executeForbids,
  ...backWays,
  ...granted,
  ...changes,
]
