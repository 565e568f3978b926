import { CODECS, type PeerAnswer } from '#media';
import type { Agreement } from './agreement.ts';
import { connectionLine, formatLines, mediaLine, originLines, readCandidate, refusedMediaLine, writeLines } from '#sdp';
import type { BrowserOffer, OfferedMedia } from './offer.ts';

export interface AnswerEnd {
  /** What the media transport answers with. */
  readonly peer: PeerAnswer;
  /** `o=` session id, 1 to 19 digits. */
  readonly sessionId: string;
}

/** The answer to `offer`: audio, the data channel where it was offered, and every other media line refused in its place. RFC 9429, RFC 9143. */
export function writeAnswer(offer: BrowserOffer, agreement: Agreement, end: AnswerEnd): string {
  const lines = [
    ...originLines({ sessionId: end.sessionId, version: 1, address: '127.0.0.1' }),
    't=0 0',
    ...(agreement.bundle.length === 0 ? [] : [`a=group:BUNDLE ${agreement.bundle.join(' ')}`]),
    ...(end.peer.iceLite ? ['a=ice-lite'] : []),
    'a=msid-semantic: WMS *',
    ...offer.media.flatMap((media, index) => mediaLines(media, index, agreement, end)),
  ];
  return writeLines(lines);
}

/** `a=candidate:...` for candidates as the contract of the transport writes them. */
export function candidateLines(candidates: readonly string[]): readonly string[] {
  return candidates.map((candidate) => `a=${candidate.startsWith('candidate:') ? '' : 'candidate:'}${candidate}`);
}

function mediaLines(media: OfferedMedia, index: number, agreement: Agreement, end: AnswerEnd): readonly string[] {
  if (index === agreement.audioIndex) return audioLines(media, agreement, end);
  if (index === agreement.dataIndex) return dataLines(media, agreement, end);
  return [refusedMediaLine(media), connectionLine('0.0.0.0'), ...midLines(media), 'a=inactive'];
}

function audioLines(media: OfferedMedia, agreement: Agreement, end: AnswerEnd): readonly string[] {
  const { audio } = agreement;
  const { payloadType, telephoneEventPayloadType, telephoneEventClockHz = 8000, comfortNoisePayloadType } = audio;
  const formats = [payloadType, comfortNoisePayloadType, telephoneEventPayloadType].filter((format) => format !== undefined);
  const where = defaultDestination(end.peer);
  return [
    mediaLine({ kind: 'audio', port: where.port, protocol: media.protocol, formats }),
    connectionLine(where.address),
    ...midLines(media),
    ...transportLines(media, agreement, end),
    'a=rtcp-mux',
    `a=${audio.direction}`,
    'a=msid:parley bot',
    ...codecLines(audio),
    ...(comfortNoisePayloadType === undefined ? [] : formatLines(comfortNoisePayloadType, { name: 'CN', clockHz: 8000, channels: 1 })),
    ...(telephoneEventPayloadType === undefined
      ? []
      : formatLines(telephoneEventPayloadType, { name: 'telephone-event', clockHz: telephoneEventClockHz, channels: 1 })),
    `a=ptime:${audio.ptimeMs}`,
    'a=maxptime:60',
  ];
}

function codecLines({ codec, payloadType, parameters = {}, nack }: Agreement['audio']): readonly string[] {
  const fmtp = CODECS[codec].fmtp?.(parameters);
  return [
    ...formatLines(payloadType, { ...CODECS[codec], name: codec }),
    ...(fmtp === undefined ? [] : [`a=fmtp:${payloadType} ${fmtp}`]),
    ...(nack === true ? [`a=rtcp-fb:${payloadType} nack`] : []),
  ];
}

function dataLines(media: OfferedMedia, agreement: Agreement, end: AnswerEnd): readonly string[] {
  const where = defaultDestination(end.peer);
  const isNew = media.formats.includes('webrtc-datachannel');
  return [
    mediaLine({ kind: 'application', port: where.port, protocol: media.protocol, formats: media.formats }),
    connectionLine(where.address),
    ...midLines(media),
    ...transportLines(media, agreement, end),
    isNew ? `a=sctp-port:${SCTP_PORT}` : `a=sctpmap:${media.formats[0] ?? SCTP_PORT} webrtc-datachannel 1024`,
    `a=max-message-size:${MAX_SCTP_MESSAGE}`,
  ];
}

/** Candidates stand in the tagged media description only; credentials in each, as browsers write them. */
function transportLines(media: OfferedMedia, agreement: Agreement, { peer }: AnswerEnd): readonly string[] {
  const isTagged = agreement.bundle.length === 0 || media.mid === agreement.bundle[0];
  return [
    `a=ice-ufrag:${peer.ice.usernameFragment}`,
    `a=ice-pwd:${peer.ice.password}`,
    'a=ice-options:trickle ice2',
    ...(isTagged ? [...candidateLines(peer.ice.candidates), 'a=end-of-candidates'] : []),
    `a=fingerprint:${peer.fingerprint.algorithm} ${peer.fingerprint.value}`,
    `a=setup:${agreement.localSetup}`,
  ];
}

function midLines(media: OfferedMedia): readonly string[] {
  return media.mid === undefined ? [] : [`a=mid:${media.mid}`];
}

/** Where somebody without ICE would send to: RFC 8839 section 4.2.1.2. Nobody does. */
function defaultDestination({ ice }: PeerAnswer): { readonly address: string; readonly port: number } {
  const candidates = ice.candidates.flatMap((text) => readCandidate(text) ?? []).filter(({ transport }) => transport === 'udp');
  const best = candidates.find(({ address }) => !address.includes(':')) ?? candidates[0];
  return best === undefined ? { address: '0.0.0.0', port: DISCARD_PORT } : { address: best.address, port: best.port };
}

const DISCARD_PORT = 9;
const SCTP_PORT = 5000;
/** More than any message of `signalling.ts`. */
const MAX_SCTP_MESSAGE = 65_536;
