import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

export type CuttingLine = {
  /** The address to reach this database by, over this line. */
  to(database_url: string): string;
  /** How often a COMMIT loses its answer, from 0 to 1. */
  chance: number;
  /** COMMITs that were carried out and whose answer was lost, and COMMITs that got lost on the way there. */
  readonly cut: { after: number; before: number };
  close(): Promise<void>;
};

/** As the client writes it: a simple query. */
const COMMIT = Buffer.from('Q\0\0\0\x0bcommit\0');

/** A line to PostgreSQL that breaks where it hurts most: around COMMIT, when nobody can know whether it happened. */
export async function cuttingLine(): Promise<CuttingLine> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'stellary-line-'));
  const cut = { after: 0, before: 0 };
  const open = new Set<net.Socket>();
  let target = '';
  const line: CuttingLine = {
    chance: 0,
    cut,
    to(database_url) {
      target = new URLSearchParams(database_url.split('?')[1]).get('host') ?? '';
      return database_url.replace(/host=[^&]*/, `host=${folder}`);
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((closed) => server.close(closed));
      await rm(folder, { recursive: true, force: true });
    },
  };

  function join(client: net.Socket): void {
    const database = net.connect(path.join(target, '.s.PGSQL.5432'));
    const hangUp = () => {
      client.destroy();
      database.destroy();
    };
    for (const socket of [client, database]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        hangUp();
      });
    }
    let deaf = false;
    client.on('data', (said) => {
      if (!said.includes(COMMIT) || Math.random() >= line.chance) return void database.write(said);
      if (Math.random() < 0.3) {
        cut.before += 1;
        return hangUp();
      }
      cut.after += 1;
      deaf = true;
      database.write(said);
    });
    // by the time it answers it has been done
    database.on('data', (answer) => (deaf ? hangUp() : client.write(answer)));
  }

  const server = net.createServer(join);
  await new Promise<void>((ready) => server.listen(path.join(folder, '.s.PGSQL.5432'), ready));
  return line;
}
