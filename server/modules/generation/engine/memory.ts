import { readFile, writeFile } from 'node:fs/promises';

/** Sets the high mark of a process's memory back to what it holds now; false where the system has no such thing. */
export const forgetPeak = (pid: number): Promise<boolean> =>
  writeFile(`/proc/${pid}/clear_refs`, '5').then(
    () => true,
    () => false,
  );

/** The most that a process held at once since then, as the system counts it; null where that cannot be told. */
export async function peakOf(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  return kilobytes === undefined ? null : Number(kilobytes) * 1_024;
}
