import { connectionLine, formatLines, mediaLine, originLines, refusedMediaLine, writeLines } from '#sdp';
import type { ReceivedFormat } from '#media';
import { answeredFormats } from './own-offer.ts';
import type { OwnOffer } from './own-offer.ts';
import type { Negotiated } from './negotiated.ts';
import type { RemoteSdp } from './remote-sdp.ts';

/** Where our own side of a session is. */
export interface LocalEnd {
  readonly address: string;
  readonly port: number;
  readonly rtcpPort: number;
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
      const { ptimeMs, direction, remote } = session;
      lines.push(
        ...audioLines(line.protocol, { formats: answeredFormats(session), ptimeMs, direction, rtcpMux: remote?.rtcpMux === true }, local),
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
        ...audioLines(line.protocol, { formats: offer.receives, ptimeMs: OFFERED_PTIME_MS, direction: 'sendrecv', rtcpMux: false }, local),
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
  readonly ptimeMs: number;
  readonly direction: Negotiated['direction'];
  readonly rtcpMux: boolean;
}

function audioLines(protocol: string, audio: OwnAudio, local: LocalEnd): readonly string[] {
  return [
    mediaLine({ kind: 'audio', port: local.port, protocol, formats: audio.formats.map(({ payloadType }) => payloadType) }),
    ...audio.formats.flatMap(({ payloadType, encoding }) => formatLines(payloadType, { name: encoding, clockHz: 8000, channels: 1 })),
    `a=ptime:${audio.ptimeMs}`,
    ...(audio.rtcpMux ? ['a=rtcp-mux'] : rtcpLines(local)),
    `a=${audio.direction}`,
  ];
}

/** Needed only where RTCP is not at the next port; RFC 3605. */
function rtcpLines(local: LocalEnd): readonly string[] {
  return local.rtcpPort === local.port + 1 ? [] : [`a=rtcp:${local.rtcpPort}`];
}

const OFFERED_PTIME_MS = 20;
