import type { ValidateFunction } from 'ajv/dist/2020.js';
import { refuse } from '../../refuse.ts';
import { openAjv, trialInput } from './input-schema.ts';

/** Enough to mend a form by; an answer need not be as long as the nonsense it answers. */
const ISSUES_MAX = 20;

/** Of so many releases at most: a compiler keeps all that it ever compiled, so it goes with them. */
const COMPILED_MAX = 2_000;
const compiled = new Map<string, ValidateFunction>();
let ajv = openAjv();

/** Fills the defaults of the release's input schema and refuses what does not fit, field by field. */
export function readInput(
  release: { id: string; input_schema: Record<string, unknown> },
  given: Record<string, unknown>,
): Record<string, unknown> {
  const known = compiled.get(release.id);
  if (known) return fitted(known, given);
  if (compiled.size >= COMPILED_MAX) {
    compiled.clear();
    ajv = openAjv();
  }
  const validate = ajv.compile(release.input_schema);
  compiled.set(release.id, validate);
  return fitted(validate, given);
}

/** The same for what is no release yet: what is not said is as in its trial. */
export const readTrialInput = (
  input_schema: Record<string, unknown>,
  given: Record<string, unknown>,
): Record<string, unknown> =>
  fitted(openAjv().compile(input_schema), { ...trialInput(input_schema), ...given });

function fitted(validate: ValidateFunction, given: Record<string, unknown>): Record<string, unknown> {
  const input = structuredClone(given);
  if (validate(input)) return input;
  return refuse('INVALID_INPUT', {
    issues: (validate.errors ?? []).slice(0, ISSUES_MAX).map(({ instancePath, params, message }) => {
      const extra = 'additionalProperty' in params ? `.${String(params.additionalProperty)}` : '';
      const missing = 'missingProperty' in params ? `.${String(params.missingProperty)}` : '';
      return {
        path: `input${instancePath.replaceAll('/', '.')}${extra}${missing}`,
        message: message ?? 'is not valid',
      };
    }),
  });
}

/** The words to find an asset by. */
export const promptOf = (input: Record<string, unknown>): string =>
  typeof input.prompt === 'string' ? input.prompt.slice(0, 2_000) : '';
