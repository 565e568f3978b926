import { wordsOf } from '../../text/words.ts';

/** What a caller says about the form itself instead of filling it in. Always the whole of what was said. */
export type Command = 'cancel' | 'restart' | 'back' | 'repeat' | 'needs' | 'help' | 'skip' | 'unknown';

export function commandIn(text: string): Command | undefined {
  const whole = commandOf(text);
  if (whole !== undefined) return whole;
  // "Never mind, cancel that."
  const [first, ...others] = text.split(/[,.;!?]+/).filter((part) => wordsOf(part).some((word) => !POLITE.has(word))).map(commandOf);
  return others.length > 0 && others.every((command) => command === first) ? first : undefined;
}

function commandOf(text: string): Command | undefined {
  const said = withoutPolite(wordsOf(text)).join(' ');
  if (said === '') return undefined;
  return COMMANDS.find(([, pattern]) => pattern.test(said))?.[0];
}

/**
 * A yes or a no, if the text says that and nothing else. Strict, because a yes acts: "yes but", "yes no" and "yes at
 * three" are neither.
 */
export function yesOrNo(text: string): 'yes' | 'no' | undefined {
  const words = wordsOf(text);
  if (words.length === 0 || words.length > LONGEST_ANSWER) return undefined;
  let rest = ` ${words.join(' ')} `;
  let yes = false;
  let no = false;
  for (const [phrase, means] of ANSWERS) {
    const before = rest;
    rest = rest.replaceAll(` ${phrase} `, '  ').replaceAll(` ${phrase} `, '  ');
    if (rest === before) continue;
    yes ||= means === 'yes';
    no ||= means === 'no';
  }
  if (rest.trim() !== '' || yes === no) return undefined;
  return yes ? 'yes' : 'no';
}

export interface Opened {
  /** What is left to be read; never empty. */
  readonly rest: string;
  /** It begins like the correction of something that was said before. */
  readonly corrects: boolean;
}

/** Takes off how people begin: "no, three people", "actually make it Tuesday", "yes but at four", "not Monday, Tuesday". */
export function openingOf(text: string): Opened {
  const opening = OPENING.exec(text)?.[0] ?? '';
  const after = text.slice(opening.length);
  const taken = after.trim() === '' ? '' : opening;
  const rest = text.slice(taken.length);
  const negated = NEGATED.exec(rest);
  const meant = negated === null ? rest : rest.slice(negated[0].length);
  return { rest: meant.trim() === '' ? rest : meant, corrects: CORRECTS.test(taken) || negated !== null };
}

/** "Seventeen people, no, two people": what was said before its correction, and what is meant; undefined where nothing is taken back. */
export function takenBack(text: string): { readonly before: string; readonly meant: string } | undefined {
  let last: RegExpExecArray | undefined;
  for (const found of text.matchAll(TAKEN_BACK)) last = found;
  if (last === undefined) return undefined;
  const before = text.slice(0, last.index);
  return wordsOf(before).length === 0 ? undefined : { before, meant: text.slice(last.index + last[0].length) };
}

/** From which place of a list something was chosen: 0 for "the first one", -1 for "the last". */
export function placeIn(text: string): number | undefined {
  const said = withoutPolite(wordsOf(text)).join(' ');
  const place = /^(?:i (?:will |would )?(?:take|want|mean|meant|prefer) |i'll take |let's take |give me )?(?:the )?(first|second|third|fourth|former|latter|last|earlier|later)(?: one| option)?$/.exec(said)?.[1];
  return place === undefined ? undefined : PLACES[place];
}

function withoutPolite(words: readonly string[]): readonly string[] {
  let from = 0;
  let to = words.length;
  while (from < to - 1 && POLITE.has(words[from] ?? '')) from++;
  while (to > from + 1 && POLITE.has(words[to - 1] ?? '')) to--;
  return words.slice(from, to);
}

const POLITE: ReadonlySet<string> = new Set(['please', 'okay', 'ok', 'oh', 'um', 'uh', 'er', 'well', 'thanks', 'sorry', 'actually', 'so', 'hey', 'just', 'hmm', 'then', 'ah']);

