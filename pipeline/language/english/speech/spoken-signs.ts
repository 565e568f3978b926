/** Signs that the front end leaves out or takes for something else: degrees, minus, fractions in one glyph, comparisons. */
export function saySigns(text: string): string {
  return (
    text
      .replace(/[℃℉]/g, (sign) => (sign === '℃' ? '°C' : '°F'))
      .replace(
        /(\d)\s*°\s*([CF])(?!\p{L})/gu,
        (_whole, digit: string, scale: string) => `${digit} degrees ${scale === 'C' ? 'Celsius' : 'Fahrenheit'}`,
      )
      .replace(/(\d)\s?°(?=\s?[NSEW]\b|[^\p{L}\d]|$)/gu, '$1 degrees')
      .replace(/(?<![\d.,])1 degrees/g, '1 degree')
      .replace(
        /(?<!\d)(\d{1,6})\s?([½¼¾⅓⅔⅛⅜⅝⅞⅕])/g,
        (_whole, count: string, glyph: string) => `${count} and ${AFTER_COUNT[glyph] ?? ALONE[glyph] ?? glyph}`,
      )
      .replace(/[½¼¾⅓⅔⅛⅜⅝⅞⅕]/g, (glyph) => ALONE[glyph] ?? glyph)
      .replace(
        /(?<![\d/.,])(\d{1,3})\s([13])\/([248])(?![\d/])/g,
        (_whole, count: string, over: string, under: string) => `${count} and ${WRITTEN[`${over}/${under}`] ?? `${over}/${under}`}`,
      )
      .replace(/(?<=\d)\s?−\s?(?=\d)/g, ' minus ')
      // "10 –12" is a range.
      .replace(/(?<=^|[\s(“"'])(?<![\d%°]\s)[−–-](?=[$€£¥]?\d)/g, 'minus ')
      .replace(/±\s?(?=\d)/g, 'plus or minus ')
      .replace(/(?<![\d\w])[~≈]\s?(?=[$€£]?\d)/g, 'about ')
      .replace(/≥\s?(?=[$€£]?\d)/g, 'at least ')
      .replace(/≤\s?(?=[$€£]?\d)/g, 'at most ')
      .replace(/(?<=^|\s)<\s?(?=[$€£]?\d)/g, 'less than ')
      .replace(/(?<=^|\s)>\s?(?=[$€£]?\d)/g, 'more than ')
      .replace(/(?<=\d)\s?\+(?=\s\d)/g, ' plus')
      .replace(/(?<=\d)\s?÷\s?(?=\d)/g, ' divided by ')
      .replace(/(?<=\w)\s=\s(?=\w)/g, ' equals ')
      .replace(/№\s?/g, 'number ')
      .replace(/§\s?(?=\d)/g, 'section ')
      .replace(/[→⇒➔]/g, ' to ')
      .replace(/(?<=\s)@(?=\s)/g, 'at')
  );
}

/** Behind a count: "1½" is "1 and a half". */
const AFTER_COUNT: Readonly<Record<string, string>> = { '½': 'a half', '¼': 'a quarter', '⅓': 'a third', '⅛': 'an eighth', '⅕': 'a fifth' };
const ALONE: Readonly<Record<string, string>> = {
  '½': 'half',
  '¼': 'a quarter',
  '¾': 'three quarters',
  '⅓': 'a third',
  '⅔': 'two thirds',
  '⅛': 'an eighth',
  '⅜': 'three eighths',
  '⅝': 'five eighths',
  '⅞': 'seven eighths',
  '⅕': 'a fifth',
};
const WRITTEN: Readonly<Record<string, string>> = {
  '1/2': 'a half',
  '1/4': 'a quarter',
  '3/4': 'three quarters',
  '1/8': 'an eighth',
  '3/8': 'three eighths',
};
