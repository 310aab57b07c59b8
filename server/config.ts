import path from 'node:path';
import * as z from 'zod';
import type { OutsideModerator } from './modules/moderation/index.ts';
import { CHAIN_ENVIRONMENT, type ChainSetting, readChainSetting } from './chain-setting.ts';
import { readEndpoints } from './endpoints.ts';
import { isSafeUrl, isThisMachine } from './kit/safe-url.ts';
import type { Endpoint } from './modules/generation/index.ts';

const ROLES = ['web', 'worker', 'runner', 'relay'] as const;
export type ServerRole = (typeof ROLES)[number];

const WALLET_WAIT_S = 259_200;
/** Nothing on the embedded chain is worth a thief's while, and somebody who tries it is waiting. */
const WALLET_WAIT_S_EMBEDDED = 120;
const WALLET_WAIT_S_MAX = 90 * 86_400;
const Port = z.coerce.number().int().min(0).max(65_535);

/** The environment, as an operator sets it. Everything has a default that works on a laptop. */
const Environment = z.object({
  MODE: z.enum(['development', 'production']).optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: Port.default(3000),
  MEDIA_PORT: Port.optional(),
  PUBLIC_URL: z.url().optional(),
  MEDIA_URL: z.url().optional(),
  DATA_DIR: z.string().default('data'),
  KEYS_DIR: z.string().optional(),
  HEADS_DIR: z.string().optional(),
  DATABASE_URL: z.string().optional(),
  APP_DATABASE_URL: z.string().optional(),
  EMBEDDED_PG_USER: z.string().optional(),
  ROLES: z.string().default(ROLES.join(',')),
  LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
  RUNNER_SLOTS: z.coerce.number().int().min(1).max(64).default(2),
  ENDPOINTS_FILE: z.string().optional(),
  PROMPT_POLICY_URL: z
    .url()
    .refine(isSafeUrl, 'must be https, or on this very machine, and hold no password')
    .optional(),
  PROMPT_POLICY_TOKEN: z.string().optional(),
  PROMPT_POLICY_MS_MAX: z.coerce.number().int().min(50).max(30_000).default(2_000),
  PROMPT_POLICY_WHEN_AWAY: z.enum(['closed', 'open']).default('closed'),
  MODEL_FILE_MB_MAX: z.coerce.number().int().min(1).max(512).default(256),
  MODEL_UPLOAD_MB_MAX: z.coerce.number().int().min(1).max(1_000_000).default(10_000),
  MODEL_FILES_MB_MAX: z.coerce.number().int().min(1).max(100_000_000).default(40_000),
  APPLICANT_FILES_MB_MAX: z.coerce.number().int().min(1).max(100_000_000).default(12_000),
  ANALYTICS_FACTS_MONTHS: z.coerce.number().int().min(3).max(1_200).default(25),
  LANGUAGES: z.string().optional(),
  TRUST_PROXY: z.stringbool().default(false),
  WALLET_WAIT_S: z.coerce.number().int().min(0).max(WALLET_WAIT_S_MAX).optional(),
  REWARDS_SETTLEMENT: z.enum(['distributor', 'batch']).default('distributor'),
  ...CHAIN_ENVIRONMENT,
});

export type Config = {
  /** `development` shows the mail outbox and sells credits for test payments. */
  mode: 'development' | 'production';
  host: string;
  port: number;
  media_port: number;
  /** Null: made from the address that the server listens on. */
  public_url: string | null;
  media_url: string | null;
  data_dir: string;
  /** The signing keys: another disk or a mounted secret, if set. */
  keys_dir: string;
  /** The signed heads of the books: best on a disk that only takes what is appended. */
  heads_dir: string;
  /** The database as its owner reaches it; null: the embedded one. */
  database_url: string | null;
  /** The same as the product reaches it; null: as a role that the owner makes. */
  app_database_url: string | null;
  /** As root, the account that the embedded PostgreSQL runs under. */
  postgres_user: string | null;
  roles: readonly ServerRole[];
  log_level: string;
  runner_slots: number;
  /** Engines outside that jobs may be sent to: this list, and nothing else. */
  endpoints: readonly Endpoint[];
  /** Who else judges prompts; `open_when_away` lets pass what nobody judged. */
  prompt_policy: { moderator: OutsideModerator; open_when_away: boolean } | null;
  /** How large a file of a model may be that is read as a whole: what comes in at once, and ONNX. */
  model_file_bytes_max: number;
  /** How large one may be that comes in piece by piece. */
  model_upload_bytes_max: number;
  /** How much all files of one account may take, what is still coming in included. */
  model_files_bytes_max: number;
  /** The same of those who only apply. */
  applicant_files_bytes_max: number;
  /** So many months the single rows are kept that figures are made of; the figures themselves stay. */
  facts_months: number;
  /** What the pages can be read in besides English; null: all that they were translated into. */
  languages: readonly string[] | null;
  trust_proxy: boolean;
  /** Where $STELAI is paid. */
  chain: ChainSetting;
  /** Whether everybody claims for themselves, or the relayer for all. */
  settlement: 'distributor' | 'batch';
  /** How long a newly linked wallet waits before anything is cut for it. */
  wallet_wait_s: number;
};

