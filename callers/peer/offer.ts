export type PeerCodec = 'opus' | 'PCMU';

export const OPUS_PAYLOAD_TYPE = 111;
export const PCMU_PAYLOAD_TYPE = 0;

export function payloadTypeOf(codec: PeerCodec): number {
  return codec === 'opus' ? OPUS_PAYLOAD_TYPE : PCMU_PAYLOAD_TYPE;
}

export function clockHzOf(codec: PeerCodec): number {
  return codec === 'opus' ? 48_000 : 8000;
}

/** The library writes no feedback lines for audio; a browser offers NACK, so this caller does. */
export function withNack(sdp: string, payloadType: number): string {
  return sdp.replace(new RegExp(`^(a=rtpmap:${payloadType} [^\\r\\n]*)(\\r?\\n)`, 'm'), `$1$2a=rtcp-fb:${payloadType} nack$2`);
}

/** The codec that the answer's audio takes first; undefined where it refused the audio. */
export function answeredPayloadType(sdp: string): number | undefined {
  const found = /^m=audio (\d+) \S+ (\d+)/m.exec(sdp);
  return found && found[1] !== '0' ? Number(found[2]) : undefined;
}

/** Whether lost packets may be asked for again. */
export function answersNack(sdp: string): boolean {
  return /^a=rtcp-fb:(?:\d+|\*) nack\s*$/m.test(sdp);
}
