import {
  calculateJwkThumbprint,
  compactVerify,
  createLocalJWKSet,
  decodeProtectedHeader,
  type JSONWebKeySet,
  type JWK,
} from 'jose';

/** Signed text that is not what it should be, or not signed by a key of the set. The message says what is wrong. */
export class Untrusted extends Error {}

export type Signed = { payload: string; kid: string; thumbprint: string };

/** What a key of the set signed (Ed25519) as a statement of this type. Throws Untrusted. */
export async function verifySignature(jws: string, type: string, jwks: JSONWebKeySet): Promise<Signed> {
  try {
    const { kid, typ } = decodeProtectedHeader(jws);
    if (typ !== type) throw new Untrusted(`its type is ${JSON.stringify(typ)}, not "${type}"`);
    const key = jwks.keys.find((candidate) => kid !== undefined && candidate.kid === kid);
    if (!kid || !key) throw new Untrusted(`no key of the set is called ${JSON.stringify(kid)}`);
    const keys = createLocalJWKSet({ keys: [publicPart(key)] });
    const { payload } = await compactVerify(jws, keys, { algorithms: ['EdDSA', 'Ed25519'] });
    return { payload: new TextDecoder().decode(payload), kid, thumbprint: await calculateJwkThumbprint(key) };
  } catch (error) {
    if (error instanceof Untrusted) throw error;
    throw new Untrusted(`the signature does not hold: ${String(error)}`, { cause: error });
  }
}

/** Nothing but the point on the curve: what else a key set says of a key must not change what is checked. */
const publicPart = ({ kty, crv, x, kid }: JWK): JWK => ({ kty, crv, x, kid });
