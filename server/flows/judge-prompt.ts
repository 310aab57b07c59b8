import { createHash } from 'node:crypto';
import type { Context } from '../context.ts';
import { type AccountId, newId, type PromptRefusalId } from '../ids.ts';
import { audit } from '../kit/audit.ts';
import * as moderation from '../modules/moderation/index.ts';
import type * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';

/** Whoever was refused this often within an hour is not told more about the rules until it is over. */
const REFUSALS_MAX = 20;
const WINDOW_MS = 60 * 60_000;
const AWAY_RETRY_S = 10;
/** What is longer, all texts together, cannot be judged in a moment, and so is not taken at all. */
const CHARS_MAX = 10_000;

/** Refuses an input that asks for what may not be made. Nothing is held yet, and nothing will be. */
export async function judgePrompt(
  context: Context,
  account_id: AccountId,
  release: Pick<registry.Release, 'input_schema' | 'modality' | 'slug'>,
  input: Record<string, unknown>,
): Promise<void> {
  const prompts = moderation.promptsOf(release.input_schema, input);
  let length = 0;
  for (const { field, text } of prompts) {
    length += text.length > CHARS_MAX ? text.length : moderation.lengthOf(text);
    if (length <= CHARS_MAX) continue;
    const message = `is longer than ${CHARS_MAX} characters, with what stands before it`;
    refuse('INVALID_INPUT', { issues: [{ path: `input.${field}`, message }] });
  }
  for (const { field, text } of readings(prompts)) {
    const verdict = moderation.judgePrompt(text);
    if (!verdict.allowed) await refusePrompt(context, account_id, { field, text, ...verdict });
  }
  const { prompt_policy } = context.config;
  if (!prompt_policy || prompts.length === 0) return;
  const text = prompts.map((prompt) => prompt.text).join('\n');
  const asked = { prompt: text, modality: release.modality, model: release.slug };
  const verdict = await moderation.askOutside(prompt_policy.moderator, asked);
  if ('away' in verdict) {
    context.log.warn(
      { why: verdict.away, open: prompt_policy.open_when_away },
      'the outside moderator is away',
    );
    if (!prompt_policy.open_when_away) refuse('MODERATION_AWAY', { retry_after_s: AWAY_RETRY_S });
    return;
  }
  const [first] = prompts;
  if (!verdict.allowed)
    await refusePrompt(context, account_id, { field: first?.field ?? 'prompt', text, ...verdict });
}

/** Each text, and all of them together: what is harmless in each of two fields may not be so in both. */
function readings(prompts: readonly Prompt[]): readonly Prompt[] {
  const [first, ...others] = prompts;
  if (!first || others.length === 0) return prompts;
  return [...prompts, { field: first.field, text: prompts.map(({ text }) => text).join(' ') }];
}

type Prompt = { field: string; text: string };
type Refused = { field: string; text: string; reason: moderation.Reason; rule: string };

/** Written down without its words, in a transaction that ends before anybody is told. */
async function refusePrompt(context: Context, account_id: AccountId, refused: Refused): Promise<never> {
  const { field, text, reason, rule } = refused;
  const at = context.clock.now();
  const policy_version = moderation.HOUSE_POLICY.version;
  const wait_s = await context.database.inTransaction(async (tx) => {
    await moderation.lockRefusals(tx, account_id);
    const since = new Date(at.getTime() - WINDOW_MS);
    const earlier = await moderation.refusalsSince(tx, account_id, since, REFUSALS_MAX);
    const oldest = earlier[REFUSALS_MAX - 1];
    if (oldest) return Math.max(1, Math.ceil((oldest.getTime() + WINDOW_MS - at.getTime()) / 1000));
    const id = newId<PromptRefusalId>(at);
    const prompt_digest = createHash('sha256').update(text).digest('hex');
    await moderation.insertRefusal(tx, { id, account_id, reason, rule, policy_version, prompt_digest, at });
    const detail = { reason, rule, policy_version };
    await audit(tx, { at, actor: account_id, act: 'prompt.refused', subject: id, detail });
    return null;
  });
  if (wait_s !== null) refuse('PROMPTS_REFUSED_TOO_OFTEN', { retry_after_s: wait_s });
  refuse('PROMPT_REFUSED', { reason, why: moderation.REASONS[reason], policy_version, field });
}
