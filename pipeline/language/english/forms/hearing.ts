import { shapeOf } from '../turns/completeness.ts';
import { wordsOf } from '../../../text/words.ts';
import type { FormHearing } from '../../form-language.ts';

export const hears: FormHearing = {
  polite: new Set([
    'please',
    'okay',
    'ok',
    'oh',
    'um',
    'uh',
    'er',
    'well',
    'thanks',
    'sorry',
    'actually',
    'so',
    'hey',
    'just',
    'hmm',
    'then',
    'ah',
  ]),
  // "For two hours" is no "four", "to" no "two".
  little: new Set(
    'a an and at for from in it its of on or that the there this to too us we with will be is are please ate won so then i want need would like book morning afternoon evening night'.split(
      ' ',
    ),
  ),
  partsOfDay: /morning|afternoon|evening|night/gi,
  articles: new Set(['the', 'your']),
  slotNames: {
    date: ['date', 'day'],
    time: ['time', 'hour'],
    duration: ['duration', 'length', 'how long'],
    count: ['people', 'number of people', 'persons'],
    phone: ['phone number', 'telephone number', 'number', 'phone', 'telephone'],
    name: ['name'],
    email: ['email', 'e mail', 'mail address', 'email address'],
    money: ['amount', 'price'],
  },
  isNothing: (words) => NOTHING.test(words.join(' ')),
  asksWhatIsNeeded: (words) => NEEDS.test(words.join(' ')),
  choicesAskedFor: (words) => {
    const asked = CHOICES.exec(words.join(' '))?.[1]?.trim();
    return asked === undefined || asked === '' ? undefined : [asked, asked.replace(/s$/, '')];
  },
  placeIn: (words) => {
    const place = PLACE.exec(words.join(' '))?.[1];
    return place === undefined ? undefined : PLACES[place];
  },
  findTakenBack: (text) => {
    let last: RegExpExecArray | undefined;
    for (const pattern of [TAKEN_BACK, TAKEN_BACK_UNMARKED])
      for (const found of text.matchAll(pattern)) if (found.index >= (last?.index ?? 0)) last = found;
    return last === undefined ? undefined : { from: last.index, to: last.index + last[0].length };
  },
  findUntil: (text) => {
    const found = /\b(?:until|till|til|up to)\s+(.+)$/i.exec(text);
    return found === null ? undefined : { from: found.index, moment: found[1] ?? '' };
  },
  asksSomething: (text) => {
    const words = wordsOf(text);
    return words.length >= 3 && shapeOf(text).kind === 'question' && ASKING.test(words.join(' '));
  },
  wantsAPerson: (text) => WANTS_A_PERSON.test(text),
};

const NOTHING = /^(?:no|nope|nothing|none|no thank you|no thanks|not needed|without)$/;
const NEEDS = /\b(?:do you (?:still |else )?(?:need|want)|information|details|missing|have to (?:say|tell))\b/;
const CHOICES =
  /^(?:what|which) (?:kind of |sort of |other )?((?:\w+ ){0,3}?)(?:do you have|have you got|are there|are (?:possible|available|free|left)|is (?:possible|available|free)|do you offer|can i (?:choose|have|get|book))(?: available| free| left)?$/;
const PLACE =
  /^(?:i (?:will |would )?(?:take|want|mean|meant|prefer) |i'll take |let's take |give me )?(?:the )?(first|second|third|fourth|former|latter|last|earlier|later)(?: one| option)?$/;
const PLACES: Readonly<Record<string, number>> = {
  first: 0,
  former: 0,
  earlier: 0,
  second: 1,
  third: 2,
  fourth: 3,
  latter: -1,
  last: -1,
  later: -1,
};
/** After a pause: a plain no can be part of what is said. */
const TAKEN_BACK =
  /[,.;!?-]\s*(?:(?:oh|uh|um|no|nope|wait|sorry|actually|rather|or rather|i mean|i meant|i said|make (?:it|that)|scratch that|correction|it's)(?=[\s,.!;-])[\s,.!;-]*)+(?=\S)/gi;
/** "6 people know 14 people" is "six people, no, fourteen people" as recognition writes it. */
const TAKEN_BACK_UNMARKED =
  /(?<=\b(?:people|persons|hours?|minutes|o'clock|[ap]\.?m\.?))\s+(?:know|no)\s+(?=\d|[a-z-]+ (?:people|persons|hours?|minutes|o'clock)\b)/gi;
const ASKING =
  /^(?:(?:and|but|so|oh|wait|sorry|um|uh|okay|well|before that|first|by the way|excuse me) )*(?:what|what's|when|when's|where|where's|who|who's|why|how|how's|which|is|are|do|does|did|can|could|will|would|should|have|has|am|was)\b/;
const WANTS_A_PERSON =
  /\b(?:talk|speak|connect|transfer|through|get)\b.*\b(?:person|human|human being|somebody|someone|manager|agent|operator|colleague|representative)\b/i;
