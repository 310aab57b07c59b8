import type pg from 'pg';

/** What the driver lets a query of one's own do with its connection. */
type Wire = {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
};

/** COPY … FROM STDIN: the driver speaks it and has no word for it. */
export function copyIn(client: pg.PoolClient, text: string, rows: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let trouble: Error | null = null;
    const copy = {
      submit: (wire: Wire) => wire.query(text),
      handleCopyInResponse(wire: Wire) {
        wire.sendCopyFromChunk(rows);
        wire.endCopyFrom();
      },
      handleError: (error: Error) => void (trouble = error),
      handleCommandComplete: () => {},
      handleReadyForQuery: () => (trouble ? reject(trouble) : resolve()),
    };
    client.query(copy as unknown as pg.Submittable);
  });
}
