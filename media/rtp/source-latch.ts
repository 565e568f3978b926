import type { Ms } from '#domain/units';
import { sequenceDelta } from './sequence.ts';

export interface LatchOptions {
  readonly preferMs: Ms;
  readonly strangerPackets: number;
  readonly rebindAfterMs: Ms;
}

export interface RemoteAddress {
  readonly address: string;
  readonly port: number;
}

/**
 * Learns from which address the caller's RTP comes and locks it, so that nobody else can speak into the call or have
 * it sent to himself. The address and port of the SDP lock at once; the address of SDP or signalling with another
 * port (NAT) after a second packet; any other only when those stayed silent. A locked stream may move when its source has been
 * silent and the same SSRC goes on elsewhere (NAT rebinding); who is not on the path cannot know the SSRC.
 */
export class SourceLatch {
  readonly #options: LatchOptions;
  #openedAtMs: Ms;
  #sdp: RemoteAddress | undefined;
  #signallingAddress: string;
  #locked: RemoteAddress | undefined;
  #former: RemoteAddress | undefined;
  #lastHeardAtMs: Ms;
  #ssrc = -1;
  #sequence = 0;
  #candidate: RemoteAddress | undefined;
  #candidatePackets = 0;
  strangers = 0;

  constructor(nowMs: Ms, options: LatchOptions, sdp: RemoteAddress | undefined, signallingAddress: string) {
    this.#options = options;
    this.#openedAtMs = this.#lastHeardAtMs = nowMs;
    this.#sdp = sdp;
    this.#signallingAddress = signallingAddress;
  }

  /** Whether a well-formed packet from there belongs to the call. */
  accepts(nowMs: Ms, address: string, port: number, ssrc: number, sequence: number): boolean {
    const accepted = this.#locked === undefined ? this.#mayLatch(nowMs, address, port) : this.#isOrFollows(nowMs, address, port, ssrc, sequence);
    if (!accepted) {
      this.strangers += 1;
      return false;
    }
    this.#lastHeardAtMs = nowMs;
    this.#ssrc = ssrc;
    this.#sequence = sequence;
    return true;
  }

  /** SDP named another address (re-INVITE): learn anew. The source heard so far has to wait its turn. */
  expect(nowMs: Ms, sdp: RemoteAddress | undefined, signallingAddress: string): void {
    const moved = sdp?.address !== this.#sdp?.address || sdp?.port !== this.#sdp?.port;
    this.#sdp = sdp;
    this.#signallingAddress = signallingAddress;
    if (!moved) return;
    this.#former = this.#locked;
    this.#locked = undefined;
    this.#candidate = undefined;
    this.#candidatePackets = 0;
    this.#openedAtMs = nowMs;
  }

  /** Where to send: the locked source, before that what SDP names. */
  get remote(): RemoteAddress | undefined {
    return this.#locked ?? this.#sdp;
  }

  get isLocked(): boolean {
    return this.#locked !== undefined;
  }

  /** The address from which RTCP is believed, besides the one that SDP names. */
  isTrustedAddress(address: string): boolean {
    return this.#locked === undefined ? address === this.#sdp?.address || address === this.#signallingAddress : address === this.#locked.address;
  }

  #mayLatch(nowMs: Ms, address: string, port: number): boolean {
    if (address === this.#sdp?.address && port === this.#sdp.port) return this.#lock(address, port);
    const waited = nowMs - this.#openedAtMs >= this.#options.preferMs;
    if (address === this.#former?.address && port === this.#former.port && !waited) return false;
    const named = address === this.#sdp?.address || address === this.#signallingAddress;
    if (!named && !waited) return false;
    if (this.#candidate?.address === address && this.#candidate.port === port) this.#candidatePackets += 1;
    else {
      this.#candidate = { address, port };
      this.#candidatePackets = 1;
    }
    return this.#candidatePackets >= (named ? NAMED_PACKETS : this.#options.strangerPackets) && this.#lock(address, port);
  }

  #isOrFollows(nowMs: Ms, address: string, port: number, ssrc: number, sequence: number): boolean {
    if (port === this.#locked!.port && address === this.#locked!.address) return true;
    if (ssrc !== this.#ssrc || nowMs - this.#lastHeardAtMs < this.#options.rebindAfterMs) return false;
    const ahead = sequenceDelta(sequence, this.#sequence);
    return ahead > 0 && ahead < MAX_REBIND_AHEAD && this.#lock(address, port);
  }

  #lock(address: string, port: number): true {
    this.#locked = { address, port };
    this.#candidate = this.#former = undefined;
    this.#candidatePackets = 0;
    return true;
  }
}

/** One packet may be a stray of an earlier call of the same phone. */
const NAMED_PACKETS = 2;
/** About a minute of 20 ms packets. */
const MAX_REBIND_AHEAD = 3000;
