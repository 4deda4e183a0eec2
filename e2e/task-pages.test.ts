import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { unzipSync } from 'fflate'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type GitServer, startGitServer } from '../packages/server/src/testing/git-server.ts'
import { look, openBrowser, wide } from './support/browser.ts'
import { environmentsWith } from './support/environments.ts'
import { type Product, startProduct } from './support/product.ts'

const examples = fileURLToPath(new URL('../examples/tasks', import.meta.url))

let product: Product
let browser: Browser
let git: GitServer
let context: BrowserContext
let page: Page
const crashes: string[] = []

beforeAll(async () => {
  git = await startGitServer()
  const env = { MODELSMITH_TOUR: 'off', MODELSMITH_GIT_HOSTS: `127.0.0.1:${git.port}` }
  const environments = await environmentsWith('python-core')
  ;[product, browser] = await Promise.all([startProduct({ env, environments }), openBrowser()])
  // Colours change at once, not on their way to others.
  context = await browser.newContext({ viewport: wide, reducedMotion: 'reduce', acceptDownloads: true })
  page = await context.newPage()
  page.setDefaultTimeout(60_000)
  page.on('pageerror', (error) => crashes.push(error.message))
  await signIn(page)
}, 480_000)
afterAll(async () => {
  await browser?.close()
  await product?.remove()
  git?.close()
})

const signIn = async (on: Page): Promise<void> => {
  await on.goto(product.address)
  await on.getByLabel('API token').fill(product.token)
  await on.getByRole('button', { name: 'Sign in' }).click()
  await on.getByRole('heading', { name: /Hello/ }).waitFor()
}

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
const tab = (name: string) => page.getByRole('tab', { name, exact: true }).click()
const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
const editor = (path: string) => page.getByRole('textbox', { name: path, exact: true })
const choose = async (label: string, option: string) => {
  await page.getByRole('combobox', { name: label, exact: true }).click()
  await page.getByRole('option', { name: option }).first().click()
}
const newTask = async (way: string) => {
  await page.getByRole('link', { name: 'Tasks', exact: true }).click()
  await page.getByRole('link', { name: 'New task' }).click()
  await tab(way)
}
const openFile = (path: string) =>
  page.getByRole('navigation', { name: 'Files' }).getByRole('button', { name: path }).click()
const focused = 'document.activeElement?.getAttribute("aria-label")'
/** Types over everything in an editor, as a person would. */
const type = async (path: string, text: string) => {
  await editor(path).click()
  await page.keyboard.press('Control+A')
  await page.keyboard.insertText(text)
}

it('makes a task from a template, and shows that it keeps the rules', async () => {
  await newTask('Template')
  await look(page, 'new-task')
  await button('Missing to median').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Files:').waitFor()
  await dialog.getByRole('textbox', { name: 'Name of your task' }).fill('Our median')
  await dialog.getByRole('button', { name: 'Create task' }).click()
  await heading('Our median')
  await page.getByText('Version 1.0 keeps the rules').waitFor()
  await editor('custom.py').getByText('def transform').waitFor()
  expect(await page.title()).toBe('Our median · Modelsmith')
})

it('makes a task from scratch with a form of the metadata', async () => {
  await newTask('From scratch')
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Two kinds')
  await page.getByRole('textbox', { name: 'Description' }).fill('Says what it is.')
  await page.getByText('multiclass', { exact: true }).click()
  await page.getByText('Versions, network and resources').click()
  await page.getByRole('textbox', { name: 'Memory, in MB' }).fill('12')
  await page.getByText('must be a whole number', { exact: false }).or(page.getByText(/64/)).first().waitFor()
  expect(await button('Create task').isDisabled()).toBe(true)
  await page.getByRole('textbox', { name: 'Memory, in MB' }).fill('512')
  await look(page, 'new-task-scratch')
  await button('Create task').click()
  await heading('Two kinds')
  await openFile('model-metadata.yaml')
  await editor('model-metadata.yaml').getByText('targetType: [binary, multiclass]').waitFor()
})

it('edits, adds, renames and deletes files with what is wrong at its line, and saves a version', async () => {
  await openFile('model-metadata.yaml')
  const metadata = 'name: Two kinds\ntargetTyp: binary\n'
  await type('model-metadata.yaml', metadata)
  await page.getByText(/Line 2, column 1: "targetTyp" is not known here/).waitFor()
  await look(page, 'task-findings')
  await button('Save as new version').click()
  await page.getByRole('alert').getByText('The task folder has').waitFor()

  // The page may be closed: what was typed is there again.
  await page.reload()
  await page.getByText('Not saved: model-metadata.yaml changed').waitFor()
  await openFile('model-metadata.yaml')
  await type('model-metadata.yaml', metadata.replace('targetTyp:', 'targetType:'))
  await expect.poll(() => page.getByText(/^Line 2/).count()).toBe(0)

  await button('New file').click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('lib/helper.py')
  await page.getByRole('dialog').getByRole('button', { name: 'Add file' }).click()
  await type('lib/helper.py', 'answer = 42\n')
  // Escape, then Tab, leaves the editor; Tab alone does not.
  await page.keyboard.press('Tab')
  expect(await page.evaluate(focused)).toBe('lib/helper.py')
  await page.keyboard.press('Control+Z')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Tab')
  expect(await page.evaluate(focused)).not.toBe('lib/helper.py')

  await openFile('sample.csv')
  await button('Change file').click()
  await page.getByRole('menuitem', { name: 'Rename file' }).click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('data/penguins.csv')
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click()
  await page.getByText('data/penguins.csv renamed').waitFor()

  // Leaving asks first.
  await page.getByRole('link', { name: 'Tasks', exact: true }).click()
  await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Stay here' }).click()

  await page.getByRole('textbox', { name: 'Note for the next version' }).fill('A helper')
  await look(page, 'task-draft')
  await page.keyboard.press('Control+S')
  await page.getByText('Version 2.0 is saved.').waitFor()
  await page.getByText('Version 2.0 keeps the rules: its 4 files').waitFor()
  expect(await page.getByText('Not saved:').count()).toBe(0)
})

