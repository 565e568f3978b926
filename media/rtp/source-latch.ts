import type { Ms } from '#domain/units';
import { canonicalAddress, withoutZone } from '#kit/ip/ip-address';
import { sequenceDelta } from './sequence.ts';

export interface LatchOptions {
  readonly preferMs: Ms;
  readonly strangerPackets: number;
  readonly rebindAfterMs: Ms;
  readonly unnamed: 'when-silent' | 'never';
}

export interface RemoteAddress {
  readonly address: string;
  readonly port: number;
}

/** How well signalling has named a source: not at all, by the address that it came from, by the address in SDP, by that and its port. */
const UNNAMED = 0;
const SIGNALLING = 1;
const SDP_ADDRESS = 2;
const EXACT = 3;

/** A source that has not sent enough yet. */
interface Candidate {
  address: string;
  port: number;
  rank: number;
  ssrc: number;
  sequence: number;
  packets: number;
}

/**
 * Learns from which address the caller's RTP comes and locks it, so that nobody else can speak into the call or have
 * it sent to himself. The address and port of the SDP lock at once, whenever they come; the address of SDP or signalling with another
 * port (NAT) with a second packet of its stream; any other only while those stay silent. Who is named better takes the place of who is named less,
 * and never the other way round. A locked stream may move when its source has been silent and the same SSRC goes on elsewhere (NAT rebinding); who is
 * not on the path cannot know the SSRC.
 */
export class SourceLatch {
  readonly #options: LatchOptions;
  #openedAtMs: Ms;
  #sdp: RemoteAddress | undefined;
  /** As sockets write them. */
  #sdpAddress = '';
  #signallingAddress = '';
  #locked: RemoteAddress | undefined;
  #rank = UNNAMED;
  #former: RemoteAddress | undefined;
  #lastHeardAtMs: Ms;
  #ssrc = -1;
  #sequence = 0;
  /** Named ones apart, so that no flood of strangers makes one forgotten. */
  readonly #named: Candidate[] = [];
  readonly #strange: Candidate[] = [];
  strangers = 0;
  /** Packets that were taken from a source that signalling did not name. */
  fromUnnamed = 0;
  /** How often a source that is named better took the place of one. */
  displaced = 0;

  constructor(nowMs: Ms, options: LatchOptions, sdp: RemoteAddress | undefined, signallingAddress: string) {
    this.#options = options;
    this.#openedAtMs = this.#lastHeardAtMs = nowMs;
    this.#name(sdp, signallingAddress);
  }

