import net from 'node:net';

/** A process full of windows on the live home: plain connections that read what comes and note how late it is. */
export type Asked =
  | { type: 'open'; url: string; tokens: string[] }
  | { type: 'report' }
  /** What was noted so far is no part of what is measured. */
  | { type: 'forget' };
/** `told`: how many of those that are open were told of something earned. */
export type Told = { open: number; told: number; heard: Heard[] };
export type Heard = { generation_id: string; arrived: number; late_ms: number };

/** As the product calls it on loopback. */
const COOKIE = '__Host-stellary';
const SIDE_BY_SIDE = 20;
const windows = new Set<{ told: boolean }>();
let heard: Heard[] = [];

process.on('message', (asked: Asked) => void answer(asked));

async function answer(asked: Asked): Promise<void> {
  if (asked.type === 'open') await openAll(asked.url, [...asked.tokens]);
  if (asked.type === 'forget') {
    for (const window of windows) window.told = false;
    heard = [];
  }
  const told = [...windows].filter((window) => window.told).length;
  process.send?.({ open: windows.size, told, heard } satisfies Told);
}

async function openAll(url: string, tokens: string[]): Promise<void> {
  const lane = async () => {
    for (let token = tokens.pop(); token !== undefined; token = tokens.pop()) await open(url, token);
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane));
}

/** Resolves with the first event, or when it turns out that there will be none. */
function open(url: string, token: string): Promise<void> {
  const { hostname, port, host } = new URL(url);
  const window = { told: false };
  return new Promise((begun) => {
    const socket = net.connect(Number(port), hostname).setEncoding('utf8');
    let text = '';
    socket.on('connect', () => {
      windows.add(window);
      socket.write(
        `GET /api/v1/analytics/events?zone=UTC HTTP/1.1\r\nhost: ${host}\r\ncookie: ${COOKIE}=${token}\r\n\r\n`,
      );
    });
    socket.on('data', (part: string) => {
      text += part;
      if (text.startsWith('HTTP/1.1 ') && !text.startsWith('HTTP/1.1 200')) socket.destroy();
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) if (hear(window, event)) begun();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      windows.delete(window);
      begun();
    });
  });
}

/** True: it was an event, and not only a sign of life. */
function hear(window: { told: boolean }, event: string): boolean {
  const [, data] = /^data: (.+)$/m.exec(event) ?? [];
  if (data === undefined) return false;
  const told: { type: string; earned?: { generation_id: string; at: string }[] } = JSON.parse(data);
  for (const { generation_id, at } of told.earned ?? []) {
    window.told = true;
    const arrived = Date.now();
    heard.push({ generation_id, arrived, late_ms: arrived - Date.parse(at) });
  }
  return true;
}
