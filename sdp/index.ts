/** Session descriptions (SDP, RFC 8866): what both kinds of signalling read and write in the same way. What to accept is their own affair. */
export { readCandidate } from './candidate.ts';
export { readCryptoLines, writeCryptoLine, type CryptoKey, type CryptoLine } from './crypto-attributes.ts';
export type { Encoding } from './encoding.ts';
export { excerpt, lenient, strict } from './faults.ts';
export { isPort, readMediaLine, type MediaLine } from './media-line.ts';
export {
  hasRtcpMux,
  readCodecs,
  readDirection,
  readEncodings,
  readFeedback,
  readMs,
  readParameters,
  readRtcpPort,
  type Direction,
  type OfferedCodec,
} from './rtp-attributes.ts';
export { readConnection, readTiming } from './session-lines.ts';
export { has, one, splitDescription, splitSdp, type SdpLimits, type SdpText, type Section } from './text.ts';
export {
  isLite,
  readCandidates,
  readCredentials,
  readTransport,
  type IceCredentials,
  type OfferedTransport,
} from './transport-attributes.ts';
export { connectionLine, formatLines, mediaLine, originLines, refusedMediaLine, writeLines } from './writing.ts';
