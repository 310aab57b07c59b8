import { orRefuse } from '#web/load.ts';

export async function load({ locals, url }) {
  return { calibration: await orRefuse(locals.api.program.getCalibration({}), url) };
}
