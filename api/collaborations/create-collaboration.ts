import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { CollaborationPage, CollaborationTitle, OfferWish } from './shapes.ts';

/** Proposes to another creator to share a model: one of either of you, or one to come. */
export const createCollaboration = endpoint
  .route({
    method: 'POST',
    path: '/collaborations',
    successStatus: 201,
    tags: ['Collaborations'],
    summary: 'Propose a collaboration',
  })
  .errors(
    may(
      'STANDING_REFUSED',
      'BLOCKED',
      'COLLABORATOR_REFUSED',
      'COLLABORATION_WAITS',
      'WORDS_REFUSED',
      'INVITATIONS_FULL',
    ),
  )
  .input(
    z.strictObject({
      handle: z.string().trim().min(1).max(60).meta({ description: 'Of the creator whom you ask.' }),
      title: CollaborationTitle.default('')
        .or(z.literal(''))
        .meta({ description: 'Of a model to come; one that is there has its own.' }),
      model: Slug.nullable().default(null).meta({ description: 'A model of one of you.' }),
      offer: OfferWish,
    }),
  )
  .output(CollaborationPage);
