/** The last packets that left, to be sent again when the far side asks (core). */
export class SentHistory {
  readonly #packets: (Uint8Array | undefined)[] = new Array(CAPACITY);

  keep(sequence: number, packet: Uint8Array): void {
    this.#packets[sequence % CAPACITY] = packet;
  }

  /** Undefined: too long ago, or never sent. */
  find(sequence: number): Uint8Array | undefined {
    const packet = this.#packets[sequence % CAPACITY];
    return packet !== undefined && (((packet[2] as number) << 8) | (packet[3] as number)) === sequence ? packet : undefined;
  }
}

/** About five seconds of 20 ms packets; a power of two, so that numbers keep their place over the wrap. */
const CAPACITY = 256;
