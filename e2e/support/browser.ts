import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { findChromium } from '../../scripts/setup/chromium.mjs'

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const pictures = fileURLToPath(new URL('../../docs/pictures', import.meta.url))

export const wide = { width: 1366, height: 768 }
export const narrow = { width: 390, height: 844 }

/** The machine's own Chromium, with nothing in it. */
export const openBrowser = (): Promise<Browser> => {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error('Chromium was not found; name it by CHROMIUM_PATH.')
  // As root, Chromium refuses its own sandbox; what it opens here is only our own pages.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({ executablePath, args })
}

/** A page of somebody who has signed in; what it throws is added to `crashes`. */
export const openSignedIn = async (
  browser: Browser,
  { address, token }: { readonly address: string; readonly token: string },
  crashes: string[],
): Promise<Page> => {
  // Colours change at once, not on their way to others.
  const context = await browser.newContext({ viewport: wide, reducedMotion: 'reduce' })
  const page = await context.newPage()
  page.setDefaultTimeout(90_000)
  page.on('pageerror', (error) => crashes.push(error.message))
  await page.goto(address)
  await page.getByLabel('API token').fill(token)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: /Hello/ }).waitFor()
  return page
}

type AxeResult = {
  readonly violations: readonly {
    readonly id: string
    readonly help: string
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
  }[]
}

/** What axe finds on the page, a line each; nothing is what we want. */
export const axeFindings = async (page: Page): Promise<string[]> => {
  await page.evaluate(await readFile(axePath, 'utf8'))
  const { violations } = await page.evaluate<AxeResult>('axe.run(document, { resultTypes: ["violations"] })')
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 300)} ${failureSummary ?? ''}`),
  )
}

/** Waits until nothing on the page is still to come. */
export const settled = async (page: Page): Promise<void> => {
  await expect.poll(() => page.locator('[aria-busy=true], [aria-label=Loading]').count()).toBe(0)
  await page.waitForTimeout(300)
}

/** Keeps a picture of the page for the documents, when asked to by MODELSMITH_PICTURES. */
export const takePicture = async (page: Page, name: string): Promise<void> => {
  if (process.env['MODELSMITH_PICTURES'] === undefined) return
  await mkdir(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' })
}

/** Looks at the page as it is, wide and narrow, in light and in dark: axe finds nothing, and nothing moves sideways. */
export const look = async (page: Page, name: string): Promise<void> => {
  for (const [width, viewport] of Object.entries({ narrow, wide })) {
    await page.setViewportSize(viewport)
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme })
      await settled(page)
      const view = `${name}-${width}-${colorScheme}`
      expect({ [view]: await axeFindings(page) }).toEqual({ [view]: [] })
      const sideways = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
      expect({ [view]: sideways > 0 }).toEqual({ [view]: false })
      await takePicture(page, view)
    }
  }
}
