// A relying party on openid-client (certified): one JSON command a line in, one JSON answer a line out.
import * as client from 'openid-client'
import { createInterface } from 'node:readline'

const given = JSON.parse(process.argv[2])
const key = await crypto.subtle.importKey('jwk', given.jwk, { name: 'Ed25519' }, false, ['sign'])
const config = await client.discovery(
  new URL(given.issuer), given.client, { id_token_signed_response_alg: 'ES256' },
  client.PrivateKeyJwt({ key, kid: given.jwk.kid }),
  { execute: [client.allowInsecureRequests] }
)
const dpop = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'))
let verifier, state, nonce, tokens

const doing = {
  async push({ more = {}, bare = false }) {
    verifier = client.randomPKCECodeVerifier(); state = client.randomState(); nonce = client.randomNonce()
    const asked = {
      redirect_uri: given.back, scope: 'openid', state, nonce,
      ...(bare ? {} : {
        code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256'
      }),
      ...more
    }
    for (const [name, value] of Object.entries(asked)) if (value === null) delete asked[name]
    const url = await client.buildAuthorizationUrlWithPAR(config, asked, { DPoP: dpop })
    return { url: url.href }
  },
  async exchange({ url, checks = {} }) {
    tokens = await client.authorizationCodeGrant(config, new URL(url), {
      pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true, ...checks
    }, undefined, { DPoP: dpop })
    return { claims: tokens.claims(), access: tokens.access_token, refresh: tokens.refresh_token,
      id: tokens.id_token, type: tokens.token_type }
  },
  async userinfo() {
    return client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub, { DPoP: dpop })
  },
  async refresh({ token }) {
    const fresh = await client.refreshTokenGrant(config, token, undefined, { DPoP: dpop })
    return { access: fresh.access_token, refresh: fresh.refresh_token, claims: fresh.claims() }
  },
  async introspect({ token }) { return client.tokenIntrospection(config, token) },
  async revoke({ token }) { await client.tokenRevocation(config, token); return {} },
  async leave({ back }) {
    return { url: client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: back }).href }
  },
  async metadata() { return config.serverMetadata() }
}

console.log(JSON.stringify({ ready: true }))
for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line)
  try {
    console.log(JSON.stringify({ ok: await doing[command.do](command) }))
  } catch (error) {
    console.log(JSON.stringify({
      error: error.error ?? error.code ?? error.name, message: [error.message, error.cause?.message, JSON.stringify(error.cause)].join(" "), status: error.status
    }))
  }
}
