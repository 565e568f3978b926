import type { Section } from './text.ts';

/** The host of the first `c=` (RFC 8866 section 5.7), an address or a name; '' where it cannot be read, undefined where there is none. */
export function readConnection(section: Section): string | undefined {
  const connection = section.others.find(({ type }) => type === 'c');
  if (connection === undefined) return undefined;
  return /^IN\s+IP[46]\s+([^\s/]+)/i.exec(connection.value)?.[1] ?? '';
}

/** The first `t=` that is one (section 5.9), to be repeated in an answer; RFC 3264 section 6. */
export function readTiming(session: Section): string {
  return session.others.find(({ type, value }) => type === 't' && /^\d{1,20} \d{1,20}$/.test(value))?.value ?? '0 0';
}