it('chooses another environment as a version of its own', async () => {
  const { items } = await product.client.call('listEnvironments')
  const other = items.find(({ language, name }) => language === 'python' && name !== 'python-ml')
  if (other === undefined) return
  await choose('Environment', other.name)
  await page.getByText('Not saved: model-metadata.yaml changed').waitFor()
  await button('Discard changes').click()
  expect(await page.getByText('Not saved:').count()).toBe(0)
})

it('tells the second of two people, loses nothing, and brings the changes over', async () => {
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  const { latest } = await product.client.call('getTask', { params: { id } })
  await openFile('lib/helper.py')
  await type('lib/helper.py', 'answer = 43\n')
  await product.client.upload('editTask', {
    params: { id },
    fields: { base: latest.id },
    files: [{ name: 'README.md', data: new Blob(['# Theirs\n']) }],
  })
  await page.getByText('Version 3.0 was saved while you worked on 2.0').waitFor()
  expect(await button('Save as new version').isDisabled()).toBe(true)
  await look(page, 'task-conflict')
  await button('Bring my changes to 3.0').click()
  await page.getByRole('navigation', { name: 'Files' }).getByRole('button', { name: 'README.md' }).waitFor()
  await editor('lib/helper.py').getByText('answer = 43').waitFor()
  await button('Save as new version').click()
  await page.getByText('Version 4.0 is saved.').waitFor()
})

it('compares two versions, below each other and side by side', async () => {
  await tab('Compare')
  await choose('From version', '1.0')
  const changes = page.getByRole('region', { name: 'Changes in model-metadata.yaml' })
  await changes.getByText('targetType: binary').waitFor()
  await page.getByRole('heading', { name: 'lib/helper.py' }).waitFor()
  await page.getByRole('heading', { name: 'Metadata', exact: true }).waitFor()
  await look(page, 'task-compare')
  await page.getByText('Side by side', { exact: true }).click()
  await changes.getByRole('columnheader', { name: 'Old text' }).waitFor()
  expect(await changes.getByRole('columnheader').count()).toBe(4)
  await look(page, 'task-compare-split')
})

it('downloads a version and shows where each comes from', async () => {
  await tab('Versions')
  await look(page, 'task-versions')
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download version 4.0' }).click()
  const zip = await readFile(await (await download).path())
  expect(Object.keys(unzipSync(zip)).sort()).toEqual([
    'README.md',
    'custom.py',
    'data/penguins.csv',
    'lib/helper.py',
    'model-metadata.yaml',
  ])
})

