import type { IncomingMessage } from 'node:http';
import { outputRejected } from './trouble.ts';

/** Server-sent events of an answer, one by one. */
export async function* serverSentEvents(
  answer: IncomingMessage,
  bytes_max: number,
): AsyncGenerator<{ event: string; data: string }, void> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let line: string[] = [];
  let lines: string[] = [];
  for await (const chunk of answer) {
    bytes += chunk.length;
    if (bytes > bytes_max) throw outputRejected(`more than ${bytes_max} bytes from the engine`);
    // a line may come in a hundred pieces: they are joined once
    const [rest = '', ...more] = decoder.decode(chunk, { stream: true }).split('\n');
    line.push(rest);
    for (const next of more) {
      const whole = line.join('').replace(/\r$/, '');
      line = [next];
      if (whole !== '') {
        lines.push(whole);
        continue;
      }
      const event = parseEvent(lines);
      lines = [];
      if (event.data) yield event;
    }
  }
}

function parseEvent(lines: string[]): { event: string; data: string } {
  const field = (name: string) =>
    lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trim());
  return { event: field('event')[0] ?? 'message', data: field('data').join('\n') };
}