/** A list of engines for a program that has no other configuration: a worker. */
export const readEndpointsIn = (file: string, env: NodeJS.ProcessEnv = process.env) =>
  readEndpoints(path.resolve(file), env);

export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const read = Environment.safeParse(
    Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')),
  );
  if (!read.success) throw new Error(`the environment is not as it must be:\n${z.prettifyError(read.error)}`);
  const values = read.data;
  // test payments and the mail outbox are for a machine of one's own: whoever listens to others says so
  const mode = values.MODE ?? (isThisMachine(values.HOST) ? 'development' : 'production');
  const chain = readChainSetting(values, mode === 'development' && values.DATABASE_URL === undefined);
  return {
    mode,
    host: values.HOST,
    port: values.PORT,
    media_port: values.MEDIA_PORT ?? (values.PORT === 0 ? 0 : values.PORT + 1),
    public_url: values.PUBLIC_URL ?? null,
    media_url: values.MEDIA_URL ?? null,
    data_dir: path.resolve(values.DATA_DIR),
    keys_dir: path.resolve(values.KEYS_DIR ?? path.join(values.DATA_DIR, 'keys')),
    heads_dir: path.resolve(values.HEADS_DIR ?? path.join(values.DATA_DIR, 'heads')),
    database_url: values.DATABASE_URL ?? null,
    app_database_url: values.APP_DATABASE_URL ?? null,
    postgres_user: values.EMBEDDED_PG_USER ?? null,
    roles: z
      .array(z.enum(ROLES))
      .min(1)
      .parse(values.ROLES.split(',').map((role) => role.trim())),
    log_level: values.LOG_LEVEL,
    runner_slots: values.RUNNER_SLOTS,
    endpoints: values.ENDPOINTS_FILE ? readEndpoints(path.resolve(values.ENDPOINTS_FILE), env) : [],
    prompt_policy: promptPolicyOf(values),
    model_file_bytes_max: values.MODEL_FILE_MB_MAX * 1_000_000,
    model_upload_bytes_max: values.MODEL_UPLOAD_MB_MAX * 1_000_000,
    model_files_bytes_max: values.MODEL_FILES_MB_MAX * 1_000_000,
    applicant_files_bytes_max: values.APPLICANT_FILES_MB_MAX * 1_000_000,
    facts_months: values.ANALYTICS_FACTS_MONTHS,
    languages: values.LANGUAGES?.split(',').map((language) => language.trim()) ?? null,
    trust_proxy: values.TRUST_PROXY,
    chain,
    settlement: values.REWARDS_SETTLEMENT,
    wallet_wait_s:
      values.WALLET_WAIT_S ?? (chain.kind === 'embedded' ? WALLET_WAIT_S_EMBEDDED : WALLET_WAIT_S),
  };
}

function promptPolicyOf(values: z.infer<typeof Environment>): Config['prompt_policy'] {
  const { PROMPT_POLICY_URL: url, PROMPT_POLICY_TOKEN, PROMPT_POLICY_MS_MAX } = values;
  if (!url) return null;
  return {
    moderator: { url, token: PROMPT_POLICY_TOKEN ?? null, ms_max: PROMPT_POLICY_MS_MAX },
    open_when_away: values.PROMPT_POLICY_WHEN_AWAY === 'open',
  };
}

/** The certificates that files are signed with lie beside the other keys. */
export const certificatesDir = ({ keys_dir }: Pick<Config, 'keys_dir'>): string =>
  path.join(keys_dir, 'certificates');