const COMMANDS: readonly (readonly [Command, RegExp])[] = [
  ['cancel', /^(no )?(never ?mind|forget (it|about it|that|about that|the whole thing)|leave it|let's (not|leave it|stop|forget it)|drop it|scrap (it|that)|abort|cancel( (it|that|this|everything|all|the (whole )?(thing|booking|form|order|reservation|request|message|call)|my (booking|order|reservation|request)))?|stop (the|this) (booking|form|order|reservation|thing|message)|i (don't|do not) (want|need) (to|it|that|this|the room|a room)( book( it| a room)?| any ?more| at all| now)*|i've changed my mind|i changed my mind)( please| thanks| thank you)?$/],
  ['restart', /^((can|could) (we|you|i) |let's |let us |i want to |i'd like to )?(start|begin)( all)? (again|over|anew|from (the )?(beginning|start|scratch|top))( again)?$|^from the (beginning|start|top)( again)?$|^start over$/],
  ['back', /^((can|could) (we|you|i) |let's |let us |i want to )?(go|take me|move|step) (one )?(step )?back( one| a step| one step)?( again)?$|^(back|previous|previous question|the previous (question|one)|undo( that)?|one step back)$/],
  ['needs', /^what (else )?(do|would|will) you (still |else )?(need|want|have to know|need to know|want to know|require)( from me| to know| to know from me| for (that|this|it))?$|^what (information|details) do you need( from me)?$|^what (else )?do i (have|need) to (tell|give|say)( you)?$/],
  ['repeat', /^(repeat( (it|that|this|the question|yourself|everything))?( again)?|again|once more|one more time|pardon( me)?|excuse me|come again|what|sorry what|what was that( again)?|what did you (say|ask)|what was the question( again)?|say (it|that)( one more time| once more)? ?again|say (it|that) one more time|(can|could|would|will) you (please )?(repeat|say)( (it|that|this|the question))?( please)?( again)?|i (didn't|did not|couldn't|could not) (hear|catch|get|understand)( (you|that|it|what you said))?)$/],
  ['help', /^(help( me)?|i need help|(can|could) you help me|what (can|could|should|shall|must|do) i (say|answer|choose|choose from|do)( (here|now|there))?|what are (my|the) (options|choices|possibilities)|(which|what) (options|choices|possibilities) (do i have|are there|do you have)|what do you mean( by that)?|what does that mean|(what|which) (are there|is there|do you have)|what is possible|how do you mean)$/],
  ['unknown', /^(i (don't|do not) know( (it|that|yet))?|i'm not sure( (yet|about that))?|i am not sure( yet)?|not sure( yet)?|no idea|i have no idea|dunno|i (can't|cannot) (say|tell)( you)?( yet)?|whatever|i (don't|do not) care|any|any of them|anything|you (choose|decide)|it (doesn't|does not) matter|i (don't|do not) mind)$/],
  ['skip', /^(skip( (it|that|this|this one|the question))?|next( question)?|none|nothing|no thank you|no thanks|no|nope|not needed|(that's |it's )?not necessary|i (don't|do not) have (one|any|that|it)|(leave|keep) (it|that) (out|empty|blank|open)|without|i('d| would) rather not( say)?|pass)$/],
];

/** Longest first, so that a phrase is not taken apart. */
const ANSWERS: readonly (readonly [string, 'yes' | 'no' | 'either'])[] = ([
  ...['yes', 'yeah', 'yep', 'yup', 'yea', 'sure', 'correct', 'right', 'exactly', 'absolutely', 'definitely', 'certainly', 'indeed', 'perfect', 'affirmative', 'okay', 'ok', 'fine', 'great', 'good',
    'of course', "that's right", 'that is right', "that's correct", 'that is correct', "that's fine", 'that is fine', "that's good", 'that is good', "that's perfect", "that's it", 'it is', 'i do', 'i did', 'i am',
    'go ahead', 'do it', 'do that', 'sounds good', 'sounds great', 'that sounds good', 'sounds right', 'that works', 'works for me', 'book it', 'please do', 'all right', 'alright', 'you got it', 'mhm', 'uh huh', 'by all means', 'go for it', "that's all right", 'confirmed', 'i confirm', 'confirm', 'all correct', "everything's right", 'everything is right', 'all good', 'looks good',
  ].map((phrase) => [phrase, 'yes'] as const),
  ...['no', 'nope', 'nah', 'wrong', 'incorrect', 'not really', 'not quite', 'not right', 'not correct', "that's wrong", 'that is wrong', "that's not right", 'that is not right', "that's not correct", 'that is not correct', "that isn't right", "it isn't", 'it is not', "it's not", "i don't", 'i do not', "i didn't", 'i did not', "don't", 'do not', 'not at all', 'negative', 'never', 'uh uh', 'no way', 'not yet', "that's incorrect", "don't do that", "don't do it", 'not okay', 'not good',
  ].map((phrase) => [phrase, 'no'] as const),
  ...['please', 'thanks', 'thank you', 'sir', "ma'am", 'madam', 'oh', 'um', 'uh', 'well', 'so', 'very much', 'just', 'really', 'now', 'hmm', 'then', 'sorry', 'ah'].map((phrase) => [phrase, 'either'] as const),
] satisfies (readonly [string, 'yes' | 'no' | 'either'])[]).toSorted(([a], [b]) => b.length - a.length);

const OPENING = /^(?:(?:no wait|no|nope|nah|sorry|actually|wait|hold on|oh|um|uh|er|well|okay|ok|so|hmm|i mean|i meant|i said|make (?:it|that)|change (?:it|that) to|let's make it|rather|better|instead|not quite|that's (?:wrong|not right|not correct)|that is (?:wrong|not right)|yes|yeah|yep|correct|right|but|and|please|can (?:you|we) (?:please )?make (?:it|that)|could (?:you|we) (?:please )?make (?:it|that)|it's|it is|it should be|it has to be|i'd like|i would like|i want)(?=[\s,.!?;-]|$)[\s,.!?;-]*)+/i;
const CORRECTS = /\b(?:no|nope|nah|sorry|actually|wait|mean|meant|make|change|rather|better|instead|not|wrong|but|should be|has to be|i said)\b/i;
/** After a pause: a plain no can be part of what is said. */
const TAKEN_BACK = /[,.;!?-]\s*(?:(?:oh|uh|um|no|nope|wait|sorry|actually|rather|or rather|i mean|i meant|i said|make (?:it|that)|scratch that|correction|it's)(?=[\s,.!;-])[\s,.!;-]*)+(?=\S)/gi;
/** "Not Monday, Tuesday", "not two but three". */
const NEGATED = /^not\s+(?:on\s+|at\s+|for\s+)?[^,.;]{1,40}?(?:[,.;]\s*(?:but\s+)?|\s+but\s+)(?=\S)/i;
const PLACES: Readonly<Record<string, number>> = { first: 0, former: 0, earlier: 0, second: 1, third: 2, fourth: 3, latter: -1, last: -1, later: -1 };
const LONGEST_ANSWER = 8;
