import { refusals } from '../../../../api/errors.ts';

/** Every refusal by name: where the `type` of a problem leads. */
export function load() {
  return {
    refusals: Object.entries(refusals).map(([code, { status, message }]) => ({
      code,
      status,
      message,
      anchor: code.toLowerCase().replaceAll('_', '-'),
    })),
  };
}
