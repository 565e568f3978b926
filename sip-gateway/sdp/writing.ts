import { connectionLine, formatLines, mediaLine, originLines, refusedMediaLine, writeCryptoLine, writeLines } from '#sdp';
import { CODECS, type CodecParameters, type ReceivedFormat } from '#media';
import type { CryptoSuite, OwnKeys } from './crypto.ts';
import { answeredFormats } from './own-offer.ts';
import type { OwnOffer } from './own-offer.ts';
import type { Negotiated } from './negotiated.ts';
import type { RemoteSdp } from './remote-sdp.ts';

/** Where our own side of a session is. */
export interface LocalEnd {
  readonly address: string;
  readonly port: number;
  readonly rtcpPort: number;
  /** What we encrypt with. */
  readonly keys: OwnKeys;
  /** `o=` session id, up to 19 digits, the same for the whole call. */
  readonly sessionId: string;
  /** `o=` version: one more for each description that differs from the one before. */
  readonly version: number;
}

/** The answer to `offer` with the audio of `session`; every other line is refused, in the same order. */
export function writeAnswer(offer: RemoteSdp, session: Negotiated | undefined, local: LocalEnd): string {
  const lines = [...sessionLines(local, offer.timing)];
  for (const [index, line] of offer.media.entries()) {
    if (session !== undefined && index === session.lineIndex) {
      const { ptimeMs, direction, remote, crypto, parameters = {}, nack = false } = session;
      lines.push(
        ...audioLines(
          line.protocol,
          {
            formats: answeredFormats(session),
            parameters,
            nack,
            ptimeMs,
            direction,
            rtcpMux: remote?.rtcpMux === true,
            crypto: crypto === undefined ? [] : [{ tag: crypto.tag, suite: crypto.suite, mki: crypto.ownMki }],
          },
          local,
        ),
      );
    } else lines.push(refusedMediaLine(line));
  }
  return writeLines(lines);
}

export function writeOffer(offer: OwnOffer, local: LocalEnd): string {
  const lines = [...sessionLines(local, '0 0')];
  for (const [index, line] of offer.lines.entries()) {
    if (index === offer.lineIndex) {
      lines.push(
        ...audioLines(
          line.protocol,
          {
            formats: offer.receives,
            parameters: undefined,
            nack: false,
            ptimeMs: OFFERED_PTIME_MS,
            direction: 'sendrecv',
            rtcpMux: false,
            crypto: offer.crypto.map((suite, at) => ({ tag: at + 1, suite, mki: undefined })),
          },
          local,
        ),
      );
    } else lines.push(refusedMediaLine(line));
  }
  return writeLines(lines);
}

function sessionLines(local: LocalEnd, timing: string): readonly string[] {
  return [...originLines(local), connectionLine(local.address), `t=${timing}`];
}

interface OwnAudio {
  readonly formats: readonly ReceivedFormat[];
  /** What the peer asks for of the codec; undefined in an offer. */
  readonly parameters: CodecParameters | undefined;
  readonly nack: boolean;
  readonly ptimeMs: number;
  readonly direction: Negotiated['direction'];
  readonly rtcpMux: boolean;
  readonly crypto: readonly { readonly tag: number; readonly suite: CryptoSuite; readonly mki: Uint8Array | undefined }[];
}

function audioLines(protocol: string, audio: OwnAudio, local: LocalEnd): readonly string[] {
  return [
    mediaLine({ kind: 'audio', port: local.port, protocol, formats: audio.formats.map(({ payloadType }) => payloadType) }),
    ...audio.crypto.map(({ tag, suite, mki }) => `a=${writeCryptoLine({ tag, suite, key: local.keys.inline(suite, mki) })}`),
    ...audio.formats.flatMap((format) => formatLinesOf(format, audio)),
    `a=ptime:${audio.ptimeMs}`,
    ...(audio.rtcpMux ? ['a=rtcp-mux'] : rtcpLines(local)),
    `a=${audio.direction}`,
  ];
}

function formatLinesOf({ payloadType, encoding, clockHz = 8000 }: ReceivedFormat, { parameters, nack }: OwnAudio): readonly string[] {
  if (encoding === 'telephone-event' || encoding === 'CN') return formatLines(payloadType, { name: encoding, clockHz, channels: 1 });
  const fmtp = CODECS[encoding].fmtp?.(parameters);
  return [
    ...formatLines(payloadType, { ...CODECS[encoding], name: encoding }),
    ...(fmtp === undefined ? [] : [`a=fmtp:${payloadType} ${fmtp}`]),
    ...(nack ? [`a=rtcp-fb:${payloadType} nack`] : []),
  ];
}

/** Needed only where RTCP is not at the next port; RFC 3605. */
function rtcpLines(local: LocalEnd): readonly string[] {
  return local.rtcpPort === local.port + 1 ? [] : [`a=rtcp:${local.rtcpPort}`];
}

const OFFERED_PTIME_MS = 20;
