import { CODECS, type AudioCodec, type ReceivedFormat } from '#media';
import { CRYPTO_SUITES, type CryptoSuite, type SrtpPolicy } from './crypto.ts';
import type { Negotiated } from './negotiated.ts';
import type { RemoteMediaLine, RemoteSdp } from './remote-sdp.ts';

/** A media line as both sides know it, reduced to what a later offer has to repeat. */
export interface KnownLine {
  readonly kind: string;
  readonly protocol: string;
  readonly formats: readonly string[];
}

/** What an offer of ours says: RFC 3264 section 8 wants every line of before in its place, those that are off with port 0. */
export interface OwnOffer {
  readonly lines: readonly KnownLine[];
  /** Which of them is ours. */
  readonly lineIndex: number;
  /** What we may be sent from now on; section 5.1. */
  readonly receives: readonly ReceivedFormat[];
  /** What we offer to encrypt with, by tags from 1; empty: nothing. */
  readonly crypto: readonly CryptoSuite[];
}

/** What the media lines of a session have been so far. */
export interface KnownLines {
  readonly lines: readonly KnownLine[];
  /** The line of the audio; -1 before there was one. */
  readonly lineIndex: number;
  /** What our last description named on it. */
  readonly ours: readonly ReceivedFormat[];
  /** Payload types that the peer has given a meaning on it. */
  readonly taken: ReadonlySet<number>;
  /** Whether the audio was agreed to be encrypted; undefined before there was any. */
  readonly encrypted?: boolean | undefined;
}

export const NO_LINES: KnownLines = { lines: [], lineIndex: -1, ours: [], taken: new Set() };

/** How the lines stand once `offer` is answered with `session`; undefined: with every line off. */
export function linesOfAnswer(before: KnownLines, offer: RemoteSdp, session: Negotiated | undefined): KnownLines {
  const lines = offer.media.map(({ kind, protocol, formats }) => ({ kind, protocol, formats }));
  const lineIndex = session?.lineIndex ?? (lines[before.lineIndex]?.kind === 'audio' ? before.lineIndex : -1);
  const encrypted = session === undefined ? before.encrypted : session.crypto !== undefined;
  return {
    lines,
    lineIndex,
    ours: session === undefined ? before.ours : answeredFormats(session),
    taken: takenOf(offer.media[lineIndex]),
    encrypted,
  };
}

/** What an answer names: one codec, so that nobody need guess which of several is meant, and what goes with it. */
export function answeredFormats({
  codec,
  payloadType,
  telephoneEventPayloadType,
  telephoneEventClockHz = CODECS[codec].clockHz,
  comfortNoisePayloadType,
}: Negotiated): readonly ReceivedFormat[] {
  const events: ReceivedFormat[] =
    telephoneEventPayloadType === undefined
      ? []
      : [
          {
            payloadType: telephoneEventPayloadType,
            encoding: 'telephone-event',
            ...(telephoneEventClockHz !== 8000 && { clockHz: telephoneEventClockHz }),
          },
        ];
  return [
    { payloadType, encoding: codec },
    ...(comfortNoisePayloadType === undefined ? [] : [{ payloadType: comfortNoisePayloadType, encoding: 'CN' } as const]),
    ...events,
  ];
}

/** Our own offer, for an INVITE without one: `spoken` in its order and keys at their clocks, on the line that carries the audio or on a new one. */
export function planOffer(known: KnownLines, spoken: readonly AudioCodec[], policy: SrtpPolicy): OwnOffer {
  const numbers = new Numbers(known);
  const clocksHz = new Set(spoken.map((codec) => CODECS[codec].clockHz));
  const receives: readonly ReceivedFormat[] = [
    ...spoken.map((codec): ReceivedFormat => ({ payloadType: CODECS[codec].payloadType ?? numbers.of(codec), encoding: codec })),
    ...[...clocksHz].map((clockHz): ReceivedFormat => ({
      payloadType: numbers.of('telephone-event', clockHz),
      encoding: 'telephone-event',
      ...(clockHz !== 8000 && { clockHz }),
    })),
  ];
  const formats = receives.map(({ payloadType }) => String(payloadType));
  const lineIndex = known.lineIndex < 0 ? known.lines.length : known.lineIndex;
  const lines = [...known.lines];
  // Where encryption is optional, RTP/AVP with keys beside it is what everybody understands (RFC 8643). What was agreed on is offered again.
  const usual = policy === 'required' ? 'RTP/SAVP' : 'RTP/AVP';
  lines[lineIndex] = { kind: 'audio', protocol: lines[lineIndex]?.protocol ?? usual, formats };
  return { lines, lineIndex, receives, crypto: (known.encrypted ?? policy !== 'off') ? CRYPTO_SUITES : [] };
}

export function linesOfOffer(before: KnownLines, offer: OwnOffer): KnownLines {
  return { lines: offer.lines, lineIndex: offer.lineIndex, ours: offer.receives, taken: before.taken, encrypted: before.encrypted };
}

/** A number keeps its meaning for the whole session (RFC 3264 section 8.3.2): the one of before, else one that means nothing yet. */
class Numbers {
  readonly #ours: KnownLines['ours'];
  readonly #taken: Set<number>;

  constructor({ ours, taken }: KnownLines) {
    this.#ours = ours;
    this.#taken = new Set([...taken, ...ours.map(({ payloadType }) => payloadType)]);
  }

  of(encoding: ReceivedFormat['encoding'], clockHz = 8000): number {
    const before = this.#ours.find(
      (format) => format.encoding === encoding && (encoding in CODECS || (format.clockHz ?? 8000) === clockHz),
    );
    const isUsual = encoding === 'telephone-event' && clockHz === 8000;
    const candidates = isUsual ? [USUAL_TELEPHONE_EVENT, ...DYNAMIC_TYPES] : SELDOM_FIRST;
    const number =
      before?.payloadType ??
      candidates.find((payloadType) => !this.#taken.has(payloadType) && (isUsual || payloadType !== USUAL_TELEPHONE_EVENT)) ??
      USUAL_TELEPHONE_EVENT;
    this.#taken.add(number);
    return number;
  }
}

function takenOf(line: RemoteMediaLine | undefined): ReadonlySet<number> {
  return new Set([...(line?.encodings.keys() ?? []), ...(line?.formats.map(Number) ?? [])]);
}

/** What nearly everybody uses. */
const USUAL_TELEPHONE_EVENT = 101;
/** RFC 3551 section 6. */
const DYNAMIC_TYPES = Array.from({ length: 32 }, (_, index) => 96 + index);
/** Phones that name numbers of their own in answers, and send by those, take low ones: what is ours then must not be those. 111 and 110 are what browsers take for Opus and its keys. */
const SELDOM_FIRST = DYNAMIC_TYPES.toSorted((a, b) => Number(a > 111) - Number(b > 111) || b - a);
