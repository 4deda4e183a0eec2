import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../limits.ts'
import type { ListNode } from './graph.ts'
import { measureGraph } from './measure.ts'

const list = (items: ListNode['items']): ListNode => ({ kind: 'list', items, offset: 0 })

describe('the measure of a graph', () => {
  it('accepts a list that holds itself', () => {
    const loop = list([])
    loop.items.push(loop, loop)
    expect(() => measureGraph(loop, defaultLimits)).not.toThrow()
  })

  it('refuses what doubles through sharing', () => {
    let node = list([])
    for (let i = 0; i < 60; i++) node = list([node, node])
    expect(() => measureGraph(node, defaultLimits)).toThrow('shared parts')
  })

  it('refuses depth, also where every part was met higher up before', () => {
    const chain = [list([])]
    for (let i = 0; i < 3000; i++) chain.push(list([chain.at(-1) as ListNode]))
    expect(() => measureGraph(list(chain), defaultLimits)).toThrow('levels of values')
    expect(() => measureGraph(chain.at(-1) as ListNode, defaultLimits)).toThrow('levels of values')
    expect(() => measureGraph(list(chain.slice(0, 1900)), defaultLimits)).not.toThrow()
  })
})
