import type { Binding } from '#api/registry/binding.ts';

export type EndpointKind = Extract<Binding, { endpoint: string }>['kind'];

/** An engine outside that the operator has listed: jobs bound to its name are sent there. */
export type Endpoint = {
  name: string;
  kind: EndpointKind;
  /** Base of every address that is called; without a slash at its end. */
  url: string;
  /** A function, so that no printed or serialised configuration has the token in it. */
  token: (() => string) | null;
  /** How many jobs it is given at once. */
  slots: number;
  /** Instead of what jobs of a modality may usually take. */
  wall_ms_max: number | null;
  /** Other hosts that results are fetched from, without our token. */
  output_hosts: readonly string[];
};

/** `busy`: well, and full. `failed`: it answers, and will not work until somebody mends it. */
export type HealthState = 'ready' | 'busy' | 'starting' | 'failed' | 'down';
export type Health = { state: HealthState; reason: string | null };

/** What an outside engine made, as it came: nothing of it is to be believed. */
export type Artifact = { bytes: Uint8Array; mime: string };
