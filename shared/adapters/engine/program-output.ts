import { StreamFrames } from './stream-frames.ts';

/** Of one frame: an engine sends what it read at once, 32 KiB, and a pipe holds 64. */
const FRAME_BYTES = 1024 * 1024;

/** What a program says, up to a bound for both its streams together. */
export class ProgramOutput {
  readonly #said: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] };
  readonly #frames: StreamFrames;
  #room: number;

  /** @param onFull called once, when it says more than that. */
  constructor(maximumBytes: number, onFull: () => void) {
    this.#room = maximumBytes;
    this.#frames = new StreamFrames(FRAME_BYTES, (stream, payload) => {
      const isFull = this.#room < 0;
      const kept = payload.subarray(0, Math.max(0, this.#room));
      this.#room -= payload.length;
      if (kept.length > 0) this.#said[stream === 'stderr' ? 'stderr' : 'stdout'].push(kept);
      if (this.#room < 0 && !isFull) onFull();
    });
  }

  write(bytes: Buffer): void {
    this.#frames.write(bytes);
  }

  text(stream: 'stdout' | 'stderr'): string {
    return Buffer.concat(this.#said[stream]).toString('utf8');
  }
}
