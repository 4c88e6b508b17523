// The certified oidc-provider with the same profile, to measure beside: PAR, PKCE, private_key_jwt, DPoP. Keeps everything
// in memory, as it comes. node tools/oidc_provider.mjs PORT BACK PUBLIC-JWK
import { Provider } from 'oidc-provider';

const [port, back, jwk] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;
const provider = new Provider(issuer, {
  clients: [{
    client_id: 'bench',
    redirect_uris: [back],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    id_token_signed_response_alg: 'ES256',
    dpop_bound_access_tokens: true,
    require_pushed_authorization_requests: true,
    jwks: { keys: [JSON.parse(jwk)] },
  }],
  clientAuthMethods: ['private_key_jwt'],
  enabledJWA: { clientAuthSigningAlgValues: ['ES256'], idTokenSigningAlgValues: ['ES256'] },
  jwks: { keys: [await signingKey()] },
  features: {
    pushedAuthorizationRequests: { enabled: true },
    dPoP: { enabled: true },
    devInteractions: { enabled: true },
    fapi: { enabled: true, profile: '2.0' },
  },
  pkce: { required: () => true },
  // Nobody is asked to agree to being told apart: as with danso, where no data goes along.
  async loadExistingGrant(context) {
    const { oidc } = context;
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope('openid');
    await grant.save();
    return grant;
  },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
});

async function signingKey() {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  return { ...await crypto.subtle.exportKey('jwk', pair.privateKey), alg: 'ES256', use: 'sig', key_ops: undefined, ext: undefined };
}

provider.listen(Number(port), '127.0.0.1', () => console.log(JSON.stringify({ ready: issuer })));
