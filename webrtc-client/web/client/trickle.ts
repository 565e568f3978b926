/** One side of an ICE session: what the other must know to check it. */
export interface IceCredentials {
  readonly ufrag: string;
  readonly pwd: string;
}

export interface LocalIce extends IceCredentials {
  readonly mid: string;
  /** As the offer has it, such as `m=audio 9 UDP/TLS/RTP/SAVPF 111`. */
  readonly mediaLine: string;
}

/** The first section of our own description: all others are bundled with it. Undefined when there is none. */
export function localIce(sdp: string): LocalIce | undefined {
  const lines = sdp.split(/\r?\n/);
  const start = lines.findIndex((line) => line.startsWith('m='));
  const mediaLine = lines[start];
  if (mediaLine === undefined) return undefined;
  const end = lines.findIndex((line, index) => index > start && line.startsWith('m='));
  const section = lines.slice(start, end < 0 ? undefined : end);
  const find = (name: string): string | undefined => valueOf(section, name) ?? valueOf(lines.slice(0, start), name);
  const ufrag = find('ice-ufrag');
  const pwd = find('ice-pwd');
  if (ufrag === undefined || pwd === undefined) return undefined;
  return { ufrag, pwd, mid: find('mid') ?? '0', mediaLine };
}

/** An SDP fragment with candidates; RFC 8840 section 9 and RFC 9725 section 4.3. `candidates` begin with `candidate:`. */
export function trickleFragment(ice: LocalIce, candidates: readonly string[], isLast: boolean): string {
  return [
    `a=ice-ufrag:${ice.ufrag}`,
    `a=ice-pwd:${ice.pwd}`,
    ice.mediaLine,
    `a=mid:${ice.mid}`,
    ...candidates.map((candidate) => `a=${candidate}`),
    ...(isLast ? ['a=end-of-candidates'] : []),
    '',
  ].join('\r\n');
}

/**
 * The server's earlier answer with the ICE session of `fragment`, its answer to a restart: new credentials and candidates, all
 * else as it was (RFC 9725 section 4.3.2). Undefined when the fragment names no credentials.
 */
export function restartedAnswer(answerSdp: string, fragment: string): string | undefined {
  const given = fragment.split(/\r?\n/);
  const ufrag = valueOf(given, 'ice-ufrag');
  const pwd = valueOf(given, 'ice-pwd');
  if (ufrag === undefined || pwd === undefined) return undefined;
  const candidates = given.filter((line) => /^a=(candidate:|end-of-candidates)/.test(line));
  const answer = answerSdp.split(/\r?\n/).filter((line) => !/^a=(candidate:|end-of-candidates)/.test(line));
  const replaced = answer.map((line) => {
    if (line.startsWith('a=ice-ufrag:')) return `a=ice-ufrag:${ufrag}`;
    return line.startsWith('a=ice-pwd:') ? `a=ice-pwd:${pwd}` : line;
  });
  const second = replaced.findIndex((line, index) => line.startsWith('m=') && index > replaced.findIndex((one) => one.startsWith('m=')));
  const end = second >= 0 ? second : replaced.at(-1) === '' ? replaced.length - 1 : replaced.length;
  return replaced.toSpliced(end, 0, ...candidates).join('\r\n');
}

function valueOf(lines: readonly string[], name: string): string | undefined {
  const line = lines.find((one) => one.startsWith(`a=${name}:`));
  const value = line?.slice(name.length + 3).trim();
  return value === '' ? undefined : value;
}
