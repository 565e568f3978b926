export interface CandidateAddress {
  readonly address: string;
  readonly port: number;
}

/** The IPv4 address over UDP that an answer likes best; undefined where it names none. */
export function bestCandidate(sdp: string): CandidateAddress | undefined {
  let best: (CandidateAddress & { readonly priority: number }) | undefined;
  for (const [, priority = '', address = '', port = ''] of sdp.matchAll(CANDIDATE)) {
    if (best === undefined || Number(priority) > best.priority) best = { address, port: Number(port), priority: Number(priority) };
  }
  return best && { address: best.address, port: best.port };
}

/** The answer with one candidate only, so that everything goes that way. */
export function throughCandidate(sdp: string, { address, port }: CandidateAddress): string {
  const lines = sdp.split(/\r?\n/);
  const first = lines.findIndex((line) => line.startsWith('a=candidate:'));
  return lines
    .map((line, i) => (i === first ? `a=candidate:1 1 udp 2130706431 ${address} ${port} typ host` : line))
    .filter((line, i) => i === first || !line.startsWith('a=candidate:'))
    .join('\r\n');
}

/**
 * An offer as a browser posts it that does not wait for its candidates: the far side learns our address from our checks. It cannot go
 * around a lossy path then, nor check us before we have read its answer, over which
 * libdatachannel 0.24 stumbles ("Got a remote candidate without ICE transport").
 */
export function withoutCandidates(sdp: string): string {
  return sdp.replace(/^a=(candidate:.*|end-of-candidates)\r?\n/gm, '');
}

/** SRTP and SRTCP among what shares their port; RFC 7983. */
export function isMedia(bytes: Uint8Array): boolean {
  return (bytes[0] ?? 0) >= 128 && (bytes[0] ?? 0) <= 191;
}

const CANDIDATE = /^a=candidate:\S+ 1 udp (\d+) (\d+\.\d+\.\d+\.\d+) (\d+) typ/gim;
