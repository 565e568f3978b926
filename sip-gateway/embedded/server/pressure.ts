import { addressKey } from '#kit/ip/address-key';

/**
 * Refusals of INVITEs that were not acknowledged (core). A telephone acknowledges its refusal at once; whoever writes somebody else's address into
 * INVITEs never does, and every answer that is sent again goes to that somebody.
 */
export class Pressure {
  readonly #isTrusted: (address: string) => boolean;
  readonly #byAddress = new Map<string, number>();
  #all = 0;

  /** `isTrusted`: of an exchange that brings many people's calls. Eight packets in its name must not keep them all out. */
  constructor(isTrusted: (address: string) => boolean) {
    this.#isTrusted = isTrusted;
  }

  /** To this address refusals are sent once, and nothing before them. */
  isOn(address: string): boolean {
    return this.#all >= MAX_UNACKNOWLEDGED || this.#of(address) >= MAX_OF_ADDRESS;
  }

  /** INVITEs that say to come from here are refused without keeping anything of them. */
  isFrom(address: string): boolean {
    return this.#of(address) >= (this.#isTrusted(address) ? MAX_OF_TRUSTED : MAX_OF_ADDRESS);
  }

  #of(address: string): number {
    return this.#byAddress.get(addressKey(address)) ?? 0;
  }

  refused(address: string): void {
    const key = addressKey(address);
    this.#all += 1;
    this.#byAddress.set(key, (this.#byAddress.get(key) ?? 0) + 1);
  }

  /** It was acknowledged, or will not be any more. Once for each `refused`. */
  settled(address: string): void {
    const key = addressKey(address);
    const left = (this.#byAddress.get(key) ?? 1) - 1;
    this.#all = Math.max(0, this.#all - 1);
    if (left > 0) this.#byAddress.set(key, left);
    else this.#byAddress.delete(key);
  }
}

/** Guesses: refused calls whose ACK is under way, of one exchange and of all callers; a call that is refused twice a second to each of 30 callers stays below. */
const MAX_OF_ADDRESS = 8;
/** Thirty a second, some kilobytes each. */
const MAX_OF_TRUSTED = 1_000;
const MAX_UNACKNOWLEDGED = 64;
