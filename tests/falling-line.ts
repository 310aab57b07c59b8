import net from 'node:net';
import { freePort } from './free-port.ts';

export type FallingLine = {
  /** For the world at its end: it is reached by the line alone. */
  env: { PORT: string; MEDIA_PORT: string; PUBLIC_URL: string };
  /** Every connection breaks off in the middle of whatever it says, and there is none to be had until `mend`. */
  fall(): void;
  mend(): void;
  close(): Promise<void>;
};

/** A line to the product that really breaks: connections are reset, and nothing is said before. */
export async function fallingLine(): Promise<FallingLine> {
  const [port, behind] = [await freePort(), await freePort()];
  const open = new Set<net.Socket>();
  let down = false;
  const server = net.createServer((caller) => {
    if (down) return void caller.resetAndDestroy();
    const product = net.connect(behind, '127.0.0.1');
    for (const socket of [caller, product]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        caller.destroy();
        product.destroy();
      });
    }
    caller.pipe(product).pipe(caller);
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  const cut = () => {
    for (const socket of open) socket.resetAndDestroy();
  };
  return {
    env: { PORT: String(behind), MEDIA_PORT: '0', PUBLIC_URL: `http://127.0.0.1:${port}` },
    fall() {
      down = true;
      cut();
    },
    mend: () => void (down = false),
    async close() {
      cut();
      await new Promise((closed) => server.close(closed));
    },
  };
}
