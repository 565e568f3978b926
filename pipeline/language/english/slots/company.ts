import { phraseAt, phrases, textAt } from '../../../dialogue/slots/tokens.ts';
import type { Found } from '../../../dialogue/slots/reading.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';
import { cardinalAt } from './numbers.ts';

/** "Just me", "the two of us", "me and three others", "my wife, my son and me", "a party of five". */
export function companyAt(tokens: readonly Token[], index: number, people: readonly (readonly string[])[]): Found<number> | undefined {
  for (const [count, wordings] of FIXED) {
    const to = phraseAt(tokens, index, wordings);
    if (to !== undefined) return { values: [count], from: index, to, sure: true, confidence: 0.9 };
  }
  const list = listAt(tokens, textAt(tokens, index) === 'for' ? index + 1 : index, people);
  return ofUsAt(tokens, index) ?? partyAt(tokens, index) ?? (list && { ...list, from: index });
}

function ofUsAt(tokens: readonly Token[], index: number): Found<number> | undefined {
  const number = cardinalAt(tokens, textAt(tokens, index) === 'the' ? index + 1 : index);
  const to = number === undefined ? undefined : phraseAt(tokens, number.next, OF_US);
  return number === undefined || to === undefined ? undefined : { values: [number.value], from: index, to, sure: true };
}

/** "A party of five", "there will be six". */
function partyAt(tokens: readonly Token[], index: number): Found<number> | undefined {
  const lead = phraseAt(tokens, index, PARTIES);
  const number = lead === undefined ? undefined : cardinalAt(tokens, lead);
  if (number === undefined) return undefined;
  const isName = tokens[number.next]?.kind === 'word' && !ENDS.has(textAt(tokens, number.next));
  return isName || number.value === 0 ? undefined : { values: [number.value], from: index, to: number.next, sure: true, confidence: 0.9 };
}

interface Member {
  readonly count: number;
  readonly next: number;
  readonly who: 'caller' | 'theirs' | 'besides' | 'people';
}

/** People named one by one. Whether "my wife and two kids" come with the caller has to be asked. */
function listAt(tokens: readonly Token[], index: number, people: readonly (readonly string[])[]): Found<number> | undefined {
  const members: Member[] = [];
  let last = '';
  for (let at = index; ;) {
    const member = memberAt(tokens, at, people, members.some(({ who }) => who === 'caller') && last !== ',');
    if (member === undefined) break;
    members.push(member);
    const comma = textAt(tokens, member.next) === ',' ? 1 : 0;
    const link = textAt(tokens, member.next + comma);
    if (comma === 0 && !LINKS.has(link)) break;
    last = LINKS.has(link) ? link : ',';
    at = member.next + comma + (LINKS.has(link) ? 1 : 0);
  }
  const end = members.at(-1)?.next ?? index;
  const total = members.reduce((sum, { count }) => sum + count, 0);
  const isList = members.length > 1 && (members.length > 2 || textAt(tokens, members[0]?.next ?? index) !== ',');
  if (members.some(({ who }) => who === 'caller')) return isList ? { values: [total], from: index, to: end, sure: true, confidence: 0.8 } : undefined;
  const comeAlong = members.length > 1 ? members.some(({ who }) => who === 'theirs' || who === 'besides') : members[0]?.who === 'besides';
  return comeAlong ? { values: [total, total + 1], from: index, to: end, sure: members.length > 1 } : undefined;
}

function memberAt(tokens: readonly Token[], index: number, people: readonly (readonly string[])[], mayBeBare: boolean): Member | undefined {
  const text = textAt(tokens, index);
  if (CALLER.has(text)) return ASKS_FOR.has(textAt(tokens, index - 1)) ? undefined : { count: 1, next: index + 1, who: 'caller' };
  const another = phraseAt(tokens, index, ONE_MORE);
  if (another !== undefined) return { count: 1, next: another, who: 'people' };
  const owned = OWNED.has(text);
  const at = owned ? index + 1 : index;
  if ((owned || text === 'a') && RELATIVES.has(textAt(tokens, index + 1))) return { count: 1, next: index + 2, who: 'theirs' };
  if (owned && textAt(tokens, at) === 'parents') return { count: 2, next: at + 1, who: 'theirs' };
  const number = cardinalAt(tokens, at);
  if (number === undefined) return undefined;
  const noun = ADJECTIVES.has(textAt(tokens, number.next)) ? number.next + 1 : number.next;
  const others = phraseAt(tokens, noun, OTHERS);
  if (others !== undefined) return { count: number.value, next: others, who: 'besides' };
  const named = phraseAt(tokens, noun, people) ?? (RELATIVES.has(textAt(tokens, noun).replace(/s$/, '')) ? noun + 1 : undefined);
  if (named !== undefined) return { count: number.value, next: named, who: owned ? 'theirs' : 'people' };
  const isLast = tokens[number.next] === undefined || tokens[number.next]?.kind === 'mark' || ENDS.has(textAt(tokens, number.next));
  // "Six plus me".
  const beforeCaller = LINKS.has(textAt(tokens, number.next)) && CALLER.has(textAt(tokens, number.next + 1));
  return (mayBeBare && isLast) || beforeCaller ? { count: number.value, next: number.next, who: 'people' } : undefined;
}

const FIXED: readonly (readonly [count: number, wordings: readonly (readonly string[])[]])[] = [
  [1, phrases('just me', 'only me', 'just myself', 'only myself', 'by myself', 'on my own', 'me alone', 'just one', 'me myself')],
  [2, phrases('both of us', 'the both of us')],
];
const OF_US = phrases('of us', 'of them', 'of you');
const PARTIES = phrases('party of', 'a party of', 'group of', 'a group of', 'family of', 'a family of', 'team of', 'a team of', 'we are', "we're", 'we will be', "we'll be", 'there are', 'there will be', "there'll be", 'a table for', 'table for');
const CALLER: ReadonlySet<string> = new Set(['me', 'myself', 'i']);
/** "Call me and ..." */
const ASKS_FOR: ReadonlySet<string> = new Set(['give', 'tell', 'call', 'let', 'get', 'show', 'help', 'send', 'excuse', 'to', 'just', 'only', 'can', 'could', 'may', 'should', 'do', 'ask']);
const ONE_MORE = phrases('one other', 'one more', 'another', 'another one', 'another person', 'someone else', 'somebody else', 'one other person', 'one more person');
const OTHERS = phrases('others');
const OWNED: ReadonlySet<string> = new Set(['my', 'our', 'his', 'her']);
const RELATIVES: ReadonlySet<string> = new Set([
  'wife', 'husband', 'partner', 'girlfriend', 'boyfriend', 'fiancé', 'fiancée', 'fiance', 'fiancee', 'spouse', 'son', 'daughter', 'kid', 'child', 'baby', 'mother', 'father', 'mom', 'mum', 'dad',
  'brother', 'sister', 'friend', 'colleague', 'boss', 'mate', 'assistant', 'client', 'guest', 'grandmother', 'grandfather', 'nephew', 'niece', 'cousin', 'uncle', 'aunt', 'coworker',
]);
const LINKS: ReadonlySet<string> = new Set(['and', 'plus', 'with', '&']);
const ADJECTIVES: ReadonlySet<string> = new Set(['other', 'more', 'different', 'adult', 'young', 'small', 'little', 'big']);
/** After a bare number, these name nothing that it counts. */
const ENDS: ReadonlySet<string> = new Set(['please', 'thanks', 'in', 'on', 'at', 'for', 'of', 'altogether', 'total', 'this', 'tomorrow', 'today', 'tonight', 'with', 'and', 'or', 'to', 'then']);
