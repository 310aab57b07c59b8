import type { MediaOutput } from '../types.ts';
import { playChamber } from './music/chamber/play.ts';
import { playGarden } from './music/garden/play.ts';
import { playPulse } from './music/pulse/play.ts';
import { playSound } from './music/sound/play.ts';
import type { Run } from './run.ts';

/** The roles of a release's files say by which contract it is played. */
export function playMusic(run: Run): Promise<MediaOutput[]> {
  const { sessions } = run;
  if (sessions.has('sound')) return playSound(run);
  if (sessions.has('hook')) return playPulse(run);
  if (sessions.has('phrase')) return playGarden(run);
  return playChamber(run);
}
