import { orRefuse } from '#web/load.ts';

export async function load({ locals, url }) {
  const { program } = locals.api;
  const [invitations, transfers] = await Promise.all([
    orRefuse(program.listInvitations({}), url),
    orRefuse(program.listTransfers({}), url),
  ]);
  const received = transfers.items.filter(({ mine, state }) => mine === 'received' && state === 'offered');
  const offers = await Promise.all(received.map(({ id }) => orRefuse(program.getTransfer({ id }), url)));
  const over = transfers.items.filter(({ id }) => received.every((one) => one.id !== id));
  return { invitations: invitations.items, offers, transfers: over };
}
