type Caller = { readonly role: string }

/** What the sources ask at each check, while `npm run prove -- rights` runs them. */
export const checks = {
  sites: new Set<string>(),
  reached: new Set<string>(),
  /** Named from outside where a feature's own tests run without a check. */
  dropped: process.env['MODELSMITH_DROPPED'],
  drops(site: string): boolean {
    this.reached.add(site)
    return this.dropped === site
  },
  raise<C extends Caller>(site: string, caller: C): C {
    return this.drops(site) ? { ...caller, role: 'administrator' } : caller
  },
}
Object.assign(globalThis, { checks })
