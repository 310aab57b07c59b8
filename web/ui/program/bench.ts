import type { Bench } from '../../api-types.ts';

type Cell = Bench['cells'][number];

/** 840 -> "840 ms", 12340 -> "12.3 s" */
export const seconds = (ms: number): string => (ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`);

/** 412000000 -> "412 MB" */
export const megabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`;

const FAILURES: Record<string, string> = {
  invalid_input: 'The input was refused',
  model_error: 'The model failed',
  out_of_memory: 'Out of memory',
  timeout: 'Took too long',
  output_rejected: 'What it made was refused',
  engine_crashed: 'The engine crashed',
  model_invalid: 'The files cannot be run',
  runner_unavailable: 'The engine is away',
  own_machines: 'Only its owner runs it',
  policy_blocked: 'The engine would not make it',
  needs_picture: 'It begins with a picture',
  release_refused: 'The release is not in order',
  time_used_up: 'Time was used up',
};
export const failureName = (code: string): string => FAILURES[code] ?? code.replaceAll('_', ' ');

export const findingName: Record<Bench['findings'][number]['kind'], string> = {
  same_weights: 'Same weights',
  shares_tensors: 'Shares tensors',
  looks_like: 'Looks like another',
  sounds_like: 'Sounds like another',
  empty_prompt: 'Empty prompt',
  not_repeatable: 'Not repeatable',
  slow: 'Slow',
  failed: 'Failed cells',
};

export const severityTone = { serious: 'danger', notable: 'warning', note: 'neutral' } as const;

/** The rows of the grid: the prompts that ask for something, each with its usual cells. */
export function rowsOf({ prompts, cells }: Bench): { prompt: Bench['prompts'][number]; cells: Cell[] }[] {
  return prompts.map((prompt) => ({
    prompt,
    cells: cells.filter((cell) => cell.prompt_key === prompt.key && cell.setting === 'usual'),
  }));
}

/** Words for who does not see it. */
export function labelOf({ prompts }: Bench, cell: Cell): string {
  const text = prompts.find(({ key }) => key === cell.prompt_key)?.text;
  const asked = text ? `“${text}”` : cell.prompt_key === 'empty' ? 'Nothing asked' : 'No words';
  return `${asked}, seed ${cell.seed}`;
}
