import * as z from 'zod';
import { Can, Id, Instant, Modality, PersonRef, Slug } from '../base.ts';
import { ModelCard } from '../registry/shapes.ts';
import { BookedKind, OpenSurface, POSITIONS_MAX, SlotKind, Surface } from './surfaces.ts';

export const Day = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)
  .meta({ description: 'A UTC day.' });
export const Month = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
  .meta({ description: 'A UTC month, "2026-12".' });
export const Position = z.int().min(1).max(POSITIONS_MAX);

/** What `why` is made of: the words of who booked it, the round it was entered in, what is kept for new models. */
export const Because = z.object({
  reason: z.string().nullable(),
  round: z.string().nullable(),
  quota: z.object({ share_ppm: z.int(), new_days: z.int() }).nullable(),
});
export type Because = z.infer<typeof Because>;

/** A model in a featured place, with why it stands there. */
export const Featured = z.object({
  surface: Surface,
  position: z.int(),
  kind: SlotKind,
  label: z.string().meta({ description: 'What is written on the card: "Featured", "New", "Campaign".' }),
  why: z.string().meta({ description: 'Why this model stands in this place, in words.' }),
  because: Because,
  campaign: z
    .object({ slug: z.string(), title: z.string() })
    .nullable()
    .meta({ description: 'The campaign that it is part of, if it has a page.' }),
  until: Instant.nullable().meta({ description: 'Until when it is booked; null where it has its turn.' }),
  model: ModelCard,
  token: z.string().meta({ description: 'To be sent when the card is really seen, or opened.' }),
});
export type Featured = z.infer<typeof Featured>;

/** What somebody sees of a model in lists of editors. */
export const ModelName = z.object({ slug: Slug, title: z.string(), modality: Modality, creator: PersonRef });

export const Counts = z.object({ impressions: z.int(), visits: z.int(), generations: z.int() });

export const Booking = z.object({
  id: Id,
  version: z.int(),
  surface: OpenSurface,
  position: z.int(),
  from: Instant,
  until: Instant,
  kind: BookedKind,
  campaign_id: Id.nullable(),
  reason: z.string(),
  model: ModelName,
  booked_by: PersonRef.nullable(),
  counts: Counts,
  not_shown: z
    .string()
    .nullable()
    .meta({ description: 'Why its place shows the next by rotation instead; null where it is shown.' }),
  can: z.object({ move: Can, end: Can }),
});
export type Booking = z.infer<typeof Booking>;

export const Quota = z.object({
  from_day: Day,
  share_ppm: z.int().min(0).max(1_000_000),
  new_days: z.int().min(1).max(365),
});

/** What an editor says of a booking. */
export const bookingFields = {
  surface: OpenSurface,
  position: Position,
  from: Instant,
  until: Instant,
  reason: z.string().trim().min(1).max(200).meta({ description: 'Why this model: visitors read it.' }),
};
