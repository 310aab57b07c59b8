import type { MediaOutput } from '../engine/types.ts';
import type { Artifact } from '../engine/remote/endpoint.ts';
import type { CardOrder } from './child/card.ts';
import type { Damaged, DamageOrder } from './child/damage.ts';
import type { EncodeOrder } from './child/encode.ts';
import type { Evened, EvenOrder } from './child/even.ts';
import type { FinishOrder } from './child/finish.ts';
import type { Inspected, InspectOrder } from './child/inspect.ts';
import type { PaperOrder } from './child/paper.ts';
import type { Taken, TakeOrder } from './child/take.ts';
import type { Rendered, RenderOrder } from './child/render.ts';

/**
 * What the desk can be asked, by name. A new work is a line here, a line in `child/main.ts` and its
 * file beside it: a function from the order to the result that throws a `Refusal` for expected trouble.
 */
export type Works = {
  /** the picture that goes along with an address, as JPEG */
  card: { order: CardOrder; result: Uint8Array };
  /** a copy that is plainly worse, for pairs that show who looks */
  damage: { order: DamageOrder; result: Damaged };
  /** what a sandbox computed, as media */
  encode: { order: EncodeOrder; result: MediaOutput[] };
  /** a work as those see it who compare it with others */
  even: { order: EvenOrder; result: Evened };
  /** what an outside engine made, taken apart and made anew */
  finish: { order: FinishOrder; result: MediaOutput[] };
  /** a small WebP of a picture that is being made */
  glance: { order: Artifact; result: Uint8Array };
  /** what a file is, what its manifest says, what it looks or sounds like */
  inspect: { order: InspectOrder; result: Inspected };
  /** tables to be printed and filed, as PDF */
  paper: { order: PaperOrder; result: Uint8Array };
  /** a stored master in another format */
  render: { order: RenderOrder; result: Rendered };
  /** a member's picture, made anew to be generated from */
  take: { order: TakeOrder; result: Taken };
};

export type Work = keyof Works;

export type DeskOrder = { [W in Work]: { type: 'do'; run: number; work: W; order: Works[W]['order'] } }[Work];
