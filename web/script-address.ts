/**
 * The address of a script that runs beside the page. Browsers with trusted types take it from a policy alone, which
 * `csp.ts` names; it passes what lies among our own scripts and nothing else.
 */
type Policy = { createScriptURL(address: string): string };
type Policies = { createPolicy(name: string, rules: Policy): Policy };

const OWN = /^\/_app\/[\w./-]+$/;
let policy: Policy | undefined;

export function scriptAddress(address: string): string {
  const path = new URL(address, location.origin);
  if (path.origin !== location.origin || !OWN.test(path.pathname))
    throw new Error(`${address} is no script of ours`);
  policy ??= policies()?.createPolicy('own-scripts', { createScriptURL: (own) => own });
  return policy ? policy.createScriptURL(path.pathname) : path.pathname;
}

const policies = (): Policies | undefined => Reflect.get(globalThis, 'trustedTypes');
