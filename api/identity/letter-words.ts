/** What people are written about their account. */
import { count, dayOf, type Letter } from '../language.ts';
import { LEAVING_DAYS } from './leaving-words.ts';

export const welcomeLetter = (link: string): Letter => ({
  subject: 'Confirm your e-mail address',
  text: `Welcome to StellaryAI.\n\nConfirm this address within three days:\n${link}\n\nIf you did not sign up, ignore this mail.`,
  link,
});

export const resetLetter = (link: string): Letter => ({
  subject: 'Set a new password',
  text: `Somebody, hopefully you, asked for a new password.\n\nSet it within an hour:\n${link}\n\nIf it was not you, ignore this mail: your password stays as it is.`,
  link,
});

export const passwordChangedLetter = (page: string): Letter => ({
  subject: 'Your password was changed',
  text: `The password of your account was changed. Its other sessions were ended and its API keys revoked.\n\nIf it was not you, set a new one now: ${page}`,
  link: null,
});

export const leavingLetter = (page: string, due_at: Date): Letter => ({
  subject: 'You are leaving StellaryAI',
  text: `You asked us to delete your account. That is done on ${dayOf(due_at)}, ${count(LEAVING_DAYS, 'day')} after you asked; until then everything stays as it is, except that your API keys were revoked and your other sessions ended.\n\nIf you change your mind, or if it was not you: sign in and press “Stay”.\n${page}`,
  link: null,
});

export const stayingLetter = (page: string): Letter => ({
  subject: 'You stay',
  text: `You took back that you leave, and nothing of your account was deleted. API keys that were revoked stay so; make new ones where you need them.\n\n${page}`,
  link: null,
});

export const putOffLetter = (page: string, due_at: Date): Letter => ({
  subject: 'Your account is not deleted yet',
  text: `Your account was to be deleted today, but something has to be settled first. What it is stands on this page; we try again each day, next on ${dayOf(due_at)}.\n\n${page}`,
  link: null,
});

export const leftLetter = (): Letter => ({
  subject: 'Your account was deleted',
  text: 'Your account at StellaryAI was deleted. What you showed and wrote was taken down; receipts, results of competitions and what you agreed with others stay, by “A member who left”.\n\nThis is the last letter we send you, and your address is not kept.',
  link: null,
});
