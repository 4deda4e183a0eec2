import { describe, expect, it } from 'vitest'
import { choosePackages } from './choose.ts'
import { compareVersions, isMet, parsePackages } from './packages-file.ts'

const r = {
  version: '4.2.2',
  packages: [
    { name: 'base', version: '4.2.2' },
    { name: 'stats', version: '4.2.2' },
    { name: 'jsonlite', version: '1.8.4' },
  ],
}

const offered = parsePackages(`Package: alpha
Version: 1.0
Depends: R (>= 3.5.0), stats
Imports: beta (>= 0.2),
        gamma
MD5sum: d41d8cd98f00b204e9800998ecf8427e

Package: beta
Version: 0.10-1
LinkingTo: gamma

Package: beta
Version: 0.9
\r
Package: gamma
Version: 2.0.1
Imports: jsonlite (>= 1.8)

Package: gamma
Version: 3.0
Depends: R (>= 99.0)

Package: newer
Version: 1.0
Imports: jsonlite (>= 99)

Package: jsonlite
Version: 100.0

Package: future
Version: 1.0
Depends: R (>= 99.0)

Package: lonely
Version: 1.0
Imports: nowhere, beta (>= 7)

Package: one
Version: 1.0
Imports: two

Package: two
Version: 1.0
Imports: one

Package: ../../etc/passwd
Version: 1.0

Package: noversion

Package: hostile
Version: 1.0; rm -rf /
`)

const chosen = (...names: string[]) =>
  choosePackages(names, offered, r).map(({ name, version }) => `${name} ${version}`)

describe('packages of a mirror', () => {
  it('are read as the file describes them; names and versions that are none are left out', () => {
    expect(offered.map(({ name }) => name)).not.toContain('hostile')
    expect(offered).toHaveLength(11)
    expect(offered[0]).toEqual({
      name: 'alpha',
      version: '1.0',
      needs: [
        { name: 'R', operator: '>=', version: '3.5.0' },
        { name: 'stats' },
        { name: 'beta', operator: '>=', version: '0.2' },
        { name: 'gamma' },
      ],
      md5: 'd41d8cd98f00b204e9800998ecf8427e',
    })
    expect(parsePackages('')).toEqual([])
    expect(parsePackages('\0\0 no such file')).toEqual([])
  })

  it('are taken with what they need, each after that, in the newest version that this R can run', () => {
    expect(chosen('alpha')).toEqual(['gamma 2.0.1', 'beta 0.10-1', 'alpha 1.0'])
    expect(chosen('beta', 'alpha')).toEqual(['gamma 2.0.1', 'beta 0.10-1', 'alpha 1.0'])
  })

  it('stand in for those of R that are too old', () => {
    expect(chosen('newer')).toEqual(['jsonlite 100.0', 'newer 1.0'])
  })

  it('end where they need each other', () => {
    expect(chosen('one')).toEqual(['two 1.0', 'one 1.0'])
  })

  it('are refused with every one that is missing, and who needs it', () => {
    expect(() => chosen('absent', 'lonely')).toThrow(
      'Neither R, nor Debian, nor the mirror of R packages has: absent; nowhere, which lonely 1.0 needs.',
    )
  })

  it('are refused where they do not fit', () => {
    expect(() => chosen('future')).toThrow('future 1.0 needs R (>= 99.0), and there is R 4.2.2')
  })

  it('have versions that are compared number by number', () => {
    expect(compareVersions('0.10-1', '0.9')).toBeGreaterThan(0)
    expect(compareVersions('1.0', '1.0.0')).toBeLessThan(0)
    expect(compareVersions('1-2', '1.2')).toBe(0)
    const met = (operator: string) => isMet({ name: 'a', operator, version: '1.0' }, '1.0')
    expect(['>=', '<=', '==', '>', '<', '!=', '~'].filter(met)).toEqual(['>=', '<=', '=='])
  })
})
