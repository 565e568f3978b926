import { readUint16, readUint32 } from '#kit/bytes';
import { ReplayWindow } from '#kit/replay-window';
import { firstIndexes, ReceiverIndex, SenderIndex } from '../srtp/srtp-index.ts';
import { deriveSessionKeys, type MasterKey, type SrtpProfile } from '../srtp/srtp-keys.ts';
import { rtpHeaderBytes } from '../srtp/srtp-packet.ts';
import { createSrtpCipher, keyStream, rtcpWord, type SrtpCipher } from './srtp-cipher.ts';

/** Protects what one side sends: RFC 3711 section 3.3. */
export class SrtpSender {
  readonly #rtp: SrtpCipher;
  readonly #rtcp: SrtpCipher;
  readonly #indexes = new Map<number, SenderIndex>();
  #rtcpIndex = 0;

  constructor(profile: SrtpProfile, master: MasterKey) {
    this.#rtp = createSrtpCipher(profile, deriveSessionKeys(profile, master, 'rtp', keyStream), false);
    this.#rtcp = createSrtpCipher(profile, deriveSessionKeys(profile, master, 'rtcp', keyStream), true);
  }

  /** Undefined: not an RTP packet. */
  rtp(packet: Uint8Array): Uint8Array | undefined {
    const header = rtpHeaderBytes(packet, packet.length);
    if (header < 0) return undefined;
    const ssrc = readUint32(packet, 8);
    let indexes = this.#indexes.get(ssrc);
    if (indexes === undefined) this.#indexes.set(ssrc, (indexes = new SenderIndex()));
    const index = indexes.take(readUint16(packet, 2));
    return this.#rtp.seal(packet, header, ssrc, index, Math.floor(index / 65_536));
  }

  rtcp(packet: Uint8Array): Uint8Array | undefined {
    if (packet.length < RTCP_HEADER_BYTES) return undefined;
    // 31 bits: at one packet a second they last for 68 years.
    this.#rtcpIndex = (this.#rtcpIndex + 1) & 0x7fffffff;
    return this.#rtcp.seal(packet, RTCP_HEADER_BYTES, readUint32(packet, 4), this.#rtcpIndex, (this.#rtcpIndex | 0x80000000) >>> 0);
  }
}

/** Why a packet was not accepted. */
export interface SrtpRefusals {
  malformed: number;
  notAuthentic: number;
  replayed: number;
}

/** Opens what the other side sends; gives out authentic packets only, each once. */
export class SrtpReceiver {
  readonly #profile: SrtpProfile;
  readonly #rtp: SrtpCipher;
  readonly #rtcp: SrtpCipher;
  readonly #indexes = new Map<number, ReceiverIndex>();
  /** How far the sources had counted under the keys before. */
  readonly #counted: ReadonlyMap<number, ReceiverIndex>;
  /** Each source of the other side may count its RTCP for itself, as libsrtp does. */
  readonly #rtcpWindows = new Map<number, ReplayWindow>();
  readonly refusals: SrtpRefusals = { malformed: 0, notAuthentic: 0, replayed: 0 };

  /** `former`: of the keys before these. Some senders go on counting with new keys, where others begin anew. */
  constructor(profile: SrtpProfile, master: MasterKey, former?: SrtpReceiver) {
    this.#profile = profile;
    this.#counted = new Map(former === undefined ? [] : former.#indexes);
    this.#rtp = createSrtpCipher(profile, deriveSessionKeys(profile, master, 'rtp', keyStream), false);
    this.#rtcp = createSrtpCipher(profile, deriveSessionKeys(profile, master, 'rtcp', keyStream), true);
  }

  rtp(packet: Uint8Array): Uint8Array | undefined {
    const header = rtpHeaderBytes(packet, packet.length);
    if (header < 0) return this.#refuse('malformed');
    const ssrc = readUint32(packet, 8);
    const known = this.#indexes.get(ssrc);
    const indexes = known ?? new ReceiverIndex();
    const index = indexes.estimate(readUint16(packet, 2));
    if (index < 0) return this.#refuse('replayed');
    const candidates = known === undefined ? this.#firstIndexes(ssrc, index) : [index];
    for (const candidate of candidates) {
      const plain = this.#rtp.open(packet, header, ssrc, candidate, Math.floor(candidate / 65_536));
      if (plain === undefined) continue;
      if (known === undefined) remember(this.#indexes, ssrc, indexes);
      indexes.accept(candidate);
      return plain;
    }
    return this.#refuse('notAuthentic');
  }

  rtcp(packet: Uint8Array): Uint8Array | undefined {
    const word = packet.length < RTCP_HEADER_BYTES ? undefined : rtcpWord(this.#profile, packet);
    // Without its E bit a packet is not encrypted; both profiles of WebRTC encrypt always.
    if (word === undefined || word < 0x80000000) return this.#refuse('malformed');
    const index = word & 0x7fffffff;
    const ssrc = readUint32(packet, 4);
    const known = this.#rtcpWindows.get(ssrc);
    const window = known ?? new ReplayWindow();
    if (!window.mayAccept(index)) return this.#refuse('replayed');
    const plain = this.#rtcp.open(packet, RTCP_HEADER_BYTES, ssrc, index, word);
    if (plain === undefined) return this.#refuse('notAuthentic');
    if (known === undefined) remember(this.#rtcpWindows, ssrc, window);
    window.accept(index);
    return plain;
  }

  #firstIndexes(ssrc: number, sequence: number): readonly number[] {
    const first = firstIndexes(sequence);
    const counted = this.#counted.get(ssrc)?.nearest(sequence);
    return counted === undefined || first.includes(counted) ? first : [...first, counted];
  }

  #refuse(why: keyof SrtpRefusals): undefined {
    this.refusals[why] += 1;
    return undefined;
  }
}

/** Authentic sources only get here; a peer that invents them without end loses the replay state of its oldest. */
function remember<State>(states: Map<number, State>, ssrc: number, state: State): void {
  if (states.size >= MAX_SOURCES) states.delete(states.keys().next().value!);
  states.set(ssrc, state);
}

const RTCP_HEADER_BYTES = 8;
const MAX_SOURCES = 32;
