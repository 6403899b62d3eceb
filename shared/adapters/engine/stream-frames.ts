/** One frame of an engine's output stream, and whose output it carries. */
export type StreamKind = 'stdout' | 'stderr' | 'error';
type OnFrame = (stream: StreamKind, payload: Buffer) => void;

/** Stream type, three zeros, length of the payload: Engine API, "Stream format" of ContainerAttach. */
const HEADER_BYTES = 8;
const KINDS: readonly StreamKind[] = ['stdout', 'stdout', 'stderr', 'error'];

/**
 * Takes an engine's multiplexed output apart, however its bytes are cut. `error` is the engine's own word about the
 * stream. Throws RangeError where the bytes are no frames, or a frame is longer than allowed.
 */
export class StreamFrames {
  readonly #onFrame: OnFrame;
  readonly #maximumBytes: number;
  #kind: StreamKind | undefined;
  #missing = HEADER_BYTES;
  #parts: Buffer[] = [];

  /** @param maximumBytes of one frame; nothing longer is held in memory. */
  constructor(maximumBytes: number, onFrame: OnFrame) {
    this.#maximumBytes = maximumBytes;
    this.#onFrame = onFrame;
  }

  write(bytes: Buffer): void {
    let rest = bytes;
    while (rest.length > 0) {
      const part = rest.subarray(0, this.#missing);
      this.#parts.push(part);
      this.#missing -= part.length;
      rest = rest.subarray(part.length);
      while (this.#missing === 0) this.#complete();
    }
  }

  #complete(): void {
    const whole = Buffer.concat(this.#parts);
    this.#parts = [];
    const kind = this.#kind;
    if (kind !== undefined) {
      this.#kind = undefined;
      this.#missing = HEADER_BYTES;
      this.#onFrame(kind, whole);
      return;
    }
    this.#kind = kindOf(whole);
    this.#missing = whole.readUInt32BE(4);
    if (this.#missing > this.#maximumBytes) {
      throw new RangeError(`a frame of ${this.#missing} bytes is longer than allowed`);
    }
  }
}

function kindOf(header: Buffer): StreamKind {
  const kind = KINDS[header[0] ?? KINDS.length];
  if (kind === undefined || header[1] !== 0 || header[2] !== 0 || header[3] !== 0) {
    throw new RangeError('its bytes are not the frames of an output stream');
  }
  return kind;
}
