/** What the system calls what went wrong: ENOENT, EEXIST, EPERM; undefined where it does not call it anything. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined;
