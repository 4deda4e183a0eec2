import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { environmentsWith } from './support/environments.ts'
import { look, openBrowser, openSignedIn, settled, takePicture, wide } from './support/browser.ts'
import { hostIrises, irisRow } from './support/irises.ts'
import { type Product, startProduct, until } from './support/product.ts'

let product: Product
let browser: Browser
/** The administrator's browser, and that of a member. */
let admin: Page
let mia: Page
let model = ''
const crashes: string[] = []

beforeAll(async () => {
  ;[product, browser] = await Promise.all([
    startProduct({ env: { MODELSMITH_TOUR: 'off' }, environments: await environmentsWith('python-ml') }),
    openBrowser(),
  ])
  const { client, address } = product
  admin = await openSignedIn(browser, product, crashes)
  const hosted = await client.call('getDeployment', { params: { id: await hostIrises(client) } })
  model = hosted.release.registeredModelId ?? ''
  const { person, invitation } = await client.call('createPerson', {
    body: { name: 'Mia', email: 'mia@example.org', role: 'member' },
  })
  await client.call('share', { params: { id: model }, body: { grantee: person.id, role: 'consumer' } })
  mia = await (await browser.newContext({ viewport: wide, reducedMotion: 'reduce' })).newPage()
  mia.setDefaultTimeout(60_000)
  mia.on('pageerror', (error) => crashes.push(error.message))
  await mia.goto(`${address}/#invitation=${invitation?.secret}`)
  await mia.getByLabel('New password').fill('correct horse battery')
  await button(mia, 'Choose password').click()
  await mia.getByRole('heading', { name: /Hello/ }).waitFor()
}, 480_000)
afterAll(async () => {
  await browser?.close()
  await product?.remove()
})

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })

it('does nothing with what much depends on until a second person has approved it in their own browser', async () => {
  const { client, address } = product
  await admin.goto(`${address}/administration?tab=approvals`)
  for (const action of ['Begin to answer', 'Change settings', 'Replace the model', 'Delete it']) {
    await admin.getByRole('checkbox', { name: `High: ${action}` }).click()
    await expect.poll(() => admin.getByRole('checkbox', { name: `High: ${action}` }).isChecked()).toBe(true)
    await expect.poll(() => admin.getByRole('checkbox', { name: `High: ${action}` }).isEnabled()).toBe(true)
  }
  await look(admin, 'approval-policy')

  await mia.goto(`${address}/registered-models/${model}?tab=releases`)
  await button(mia, 'Deploy release 1').click()
  const dialog = mia.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Garden')
  await dialog.getByRole('combobox', { name: 'Importance' }).click()
  await mia.getByRole('option', { name: 'High' }).click()
  await dialog.getByLabel('Reason').fill('The shop asks it for every order')
  await dialog.getByRole('button', { name: 'Deploy release', exact: true }).click()
  await mia.getByText('It waits for approval, and answers nobody yet').waitFor()
  const id = mia.url().split('/').at(-1)?.split('?')[0] ?? ''
  await look(mia, 'deployment-waiting')
  await mia.setViewportSize(wide)
  await until(30_000, async () => {
    const refused = await client.call('predict', { params: { id }, body: { rows: [irisRow(5, 3, 1, 0.2)] } }).then(
      () => 'answered',
      (error: unknown) => String(error),
    )
    expect(refused).not.toBe('answered')
    return refused.includes('waits for somebody to approve') ? true : undefined
  })
  await mia.getByRole('link', { name: 'Show what was asked' }).click()
  await mia
    .getByText('It waits for an administrator or another owner')
    .or(button(mia, /^Withdraw/))
    .waitFor()
  expect(await button(mia, /^Approve/).count()).toBe(0)

  await admin.setViewportSize(wide)
  await admin.goto(address)
  await admin.getByText('A change request waits for you').first().waitFor()
  await look(admin, 'home-waiting')
  await admin.setViewportSize(wide)
  await admin.getByRole('link', { name: 'Show change requests' }).click()
  await admin.getByText('The shop asks it for every order').waitFor()
  await admin.getByText(/^Notices to whoever may decide, by mail: 0 of 1 sent/).waitFor()
  await look(admin, 'change-requests')
  await admin.setViewportSize(wide)
  await button(admin, 'Approve Begin to answer: Garden').click()
  await admin.getByText('Nothing waits for approval.').waitFor()

  // Mia's page hears of it.
  await mia.getByText('active', { exact: true }).first().waitFor()
  await mia.getByText('Approved and done').waitFor()
  const { predictions } = await client.call('predict', { params: { id }, body: { rows: [irisRow(5, 3, 1, 0.2)] } })
  expect(predictions).toHaveLength(1)

  await mia.getByRole('combobox', { name: 'Importance' }).click()
  await mia.getByRole('option', { name: 'Low' }).click()
  await mia.getByRole('dialog').getByLabel('Reason').fill('The shop is closed')
  await button(mia, 'Ask for approval').click()
  await button(mia, 'Withdraw Change settings: Garden').waitFor()
  await admin.goto(`${address}/change-requests`)
  await button(admin, 'Reject Change settings: Garden').click()
  await admin.getByLabel('Reason for rejecting').fill('It opens again on Monday')
  await button(admin, 'Reject Change settings: Garden').click()
  await mia.getByText(/It opens again on Monday/).waitFor()
  await look(mia, 'deployment-approvals')
  await mia.setViewportSize(wide)
  expect(await client.call('getDeployment', { params: { id } })).toMatchObject({ importance: 'high', state: 'active' })

  await mia.goto(`${address}/deployments/${id}?tab=releases`)
  await mia.getByText('Mia, approved by Administrator').waitFor()
  await settled(mia)

  await button(mia, 'More for Garden').click()
  await mia.getByRole('menuitem', { name: 'Report' }).click()
  await mia.getByRole('heading', { level: 1, name: 'Report: Garden' }).waitFor()
  await mia.getByRole('region', { name: 'Change requests' }).getByText('It opens again on Monday').waitFor()
  await mia.getByRole('region', { name: 'Lineage' }).getByText('model.pkl').waitFor()
  await look(mia, 'deployment-report')
  await mia.setViewportSize(wide)
  await mia.emulateMedia({ media: 'print' })
  expect(await button(mia, 'Print').isVisible()).toBe(false)
  expect(await mia.getByRole('navigation', { name: 'Main' }).isVisible()).toBe(false)
  await takePicture(mia, 'deployment-report-printed')
  expect(crashes).toEqual([])
})
