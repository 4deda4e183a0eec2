import type { Operation } from '@modelsmith/api'
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { CallParts } from '../../packages/server/src/testing/call.ts'
import { settled } from '../support/browser.ts'
import type { Story, Who } from './story.ts'

/** How a statement is tried; throws where it does not hold. */
export type Way = (story: Story) => Promise<void>
/** Why there is none. */
export type None = { readonly none: string }

type Parts = (story: Story) => CallParts

export const may =
  (who: Who, operation: Operation, parts: Parts = () => ({})): Way =>
  async (story) => {
    const { status, text } = await story.ask(who, operation, parts(story))
    expect({ text, ok: status < 300 }).toMatchObject({ ok: true })
  }

type Refusal =
  | 'object.notFound'
  | 'object.forbidden'
  | 'object.executeOnly'
  | 'account.scope'
  | 'account.wrongToken'
  | 'share.lastOwner'
  | 'share.owner'
  | 'deployment.servingDown'
  | 'blueprint.unknownTask'
  | 'project.sensitive'

/** What is refused tells nothing of the secret either. */
export const mayNot =
  (who: Who, operation: Operation, parts: Parts, code: Refusal): Way =>
  async (story) => {
    const { body, text } = await story.ask(who, operation, parts(story))
    expect({ code: body.code, text }).toMatchObject({ code })
    expect(text).not.toContain('recipe')
  }

/** What somebody is answered has this in it, or has not. */
export const answers =
  (
    who: Who,
    operation: Operation,
    parts: Parts,
    { has = () => [], lacks = () => [] }: { readonly [Kind in 'has' | 'lacks']?: (story: Story) => readonly string[] },
  ): Way =>
  async (story) => {
    const { text, status } = await story.ask(who, operation, parts(story))
    expect({ status, text }).toMatchObject({ status: expect.toSatisfy((each: number) => each < 300) })
    for (const words of has(story)) expect(text).toContain(words)
    for (const words of lacks(story)) expect(text).not.toContain(words)
  }

type Words = (story: Story) => readonly string[]

/** The command ends well, and prints this. */
export const runs =
  (who: Who, words: Words, prints: RegExp | ((story: Story) => string) = /./): Way =>
  async (story) => {
    const ended = await story.command(who, words(story))
    expect(ended).toMatchObject({ status: 0 })
    if (prints instanceof RegExp) expect(ended.out).toMatch(prints)
    else expect(ended.out).toContain(prints(story))
  }

export const notThere = /There is no [\w ]+ "[^"]+", or you may not see it/
export const executeOnly = /You may only execute the (task|environment)[\s\S]+Ask Ann to share/
export const notAllowed = /You may not \w+ the \w+/

/** The command ends with a refusal, and prints nothing of what was asked for. */
export const fails =
  (who: Who, words: Words, says: RegExp): Way =>
  async (story) => {
    const ended = await story.command(who, words(story))
    expect(ended).toMatchObject({ status: 1, error: expect.stringMatching(says) })
    expect(ended.out + ended.error).not.toContain('recipe')
  }

/** The command ends well, and its list does not have this. */
export const listsNot =
  (who: Who, words: Words, lacks: (story: Story) => string, but: Who = 'ann'): Way =>
  async (story) => {
    const [theirs, owners] = await Promise.all([story.command(who, words(story)), story.command(but, words(story))])
    expect([theirs.status, owners.status]).toEqual([0, 0])
    expect(theirs.out).not.toContain(lacks(story))
    // Whoever may see it does, by the same words.
    expect(owners.out).toContain(lacks(story))
  }

type Address = (story: Story) => string
export type Find = (page: Page) => Locator

export const button =
  (name: string | RegExp): Find =>
  (page) =>
    page.getByRole('button', { name, exact: true })
export const link =
  (name: string | RegExp): Find =>
  (page) =>
    page.getByRole('link', { name, exact: true })
export const words =
  (text: string | RegExp): Find =>
  (page) =>
    page.getByText(text).first()
export const tab =
  (name: string): Find =>
  (page) =>
    page.getByRole('tab', { name, exact: true })
/** An entry of the menu of an object, which this opens. */
const openMenu = async (page: Page): Promise<void> => {
  const opener = page.getByRole('button', { name: /^More for/ })
  if ((await opener.count()) > 0) await opener.click()
}
export const entry =
  (name: string | RegExp): Find =>
  (page) =>
    page.getByRole('menuitem', { name, exact: true })

/** The page shows all of these. */
export const shows =
  (who: Who, address: Address, ...finds: readonly Find[]): Way =>
  async (story) => {
    const page = await story.visit(who, address(story))
    for (const find of finds) await find(page).waitFor()
  }

const view = async (story: Story, who: Who, address: Address): Promise<Page> => {
  const page = await story.visit(who, address(story))
  await page.getByRole('heading', { level: 1 }).waitFor()
  await settled(page)
  await openMenu(page)
  return page
}

/** A control that its owner has at the address is not there for somebody who sees the same page. */
export const lacks =
  (who: Who, address: Address, ...finds: readonly Find[]): Way =>
  async (story) => {
    const owners = await view(story, 'ann', address)
    for (const find of finds) await find(owners).waitFor()
    const theirs = await view(story, who, address)
    expect(await theirs.getByRole('heading', { level: 1 }).textContent()).toBe(
      await owners.getByRole('heading', { level: 1 }).textContent(),
    )
    for (const find of finds)
      expect([String(find(theirs)), await find(theirs).count()]).toEqual([String(find(theirs)), 0])
  }

/** The address says that nothing is there. */
export const leadsNowhere =
  (who: Who, address: Address): Way =>
  async (story) => {
    const page = await story.visit(who, address(story))
    await page.getByRole('heading', { level: 1, name: 'Nothing is here' }).waitFor()
  }

/** The address says that one may only execute it, and whom to ask; it shows nothing else. */
export const saysWhomToAsk =
  (who: Who, address: Address, name: string): Way =>
  async (story) => {
    const page = await story.visit(who, address(story))
    await page.getByText(new RegExp(`You may only execute the (task|environment) "${name}"`)).waitFor()
    await page.getByText(`Ask Ann to share "${name}" with you.`).waitFor()
    for (const role of ['tab', 'menuitem'] as const) expect(await page.getByRole(role).count()).toBe(0)
    expect(await page.getByRole('main').textContent()).not.toContain('recipe')
  }

/** Works on a page as somebody does. */
export const works =
  (who: Who, address: Address, work: (page: Page, story: Story) => Promise<void>): Way =>
  async (story) =>
    work(await story.visit(who, address(story)), story)

/** One after the other. */
export const all =
  (...ways: readonly Way[]): Way =>
  async (story) => {
    for (const way of ways) await way(story)
  }
