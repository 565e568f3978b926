/** Keys of the telephone and other uses of * and #, which voices leave out: "press star or pound", "number 5", "2 times 3". */
export function sayKeys(text: string): string {
  return (
    text
      .replace(/(?<=\b[1-7])\s?\*{1,5}(?=\s(?:hotel|resort|inn|rating|review|superior)\b)/gi, ' star')
      .replace(SEQUENCE, (keys, offset: number) => {
        const before = text.slice(0, offset);
        // "Room #5", "we are #1": no key.
        if (/^#\d+$/.test(keys) && !PRESSED.test(before)) return /\bnumber\s?$/i.test(before) ? keys.slice(1) : `number ${keys.slice(1)}`;
        return [...keys].map((key) => KEYS[key] ?? key).join(' ');
      })
      .replace(/(?<=\d)\s?\*\s?(?=\d)/g, ' times ')
      .replace(/\b([A-G])#(?!\w)/g, '$1 sharp')
      .replace(/(?<![\w#&])#(?=\p{L}{2})/gu, 'hashtag ')
      // Alone, or in quotes: "the # key".
      .replace(/(?<![\w*#/.])([*#])(?=$|[\s.,;:!?)"'”’])/g, (_whole, key: string) => KEYS[key] ?? key)
  );
}

const KEYS: Readonly<Record<string, string>> = { '*': 'star', '#': 'pound' };
/** Digits with a star or a pound sign in front or a pound sign behind: "*69", "*21*204#", "5#". */
const SEQUENCE = /(?<![\w*#/.])(?:[*#][\d*#]{0,40}\d[\d*#]{0,40}|\d[\d*]{0,40}#)(?![\w*#/])/g;
const PRESSED = /\b(?:press|dial|hit|push|enter|type|key|keys|tap|then|by|with)\s(?:the\s)?["'“]?$/i;
