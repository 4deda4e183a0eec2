/** Why the set-up cannot go on, in words for whoever started it, and what to do about it. */
export class SetupFailure extends Error {
  /**
   * @param {string} message
   * @param {string} hint
   * @param {unknown} [cause]
   */
  constructor(message, hint, cause) {
    super(message, cause === undefined ? undefined : { cause })
    this.hint = hint
  }
}

/** Runs an entry script; a failure of the set-up is told in two lines, anything else with its stack. */
export const orExplain = async (/** @type {() => Promise<void>} */ run) => {
  try {
    await run()
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error
    console.error(`\n${error.message}\nHint: ${error.hint}`)
    process.exitCode = 1
  }
}

/** What npm says when something outside the project is wrong, and the hint for it; the first match counts. */
const NPM_CAUSES = /** @type {const} */ ([
  [
    /spawn npm ENOENT/,
    'there is no npm',
    'Install npm; Node’s own installers bring it, Debian has it as a package of its own.',
  ],
  [/ENOSPC/, 'the disk is full', 'Free 2 GB in the folder of the clone and in npm’s cache, and start again.'],
  [
    /EROFS|EACCES|EPERM/,
    'a folder is not writable',
    'Run it as the owner of the clone, in a folder that can be written to.',
  ],
  [
    /CERT|self.signed|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/i,
    'the registry’s certificate is not trusted',
    'Name your company’s certificate authority: NODE_EXTRA_CA_CERTS=/path/ca.pem, or npm config set cafile /path/ca.pem',
  ],
  [
    /ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT/,
    'the package registry cannot be reached',
    'Check the network, or name a mirror or proxy: npm config set registry …, npm config set proxy … (npm config get registry shows the present one).',
  ],
  [
    /E40[13]/,
    'the registry refuses us',
    'Sign in to the registry (npm login), or name another: npm config set registry …',
  ],
  [
    /E404|ETARGET/,
    'the registry lacks a package',
    'Ask for it at your mirror, or name another registry: npm config set registry …',
  ],
  [
    /EINTEGRITY/,
    'a package is not the one that was locked',
    'Your registry or npm’s cache serves other bytes: npm cache clean --force, or name another registry.',
  ],
])

/** Names the cause of a failed npm command from what it said. */
export const npmFailure = (/** @type {string} */ doing, /** @type {string} */ said) => {
  const tail = said.trim().split('\n').slice(-12).join('\n')
  const [, cause, hint] = NPM_CAUSES.find(([pattern]) => pattern.test(said)) ?? [
    undefined,
    'npm failed',
    'npm said what is above.',
  ]
  return new SetupFailure(`${tail}\n\n${doing}: ${cause}.`, hint)
}
