import type { IncomingMessage } from 'node:http';
import type { ApiClient, Mode } from './api-types.ts';
import type { Theme } from './ui/theme.ts';

/** What our Node server attaches to each request before it hands it to the pages. */
export type Stellary = {
  api: ApiClient;
  public_origin: string;
  media_origin: string;
  mode: Mode;
  /** What the pages can be read in. */
  languages: readonly string[];
  report(error: unknown): void;
};

declare global {
  namespace App {
    interface Locals {
      /** The contract, called in process and as the caller of this request. */
      api: ApiClient;
      theme: Theme;
      languages: readonly string[];
      /** What whole addresses of this product begin with. */
      origin: string;
    }
    interface Platform {
      req: IncomingMessage & { stellary?: Stellary };
    }
    interface Error {
      message: string;
      /** The name of the refusal, as the contract has it. */
      code?: string;
    }
  }
}
