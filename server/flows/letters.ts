/** What people are written, and where the links in it lead. */
export type Letter = { subject: string; text: string; link: string | null };

const linkTo = (origin: string, page: string, token: string) =>
  `${origin}/${page}?token=${encodeURIComponent(token)}`;

export function welcomeLetter(origin: string, token: string): Letter {
  const link = linkTo(origin, 'verify-email', token);
  return {
    subject: 'Confirm your e-mail address',
    text: `Welcome to StellaryAI.\n\nConfirm this address within three days:\n${link}\n\nIf you did not sign up, ignore this mail.`,
    link,
  };
}

export function resetLetter(origin: string, token: string): Letter {
  const link = linkTo(origin, 'password-reset', token);
  return {
    subject: 'Set a new password',
    text: `Somebody, hopefully you, asked for a new password.\n\nSet it within an hour:\n${link}\n\nIf it was not you, ignore this mail: your password stays as it is.`,
    link,
  };
}

export const passwordChangedLetter = (origin: string): Letter => ({
  subject: 'Your password was changed',
  text: `The password of your account was changed. Its other sessions were ended and its API keys revoked.\n\nIf it was not you, set a new one now: ${origin}/password-reset`,
  link: null,
});

export const invitationLetter = (
  origin: string,
  { by, title, until }: { by: string; title: string; until: Date },
): Letter => ({
  subject: `${by} would share a model with you`,
  text: `${by} named you among those who share in what “${title}” earns. Nothing holds before you consent.\n\nSee your part, and accept or decline it, until ${until.toISOString().slice(0, 10)}:\n${origin}/program/invitations`,
  link: null,
});
