import * as z from 'zod';
import { Id, Instant, Handle, ONE_LINE } from '../base.ts';

export const Role = z.enum([
  'member',
  'creator',
  'coordinator',
  'reviewer',
  'chair',
  'judge',
  'editor',
  'moderator',
  'finance',
  'admin',
]);
export type Role = z.infer<typeof Role>;

export const Email = z.email().max(254);
export const Password = z.string().min(10).max(200).meta({ description: 'At least 10 characters.' });
export const DisplayName = z.string().trim().min(1).max(60).regex(ONE_LINE, 'must be one line');

/** Which pages and letters follow; what nobody translated is English. */
export const Language = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/, 'is no tag of a language, such as de or pt-BR')
  .meta({ description: 'A tag such as `de` or `pt-BR`.' });

export const Account = z.object({
  id: Id,
  email: z.string(),
  email_verified: z.boolean(),
  handle: Handle,
  display_name: z.string(),
  bio: z.string(),
  language: z.string().nullable().meta({ description: 'Which letters follow; null: never chosen.' }),
  roles: z.array(Role),
  created_at: Instant,
});
export type Account = z.infer<typeof Account>;

export const Scope = z.enum(['read', 'generate', 'purchase', 'edit']);
export type Scope = z.infer<typeof Scope>;

export const ApiKey = z.object({
  id: Id,
  name: z.string(),
  prefix: z.string().meta({ description: 'The first characters, to recognise the key by.' }),
  scopes: z.array(Scope),
  created_at: Instant,
  expires_at: Instant,
  last_used_at: Instant.nullable(),
});

export const Session = z.object({
  id: Id,
  current: z.boolean(),
  user_agent: z.string(),
  created_at: Instant,
  seen_at: Instant,
});

export const Mail = z.object({
  id: Id,
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  link: z.string().nullable(),
  at: Instant,
});
