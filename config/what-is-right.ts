import type * as z from 'zod';
import { unreachable } from '#domain/assert';

type Issue = z.core.$ZodIssue;

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a section with keys below it',
  record: 'a section with keys below it',
};
const FORMAT_WORDS: Readonly<Record<string, string>> = {
  ipv4: 'an IPv4 address such as 192.0.2.7',
  ipv6: 'an IPv6 address such as 2001:db8::7',
  url: 'an address with its scheme, such as http://127.0.0.1:8000',
};

/** What would be right, in words: `must be at least 1`, `must be one of udp, tcp`. */
export function whatIsRight(issues: readonly Issue[]): string {
  const said = [...new Set(issues.map((issue) => `${inList(issue)}${sayOne(issue)}`))];
  return said.join('; ');
}

/** Lists are one value, so a fault inside one names the place. */
function inList(issue: Issue): string {
  const index = issue.path.find((part) => typeof part === 'number');
  return index === undefined ? '' : `entry ${index + 1} `;
}

function sayOne(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPE_WORDS[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return `must ${size(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${size(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`;
    case 'invalid_value':
      return issue.values.length === 1 ? `must be ${String(issue.values[0])}` : `must be one of ${issue.values.map(String).join(', ')}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_union':
      // Without branches nothing was tried: the key that tells them apart has no such value.
      return issue.errors.length === 0 ? oneOfQuoted(issue.message) : issue.errors.map((branch) => whatIsRight(branch)).join(', or ');
    case 'invalid_key':
    case 'invalid_element':
      return whatIsRight(issue.issues);
    case 'invalid_format':
      return isOwnWording(issue.message)
        ? asDemand(issue.message)
        : `must be ${FORMAT_WORDS[issue.format] ?? `written as ${issue.pattern ?? issue.format}`}`;
    case 'unrecognized_keys':
    case 'custom':
      return asDemand(issue.message);
    default:
      return unreachable(issue);
  }
}

function size(origin: string, relation: string, bound: number | bigint): string {
  if (origin === 'string') return `have ${relation} ${bound} characters`;
  if (origin === 'array' || origin === 'set') return `have ${relation} ${bound} entries`;
  return `be ${relation} ${bound}`;
}

function isOwnWording(message: string): boolean {
  return !message.startsWith('Invalid');
}

/** The names that the library has in its message, which it gives nowhere else: "Expected 'http' | 'module'". */
function oneOfQuoted(message: string): string {
  const names = [...message.matchAll(/'([^']+)'/g)].map(([, name]) => name);
  return names.length === 0 ? asDemand(message) : `must be one of ${names.join(', ')}`;
}

/** Our own messages are demands, sentences of their own, or say what would be right: "a header name". */
function asDemand(message: string): string {
  if (/^(?:must|needs|is|has)\b/.test(message)) return message;
  const isSentence = !/^(?:an?\b|one of\b|text\b|')/.test(message) && /\b(?:is|are|has|must|cannot|needs)\b/.test(message);
  return isSentence ? message : `must be ${message}`;
}
