import type { Plugin } from 'vite';

const NAME = 'virtual:contract-routes';

/** Words for the reference page: the client has no use for them. */
const withoutProse = (key: string, value: unknown) =>
  key === 'summary' || key === 'tags' || key === 'description' || key === 'operationId' ? undefined : value;

/**
 * Gives the browser the contract's methods, paths and error names, and none of its schemas:
 * the validator stays on the server and out of every page's script.
 */
export function contractRoutes(): Plugin {
  return {
    name: 'contract-routes',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    async load(id) {
      if (id !== `\0${NAME}`) return undefined;
      const { minifyContractRouter } = await import('@orpc/contract');
      const { contract } = await import('../api/index.ts');
      return `export default ${JSON.stringify(minifyContractRouter(contract), withoutProse)}`;
    },
  };
}
