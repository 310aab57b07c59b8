import { randomInt } from 'node:crypto';
import net from 'node:net';

/** Below those that the system lends to connections: there, one that calls a dead server again and again may get its very port. */
const LOWEST = 20_000;
const HIGHEST = 32_000;
const given = new Set<number>();

/** A port for a server that has to know its own beforehand; nobody listens on it, and it is given once. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((answer) => {
    const probe = net.createServer();
    probe.once('error', () => answer(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => answer(true)));
  });
