/**
 * Abbreviations that the front end reads letter by letter or takes for the end of a sentence, because it cuts text into
 * sentences before it expands them.
 */
export function sayAbbreviations(text: string): string {
  const said = ABBREVIATIONS.reduce((before, [pattern, words]) => before.replace(pattern, words), text);
  return (
    said
      .replace(
        /\b(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\. (?=\d)/g,
        (_whole, short: string) => `${MONTHS[short.slice(0, 3)] ?? short} `,
      )
      // The front end ends a sentence at a dot before a capital.
      .replace(
        /\b([apAP])\.[mM]\. (?=(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b)/gu,
        (_whole, half: string) => `${half.toUpperCase()}M `,
      )
      // It takes the beginning of such a name for a Roman numeral ("Queen the zeroth Victoria"), but not after lower case.
      .replace(/\b(?:King|Queen|Pope)(?= [IVXLCDM]\p{Ll})/gu, (title) => title.toLowerCase())
  );
}

const ABBREVIATIONS: readonly (readonly [RegExp, string])[] = [
  [/\be\.\s?g\.,?(?=\s)/gi, 'for example'],
  [/\bi\.\s?e\.,?(?=\s)/gi, 'that is'],
  [/\b(?:ca|approx)\.(?=\s)/gi, 'about'],
  [/\bvs\.?(?=\s)/gi, 'versus'],
  [/\betc\.?(?=,|\s\p{Ll})/gu, 'et cetera'],
  [/\bNos?\.\s?(?=\d)/gi, 'number '],
  [/\b(?:Tel|Ph)\.:?\s/g, 'telephone '],
  [/\bExt\.\s?(?=\d)/gi, 'extension '],
  [/\bRm\.\s?(?=\d)/gi, 'room '],
  [/\bFl\.\s?(?=\d)/g, 'floor '],
  [/\bApt\.\s?(?=\d)/gi, 'apartment '],
  [/\bSte\.\s?(?=\d)/g, 'suite '],
  [/\bpp?\.\s?(?=\d)/g, 'page '],
  [/\bU\.S\.A?\.?(?=\s|,)/g, 'US'],
  [/\bU\.K\.?(?=\s|,)/g, 'UK'],
  [/\b(?:A\/C|a\/c)\b/g, 'AC'],
  [/\b(?:N\/A|n\/a)\b/g, 'not available'],
  [/\bw\/o\b/g, 'without'],
  [/\bw\/\s?(?=\w)/g, 'with '],
  [/\bb\/w\b/g, 'between'],
  [/\bp\.\s?p\.(?=\s|,|$)/g, 'per person'],
  [/\bincl\.(?=\s)/gi, 'including'],
  [/\bexcl\.(?=\s)/gi, 'excluding'],
  [/\bmax\.(?=\s)/gi, 'at most'],
  [/\bmin\.(?=\s\d)/gi, 'at least'],
];

const MONTHS: Readonly<Record<string, string>> = {
  Jan: 'January',
  Feb: 'February',
  Mar: 'March',
  Apr: 'April',
  Jun: 'June',
  Jul: 'July',
  Aug: 'August',
  Sep: 'September',
  Oct: 'October',
  Nov: 'November',
  Dec: 'December',
};
