/** Session descriptions (SDP, RFC 8866): what both kinds of signalling read and write in the same way. What to accept is their own affair. */
export { readCandidate, type Candidate } from './candidate.ts';
export { readCodecs, readMs, type OfferedCodec } from './rtp-attributes.ts';
export { all, excerpt, has, one, splitSdp, type Attribute, type SdpFault, type SdpText, type Section } from './text.ts';
export {
  isLite,
  readCandidates,
  readCredentials,
  readTransport,
  type Fingerprint,
  type IceCredentials,
  type OfferedTransport,
} from './transport-attributes.ts';
