import libav, { type LibAV, type LibAVSync } from '@libav.js/variant-webm';

const ERRORS_ONLY = 16;

/**
 * FFmpeg's VP8, Opus and FLAC as WebAssembly: no threads, no network, its program read from our disk.
 * Each piece of work opens its own (20 ms) and leaves it to the collector: one that was broken off
 * half way holds nothing that lasts.
 */
export async function openLibav(): Promise<LibAV & LibAVSync> {
  const opened = await libav.LibAV({ noworker: true, nothreads: true });
  opened.av_log_set_level_sync(ERRORS_ONLY);
  return opened;
}
