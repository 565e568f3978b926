import { addressKey } from '#kit/ip/address-key';

export interface ConnectionBounds {
  readonly most: number;
  /** An IPv6 network of 64 bits is one address. */
  readonly mostPerAddress: number;
  /** Addresses that bring many people's connections. */
  readonly isTrusted: (address: string) => boolean;
}

/** How many connections there are, in all and by address (core). */
export class Connections {
  readonly #bounds: ConnectionBounds;
  readonly #byAddress = new Map<string, number>();
  #open = 0;
  #refused = 0;

  constructor(bounds: ConnectionBounds) {
    this.#bounds = bounds;
  }

  get counts(): { readonly open: number; readonly refused: number } {
    return { open: this.#open, refused: this.#refused };
  }

  /** False: one too many. Whoever got true calls `left` once. */
  came(address: string): boolean {
    const key = addressKey(address);
    const known = this.#byAddress.get(key) ?? 0;
    const { most, mostPerAddress, isTrusted } = this.#bounds;
    if (this.#open >= most || (known >= mostPerAddress && !isTrusted(address))) {
      this.#refused += 1;
      return false;
    }
    this.#open += 1;
    this.#byAddress.set(key, known + 1);
    return true;
  }

  left(address: string): void {
    const key = addressKey(address);
    const known = this.#byAddress.get(key) ?? 0;
    if (known === 0) return;
    this.#open -= 1;
    if (known === 1) this.#byAddress.delete(key);
    else this.#byAddress.set(key, known - 1);
  }
}
