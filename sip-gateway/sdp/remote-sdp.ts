import { AppError } from '#domain/errors';
import {
  hasRtcpMux,
  lenient,
  readCryptoLines,
  readConnection,
  readDirection,
  readEncodings,
  readFeedback,
  readMediaLine,
  readMs,
  readParameters,
  readRtcpPort,
  readTiming,
  splitDescription,
  type CryptoLine,
  type Direction,
  type Encoding,
  type MediaLine,
  type SdpLimits,
  type Section,
} from '#sdp';
import { parseIpAddress } from '#kit/ip/ip-address';

/** A remote session description, offer or answer, reduced to what an audio bot needs; RFC 8866. */
export interface RemoteSdp {
  /** `t=` of the first time description, to be repeated in the answer; `0 0` mostly. */
  readonly timing: string;
  /** In the order of the text; their count and order bind the answer; RFC 3264 section 6. */
  readonly media: readonly RemoteMediaLine[];
}

export interface RemoteMediaLine extends MediaLine {
  /** Where to send to; undefined when none is given or it is a host name. */
  readonly address: string | undefined;
  readonly addressVersion: 4 | 6 | undefined;
  readonly direction: Direction;
  /** By payload type; several where a peer gives one number several meanings. */
  readonly encodings: ReadonlyMap<number, readonly Encoding[]>;
  /** From `a=fmtp`, by payload type. */
  readonly parameters: ReadonlyMap<number, ReadonlyMap<string, string>>;
  /** From `a=rtcp-fb`, by payload type or `*`. */
  readonly feedback: ReadonlyMap<string, readonly string[]>;
  readonly ptimeMs: number | undefined;
  readonly maxptimeMs: number | undefined;
  readonly rtcpPort: number | undefined;
  readonly rtcpMux: boolean;
  /** From `a=crypto`; hold keys. */
  readonly crypto: readonly CryptoLine[];
}

export type SdpReading = { readonly kind: 'ok'; readonly sdp: RemoteSdp } | { readonly kind: 'bad'; readonly why: string };

/** Reads any text without throwing. Lines and attributes that make no sense are passed over; sizes are bounded. */
export function readSdp(text: string): SdpReading {
  try {
    const { session, media } = splitDescription(text, LIMITS, FAULTS);
    return { kind: 'ok', sdp: { timing: readTiming(session), media: media.map((section) => readMedia(section, session)) } };
  } catch (error) {
    if (error instanceof AppError && error.code === BAD_SDP) return { kind: 'bad', why: error.message };
    throw error;
  }
}

function readMedia(section: Section, session: Section): RemoteMediaLine {
  const line = readMediaLine(section, FAULTS);
  const host = readConnection(section) ?? readConnection(session) ?? '';
  const address = parseIpAddress(host);
  return {
    ...line,
    address: address === undefined ? undefined : host,
    addressVersion: address?.version,
    direction: readDirection(section) ?? readDirection(session) ?? 'sendrecv',
    encodings: readEncodings(section, line.formats, FAULTS),
    parameters: readParameters(section, FAULTS),
    feedback: readFeedback(section, FAULTS),
    ptimeMs: readMs(section, 'ptime', FAULTS) ?? readMs(session, 'ptime', FAULTS),
    maxptimeMs: readMs(section, 'maxptime', FAULTS) ?? readMs(session, 'maxptime', FAULTS),
    rtcpPort: readRtcpPort(section, FAULTS),
    rtcpMux: hasRtcpMux(section),
    crypto: readCryptoLines(section, FAULTS),
  };
}

const BAD_SDP = 'BAD_SDP';
const FAULTS = lenient((line, what) => new AppError(BAD_SDP, line > 0 ? `line ${line}: ${what}` : what));
/** A WebRTC offer with many candidates is about 8 kB. */
const MAX_CHARACTERS = 32_768;
const LIMITS: SdpLimits = { characters: MAX_CHARACTERS, lines: 1_000, lineCharacters: MAX_CHARACTERS, media: 16 };