  /** Whether a well-formed packet from there belongs to the call. */
  accepts(nowMs: Ms, address: string, port: number, ssrc: number, sequence: number): boolean {
    const locked = this.#locked;
    const isLocked = locked !== undefined && port === locked.port && address === locked.address;
    if (!isLocked && !this.#mayLock(nowMs, address, port, ssrc, sequence)) {
      this.strangers += 1;
      return false;
    }
    this.#lastHeardAtMs = nowMs;
    this.#ssrc = ssrc;
    this.#sequence = sequence;
    if (this.#rank === UNNAMED) this.fromUnnamed += 1;
    return true;
  }

  /** SDP named another address (re-INVITE): learn anew. The source heard so far has to wait its turn. */
  expect(nowMs: Ms, sdp: RemoteAddress | undefined, signallingAddress: string): void {
    const moved = sdp?.address !== this.#sdp?.address || sdp?.port !== this.#sdp?.port;
    this.#name(sdp, signallingAddress);
    if (!moved) return;
    this.#former = this.#locked;
    this.#locked = undefined;
    this.#forgetCandidates();
    this.#openedAtMs = nowMs;
  }

  /** Where to send: the locked source, before that what SDP names. */
  get remote(): RemoteAddress | undefined {
    return this.#locked ?? this.#sdp;
  }

  get isLocked(): boolean {
    return this.#locked !== undefined;
  }

  /** Packets go where SDP wants them. */
  get isAsNamed(): boolean {
    return this.#sdp !== undefined && (this.#locked === undefined || this.#rank === EXACT);
  }

  /** The addresses from which RTCP is believed: that of the source, and what signalling named where nobody better is known. */
  isTrustedAddress(address: string): boolean {
    if (address === this.#locked?.address) return true;
    return (this.#locked === undefined || this.#rank === UNNAMED) && this.#rankOf(address, -1) !== UNNAMED;
  }

  #mayLock(nowMs: Ms, address: string, port: number, ssrc: number, sequence: number): boolean {
    const rank = this.#rankOf(address, port);
    const isBetter = this.#locked === undefined || rank > this.#rank;
    if (isBetter && rank === EXACT) return this.#lock(address, port, rank);
    if (rank === UNNAMED && this.#options.unnamed === 'never') return false;
    if (!isBetter) return this.#follows(nowMs, ssrc, sequence) && this.#lock(address, port, rank);
    const hasWaited = nowMs - this.#openedAtMs >= this.#options.preferMs;
    if (!hasWaited && (rank === UNNAMED || (address === this.#former?.address && port === this.#former.port))) return false;
    const packets = this.#count(address, port, rank, ssrc, sequence);
    if (packets >= (rank === UNNAMED ? this.#options.strangerPackets : NAMED_PACKETS)) return this.#lock(address, port, rank);
    // The stream that was heard last may have moved there.
    return this.#locked !== undefined && this.#follows(nowMs, ssrc, sequence) && this.#lock(address, port, rank);
  }

  /** Whether it is the locked stream that goes on, after silence. */
  #follows(nowMs: Ms, ssrc: number, sequence: number): boolean {
    if (ssrc !== this.#ssrc || nowMs - this.#lastHeardAtMs < this.#options.rebindAfterMs) return false;
    const ahead = sequenceDelta(sequence, this.#sequence);
    return ahead > 0 && ahead < MAX_REBIND_AHEAD;
  }

  #rankOf(address: string, port: number): number {
    const bare = withoutZone(address);
    if (this.#sdp !== undefined && bare === this.#sdpAddress) return port === this.#sdp.port ? EXACT : SDP_ADDRESS;
    return bare === this.#signallingAddress ? SIGNALLING : UNNAMED;
  }

  #name(sdp: RemoteAddress | undefined, signallingAddress: string): void {
    this.#sdp = sdp;
    this.#sdpAddress = sdp === undefined ? '' : canonicalAddress(sdp.address);
    this.#signallingAddress = canonicalAddress(signallingAddress);
  }

  /** How many packets in a row of one stream have come from there, this one included. */
  #count(address: string, port: number, rank: number, ssrc: number, sequence: number): number {
    const among = rank === UNNAMED ? this.#strange : this.#named;
    const found = among.findIndex((candidate) => candidate.port === port && candidate.address === address);
    const candidate = found < 0 ? this.#another(among) : among.splice(found, 1)[0]!;
    // The one that was heard last stands last; the first is the one to be forgotten.
    among.push(candidate);
    const ahead = sequenceDelta(sequence, candidate.sequence);
    const goesOn = found >= 0 && candidate.ssrc === ssrc && ahead > 0 && ahead <= MAX_STEP;
    candidate.packets = goesOn ? candidate.packets + 1 : 1;
    candidate.address = address;
    candidate.port = port;
    candidate.rank = rank;
    candidate.ssrc = ssrc;
    candidate.sequence = sequence;
    return candidate.packets;
  }

  #another(among: Candidate[]): Candidate {
    return (
      (among.length >= MAX_CANDIDATES ? among.shift() : undefined) ?? {
        address: '',
        port: 0,
        rank: UNNAMED,
        ssrc: 0,
        sequence: 0,
        packets: 0,
      }
    );
  }

  #lock(address: string, port: number, rank: number): true {
    if (this.#locked !== undefined && rank > this.#rank) this.displaced += 1;
    this.#locked = { address, port };
    this.#rank = rank;
    this.#former = undefined;
    this.#forgetCandidates();
    return true;
  }

  #forgetCandidates(): void {
    this.#named.length = 0;
    this.#strange.length = 0;
  }
}

/** One packet may be a stray of an earlier call of the same phone. */
const NAMED_PACKETS = 2;
/** Packets that may be lost between two of a stream that is believed. Guess. */
const MAX_STEP = 50;
/** Sources that are watched at once, named and strange: a flood from many ports displaces only its own kind. */
const MAX_CANDIDATES = 32;
/** About a minute of 20 ms packets. */
const MAX_REBIND_AHEAD = 3000;
