import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';

export type ZipEntry = {
  name: string;
  at: Date;
  bytes: Uint8Array | AsyncIterable<Uint8Array>;
};

/**
 * A ZIP as it grows: an entry is opened once the one before it was read, and stored as it is, for media are compressed
 * already. Whoever stops reading closes what is open.
 */
export async function* zipOf(entries: AsyncIterable<ZipEntry>): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  let open: Readable | undefined;

  async function fill() {
    for await (const { name, at, bytes } of entries) {
      open = Readable.from(bytes instanceof Uint8Array ? [bytes] : bytes, { highWaterMark: 1 });
      zip.addReadStream(open, name, { compress: false, mtime: at });
      await finished(open, { writable: false });
    }
    zip.end();
  }

  const filled = fill().catch((trouble: unknown) =>
    output.destroy(trouble instanceof Error ? trouble : new Error(String(trouble))),
  );
  zip.on('error', (trouble) => output.destroy(trouble));
  try {
    for await (const piece of output) yield piece as Uint8Array;
    await filled;
  } finally {
    open?.destroy();
    output.destroy();
  }
}
