/**
 * What browsers leave out of their offers although they can do it: `nack` for audio (RFC 4585; a lost packet is asked for
 * again) and, for Opus, in-band FEC and DTX (RFC 7587 section 6.1). Anything unexpected is left as it was.
 */
export function prepareOffer(sdp: string): string {
  const lines = sdp.split(/\r\n|\n/);
  const opus = payloadTypeOfOpus(lines);
  if (opus === undefined) return sdp;
  const fmtp = `a=fmtp:${opus} `;
  const nack = `a=rtcp-fb:${opus} nack`;
  const additions: string[] = [];
  if (!lines.includes(nack)) additions.push(nack);
  if (!lines.some((line) => line.startsWith(fmtp))) additions.push(`${fmtp}minptime=10;useinbandfec=1;usedtx=1`);
  return lines
    .flatMap((line) => {
      if (line.startsWith(fmtp)) return [`${fmtp}${withParameters(line.slice(fmtp.length))}`];
      return line.startsWith(`a=rtpmap:${opus} `) ? [line, ...additions] : [line];
    })
    .join('\r\n');
}

function payloadTypeOfOpus(lines: readonly string[]): string | undefined {
  for (const line of lines) {
    const found = /^a=rtpmap:(\d{1,3}) opus\/48000\/2$/i.exec(line);
    if (found !== null) return found[1];
  }
  return undefined;
}

function withParameters(parameters: string): string {
  const wanted = new Map([
    ['useinbandfec', '1'],
    ['usedtx', '1'],
  ]);
  const kept = parameters
    .split(';')
    .map((one) => one.trim())
    .filter((one) => one !== '' && !wanted.has(one.split('=')[0] ?? ''));
  return [...kept, ...[...wanted].map(([name, value]) => `${name}=${value}`)].join(';');
}
