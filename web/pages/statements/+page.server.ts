import { orRefuse } from '#web/load.ts';

export async function load({ locals, url }) {
  return { statements: (await orRefuse(locals.api.earnings.listStatements(), url)).items };
}
