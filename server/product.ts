import about from '../package.json' with { type: 'json' };

/** The name in our certificates. */
export const PRODUCT = 'Stellary AI';
/** What manifests in files say put them there. */
export const GENERATOR = { name: PRODUCT, version: about.version };
