import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits, for cookies and links. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** What is kept of a secret. It is random and long, so one plain hash is enough: there is nothing to guess. */
export const digestOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
