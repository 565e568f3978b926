import type { BreakWords } from '../../speech-language.ts';

export const breaks: BreakWords = {
  dotAfter,
  // Some months as German has them, whose ordinals are written with a dot.
  month: /^(?:Jan|Feb|M[aä]r|Apr|Ma[iy]|Jun|Jul|Aug|Sep|O[ck]t|Nov|De[cz])/,
  belongsToTime:
    /^(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|[ECMP][SD]?T\b|GMT|UTC|CET)/,
  sentenceOpeners:
    /^["'“‘(]*(?:I|I['’](?:m|ll|ve|d)|It|It['’]s|We|We['’](?:re|ll|ve)|You|You['’](?:re|ll)|They|He|She|The|This|That|These|Those|There|Here|Our|Your|My|If|When|While|Is|Are|Do|Does|Did|Can|Could|Would|Will|Should|Have|Has|May|Please|Yes|No|Not|Thank|Thanks|Sorry|And|But|Or|So|Then|Also|After|Before|For|On|At|In|From|To|With|What|Where|Who|Why|How|Which|Just|Let|A|An|All|Any|Each|Every|Some|Anything|Would)[,.!?]?$/,
  innerCapital: /^I\b/,
};

function dotAfter(word: string): ReturnType<BreakWords['dotAfter']> {
  const lower = word.toLowerCase();
  const capital = /^\p{Lu}/u.test(word);
  if (ALWAYS_GOES_ON.has(lower) || (capital && TITLES.has(lower))) return 'never-ends';
  if (BEFORE_NUMBER.has(lower)) return 'before-number';
  if (lower === 'a.m' || lower === 'p.m') return 'time';
  if (capital && MAY_END.has(lower)) return 'may-end';
  return /^(?:\p{L}\.)+\p{L}$/u.test(word) ? 'may-end' : 'ends';
}

function set(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/));
}

/** Something always follows these, however they are written. */
const ALWAYS_GOES_ON = set('mr mrs ms mx dr prof vs cf e.g i.e viz approx ca mme mlle z.b d.h bzw ggf');
/** Lower-case, these are words or parts of them. */
const TITLES = set('rev hon gen gov sen rep capt lt col sgt cmdr cpl maj adm supt msgr mt ft fr hr sr.a sra fig vol nr');
/** Words or units themselves, so only before a number. */
const BEFORE_NUMBER = set('no nos p pp ch sec art op ext tel apt ste rm');
/** Written with a capital. "St." is a saint's or a street's. */
const MAY_END = set(`st jr sr inc ltd corp co bros ave blvd rd ln hwy pkwy bldg dept univ govt ph.d
  jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun`);
