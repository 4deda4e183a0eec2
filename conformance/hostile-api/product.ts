import type { Client } from '@modelsmith/api'
import { freePort, type Product, startProduct } from '../../e2e/support/product.ts'
import { clientId, clientSecret, startIdentityProvider } from '../../packages/server/src/testing/identity-provider.ts'
import { startMailServer } from '../../packages/server/src/testing/mail-server.ts'
import { type OidcReturn, vouchedFor } from './world.ts'

/** A product, and what it needs beside itself for every operation to succeed: a provider of OpenID Connect, and a mail server. */
export type AskedProduct = Product & {
  /** What a browser comes back with, of somebody who began to sign in by the provider. */
  readonly signInByProvider: (client: Client) => Promise<OidcReturn>
}

export const startAskedProduct = async (environments: string): Promise<AskedProduct> => {
  const address = `http://127.0.0.1:${await freePort()}`
  const mail = await startMailServer()
  const provider = await startIdentityProvider(address, {
    vouched: { email: vouchedFor, email_verified: true },
  })
  provider.become('vouched')
  const closeBoth = () => Promise.all([provider.close(), mail.close()])
  try {
    const product = await startProduct({
      address,
      env: {
        MODELSMITH_TOUR: 'off',
        MODELSMITH_ADDRESS: address,
        MODELSMITH_OIDC_ISSUER: provider.issuer,
        MODELSMITH_OIDC_CLIENT_ID: clientId,
        MODELSMITH_OIDC_CLIENT_SECRET: clientSecret,
        MODELSMITH_SMTP: mail.url,
      },
      environments,
    })
    return {
      ...product,
      remove: async () => {
        await product.remove()
        await closeBoth()
      },
      signInByProvider: async (client) => {
        const { url, secret } = await client.call('beginOidc')
        return { secret, search: (await provider.visit(url)).search }
      },
    }
  } catch (error) {
    await closeBoth()
    throw error
  }
}
