import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { Invitation } from './agreement-shapes.ts';

/** Consents to a split, or declines it. */
export const createInvitationAnswer = endpoint
  .route({
    method: 'POST',
    path: '/program/invitations/{id}/answers',
    tags: ['Program'],
    summary: 'Answer an invitation to share',
  })
  .errors(may('NOT_FOUND', 'NOT_NOW', 'INVITATION_EXPIRED', 'ALREADY_ANSWERED', 'CLAIM_OPEN'))
  .input(z.strictObject({ id: Id, answer: z.enum(['accepted', 'declined']) }))
  .output(Invitation);
