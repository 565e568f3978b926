/**
 * What a dot behind `word` means when something follows that could begin a sentence. `may-end`: an abbreviation that is
 * the last word of a sentence now and then; `time`: likewise, but a day or a time zone may belong to it.
 */
export function dotAfter(word: string): 'ends' | 'never-ends' | 'before-number' | 'time' | 'may-end' {
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