it('copies a task as one of its own', async () => {
  await button('More for Two kinds').click()
  await page.getByRole('menuitem', { name: 'Copy as a task of my own' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Copy task' }).click()
  await heading('Two kinds (copy)')
  await tab('Versions')
  await page.getByRole('link', { name: 'Two kinds 4.0' }).waitFor()
  expect(await page.title()).toBe('Two kinds (copy) · Modelsmith')
})

it('archives a task and brings it back', async () => {
  await button('More for Two kinds (copy)').click()
  await page.getByRole('menuitem', { name: 'Archive task' }).click()
  await page.getByText('It is not offered to new blueprints').waitFor()
  await page.getByRole('link', { name: 'Tasks', exact: true }).click()
  await page.getByRole('link', { name: 'Two kinds', exact: true }).waitFor()
  expect(await page.getByRole('link', { name: 'Two kinds (copy)' }).count()).toBe(0)
  await page.getByLabel('Show archived tasks').check()
  await look(page, 'tasks')
  await page.getByRole('link', { name: 'Two kinds (copy)' }).click()
  await button('More for Two kinds (copy)').click()
  await page.getByRole('menuitem', { name: 'Bring back from the archive' }).click()
  await page.getByRole('link', { name: 'Train new model' }).waitFor()
})

it('imports a folder of a git repository as a task, and its next commit as a version', async () => {
  const files = Object.fromEntries(
    await Promise.all(
      ['custom.py', 'model-metadata.yaml', 'sample.csv'].map(
        async (name) =>
          [`tasks/median/${name}`, await readFile(`${examples}/missing-to-median/${name}`, 'utf8')] as const,
      ),
    ),
  )
  const commit = git.commit('team', files)
  await newTask('Git repository')
  await page.getByRole('textbox', { name: 'Address of the repository' }).fill('ssh://git@example.org/team')
  await button('Import task').click()
  await page.getByText('it is no https:// or http:// address', { exact: false }).first().waitFor()
  await page.getByRole('textbox', { name: 'Address of the repository' }).fill(git.url('team'))
  await page.getByRole('textbox', { name: 'Folder' }).fill('tasks/median')
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Median of the team')
  await button('Import task').click()
  await page.getByRole('link', { name: 'Open task' }).waitFor()
  await look(page, 'new-task-git')
  await page.getByRole('link', { name: 'Open task' }).click()
  await heading('Median of the team')
  git.commit('team', { ...files, 'tasks/median/NEWS.md': 'Next\n' })
  await tab('Versions')
  await page.getByRole('cell', { name: new RegExp(`tasks/median, commit ${commit.slice(0, 10)}`) }).waitFor()
  await button('Import version').click()
  await page.getByRole('cell', { name: '2.0', exact: true }).waitFor()
  expect(await page.title()).toBe('Median of the team · Modelsmith')
})

it('uploads with a percentage, and can be stopped', async () => {
  await newTask('Upload')
  let release: () => void = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route('**/api/v1/tasks', async (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    await held
    await route.continue().catch(() => {})
  })
  const chooser = page.waitForEvent('filechooser')
  await button('Upload task').click()
  await (await chooser).setFiles(`${examples}/attrition-risk`)
  await page.getByText(/% is sent|All is sent/).waitFor()
  await button('Cancel upload').click()
  await page.getByText('The upload was cancelled; nothing was kept.').waitFor()
  release()
  await page.unroute('**/api/v1/tasks')
  const { items } = await product.client.call('listTasks')
  expect(items.map(({ name }) => name)).not.toContain('Attrition risk')
})

it('says in words why a training with the task failed, and what uses it', async () => {
  const { client } = product
  const ended = async (id: string) => {
    for (;;) {
      const job = await client.call('getJob', { params: { id } })
      if (job.endedAt !== null) return job
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
  const csv = `size,sold\n${Array.from({ length: 60 }, (_, row) => `${row},${row % 2 === 0 ? 'yes' : 'no'}`).join('\n')}\n`
  const begun = await client.upload('uploadDataset', { files: [{ name: 'things.csv', data: new Blob([csv]) }] })
  await ended(begun.job.id)
  const dataset = await client.call('getDataset', { params: { id: begun.dataset.id } })
  const project = await client.call('createProject', {
    body: { name: 'Things', datasetVersionId: dataset.latest.id, target: 'sold' },
  })
  const { task } = await client.upload('uploadTask', {
    files: [
      {
        name: 'custom.py',
        data: new Blob([
          'class CustomTask:\n    def fit(self, X, y, **kwargs):\n        raise ValueError("the column price is missing")\n\n    def transform(self, X):\n        return X\n',
        ]),
      },
      { name: 'model-metadata.yaml', data: new Blob(['name: Fails\ntargetType: transform\n']) },
    ],
  })
  const graph = {
    nodes: [
      { id: 'fails', taskVersion: task.latest.id, inputs: [{ from: 'data' as const, dataTypes: ['NUM' as const] }] },
      { id: 'model', taskVersion: 'builtin:random-forest@1', inputs: [{ from: 'node' as const, node: 'fails' }] },
    ],
  }
  const blueprint = await client.call('createBlueprint', { body: { name: 'With a task that fails', graph } })
  const run = await client.call('train', { params: { id: project.id }, body: { blueprintId: blueprint.id } })
  expect(await ended(run.job.id)).toMatchObject({ state: 'failed' })

  await page.goto(`${product.address}/tasks/${task.id}`)
  await page.getByText('The last training with version 1.0 failed').waitFor()
  await page.getByText('the column price is missing').first().waitFor()
  await tab('Used in')
  await page
    .getByRole('region', { name: 'Used in' })
    .getByRole('link', { name: 'With a task that fails' })
    .first()
    .waitFor()
  await look(page, 'task-uses')
})

it('offers a reload when a part of the page is gone after an upgrade', async () => {
  const other = await browser.newContext({ viewport: wide })
  const old = await other.newPage()
  await signIn(old)
  await old.route(/\/assets\/code-editor-.*\.js/, (route) => route.fulfill({ status: 404 }))
  const { items } = await product.client.call('listTasks')
  await old.goto(`${product.address}/tasks/${items[0]?.id}`)
  await old.getByRole('alert').getByText('A part of this page could not be loaded').waitFor()
  await old.unroute(/\/assets\/code-editor-.*\.js/)
  await old.getByRole('button', { name: 'Reload page' }).click()
  await old.getByRole('textbox', { name: 'custom.py' }).waitFor()
  expect(await old.getByText('A part of this page could not be loaded').count()).toBe(0)
  await other.close()
})

it('crashed nowhere', () => {
  expect(crashes).toEqual([])
})
