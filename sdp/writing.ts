import type { Encoding } from './encoding.ts';

/** Where the origin of a description is; RFC 8866 section 5.2. */
export interface Origin {
  /** Up to 19 digits, the same for the whole call. */
  readonly sessionId: string;
  /** One more for each description that differs from the one before. */
  readonly version: number;
  readonly address: string;
}

/** The text of a description or of a fragment. A line that holds a line end would be two: that is a defect of whoever wrote it. */
export function writeLines(lines: readonly string[]): string {
  const broken = lines.find((line) => /[\r\n\0]/.test(line));
  if (broken !== undefined) throw new Error(`a line of a session description holds a line end: ${JSON.stringify(broken)}`);
  return `${lines.join('\r\n')}\r\n`;
}

export function originLines({ sessionId, version, address }: Origin): readonly string[] {
  return ['v=0', `o=parley ${sessionId} ${version} ${networkAddress(address)}`, 's=-'];
}

export function connectionLine(address: string): string {
  return `c=${networkAddress(address)}`;
}

export function mediaLine(line: { kind: string; port: number; protocol: string; formats: readonly (string | number)[] }): string {
  return `m=${line.kind} ${line.port} ${line.protocol} ${line.formats.join(' ')}`;
}

/** The line of a medium that is not taken, in its place; RFC 3264 section 6. */
export function refusedMediaLine(line: { kind: string; protocol: string; formats: readonly string[] }): string {
  return mediaLine({ ...line, port: 0 });
}

/** `name` as its registration writes it: `PCMU`, `opus`, `telephone-event`. Keys 0 to 9, *, #, A to D: RFC 4733 section 2.3. */
export function formatLines(payloadType: number, { name, clockHz, channels }: Encoding): readonly string[] {
  const rtpmap = `a=rtpmap:${payloadType} ${name}/${clockHz}${channels === 1 ? '' : `/${channels}`}`;
  return name.toLowerCase() === 'telephone-event' ? [rtpmap, `a=fmtp:${payloadType} 0-15`] : [rtpmap];
}

function networkAddress(address: string): string {
  return `IN IP${address.includes(':') ? 6 : 4} ${address}`;
}
