import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** A program of Debian's that a rig needs, by a file that it brings. */
type Tool = { file: string; debian: string };

export const USER_MODE_LINUX: Tool = { file: '/usr/bin/linux.uml', debian: 'user-mode-linux' };
export const FAKETIME: Tool = {
  file: '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1',
  debian: 'libfaketime',
};
export const MKFS: Tool = { file: '/usr/sbin/mkfs.ext4', debian: 'e2fsprogs' };

/**
 * Why a rig cannot run on this machine, or null when it can. As root, what is missing is installed where apt can; the
 * product itself never does that.
 */
export function whyNot(...needs: Tool[]): string | null {
  if (process.platform !== 'linux') return 'it needs Linux';
  const missing = needs.filter(({ file }) => !existsSync(file));
  if (missing.length === 0) return null;
  const names = missing.map(({ debian }) => debian);
  if (process.getuid?.() !== 0) return `the Debian packages ${names.join(', ')} are not installed`;
  const apt = (...args: string[]) =>
    spawnSync('apt-get', ['-qq', ...args], {
      stdio: 'ignore',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  if (apt('update')) apt('install', '--yes', '--no-install-recommends', ...names);
  return needs.every(({ file }) => existsSync(file)) ? null : `apt-get cannot install ${names.join(', ')}`;
}

/** Said aloud, because a skipped test alone says nothing of its reason. */
export function skipReason(rig: string, reason: string | null): boolean {
  if (reason) process.stdout.write(`[faults] ${rig}: SKIPPED: ${reason}\n`);
  return reason !== null;
}
