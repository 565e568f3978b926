/** E-mail and web addresses as they are dictated: "front dot desk at harbor dash inn dot com". */
export function sayAddresses(text: string): string {
  return text
    .replace(EMAIL, (_whole, local: string, host: string) => `${spell(local)} at ${spell(host)}`)
    .replace(WEB, (whole: string) => {
      // Marks at the end belong to the sentence.
      const mark = whole.match(/[.,;:!?)\]'"]+$/)?.[0] ?? '';
      return sayWeb(whole.slice(0, whole.length - mark.length)) + mark;
    });
}

function sayWeb(address: string): string {
  const [path = ''] = address
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
    .replace(/^www\./i, '')
    .split(/[?#]/);
  const parts = path.replace(/\/+$/, '').split('/');
  // Nobody can take down a long path by ear.
  const said = parts.length <= MAX_PATH_PARTS ? parts : parts.slice(0, 1);
  return said.map(spell).join(' slash ');
}

function spell(part: string): string {
  return part
    .replace(/\d{3,}/g, (digits) => digits.split('').join(' '))
    .replaceAll('.', ' dot ')
    .replaceAll('-', ' dash ')
    .replaceAll('_', ' underscore ')
    .replaceAll('+', ' plus ')
    .replace(/%[0-9a-f]{2}/gi, ' ')
    .replaceAll(':', ' colon ')
    .replace(/[~=&%]/g, ' ')
    .trim();
}

const EMAIL = /(?:mailto:)?\b([\w.+-]{1,64})@([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8})\b/gi;
const WEB =
  /\b(?:https?:\/\/|www\.)[^\s<>"]+|\b[a-z0-9-]{2,63}(?:\.[a-z0-9-]{2,63}){0,3}\.(?:com|org|net|edu|gov|io|co\.uk|de|eu|info|hotel|example)\b(?:\/[^\s<>"]*)?/gi;
const MAX_PATH_PARTS = 3;
