/** Several videos or pieces of music that run as one: one of them leads and is heard, the others keep up with it. */
import { playAlone } from '../../media/playable.ts';

/** Further apart than this, one sees or hears it. */
const APART_S = 0.12;

export class Together {
  paused = $state(true);
  currentTime = $state(0);
  duration = $state(0);
  #heard = $state(0);
  readonly #players = new Map<number, HTMLMediaElement>();

  get heard(): number {
    return this.#heard;
  }
  get #leader(): HTMLMediaElement | undefined {
    return this.#players.get(this.#heard) ?? this.#players.values().next().value;
  }

  /** Takes a player in; answers how to let go of it. */
  join(place: number, player: HTMLMediaElement): () => void {
    this.#players.set(place, player);
    player.muted = place !== this.#heard;
    player.currentTime = this.currentTime;
    const told = new AbortController();
    const { signal } = told;
    player.addEventListener('loadedmetadata', () => this.#measure(), { signal });
    player.addEventListener('timeupdate', () => this.#keepUp(player), { signal });
    player.addEventListener('ended', () => player === this.#leader && this.seek(0), { signal });
    this.#measure();
    if (!this.paused) void this.#start(player);
    return () => {
      told.abort();
      this.#players.delete(place);
    };
  }
  #measure() {
    const lengths = [...this.#players.values()].map(({ duration }) => duration).filter(Number.isFinite);
    this.duration = Math.max(0, ...lengths);
  }
  #keepUp(player: HTMLMediaElement) {
    if (player !== this.#leader) return;
    this.currentTime = player.currentTime;
    for (const other of this.#players.values()) {
      const wanted = Math.min(player.currentTime, other.duration || 0);
      if (other !== player && Math.abs(other.currentTime - wanted) > APART_S) other.currentTime = wanted;
    }
  }

  playOrPause = () => {
    this.paused = !this.paused;
    const leader = this.#leader;
    if (leader && !this.paused) playAlone(leader);
    for (const player of this.#players.values()) {
      if (this.paused) player.pause();
      else void this.#start(player);
    }
  };
  /** Refused where the browser wants a press first: then nothing runs, and the button says so. */
  #start = (player: HTMLMediaElement) => player.play().catch(() => (this.paused = true));

  seek = (seconds: number) => {
    this.currentTime = seconds;
    for (const player of this.#players.values()) {
      player.currentTime = Math.min(seconds, player.duration || seconds);
      if (!this.paused && player.paused) void this.#start(player);
    }
  };
  /** From now on this one is heard, at the very moment where the other was. */
  hear(place: number) {
    this.#heard = place;
    for (const [at, player] of this.#players) player.muted = at !== place;
  }
  leave() {
    for (const player of this.#players.values()) player.pause();
  }
}
