import type { NumberWords } from '../../../text/trailing-number.ts';

export const numberWords: NumberWords = {
  single: new Set(['zero', 'oh', 'o', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'double', 'triple', 'niner', 'nought']),
  compound: new Set([
    'ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen',
    'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety', 'hundred', 'thousand',
  ]),
  countedBefore: new Set([
    'room', 'floor', 'gate', 'platform', 'table', 'page', 'in', 'since', 'year', 'of', 'for', 'at', 'about', 'around',
    'january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december',
  ]),
  numberNames: new Set(['number', 'code', 'zip', 'phone', 'telephone', 'mobile', 'card', 'account', 'reservation', 'booking', 'confirmation', 'pin', 'digits']),
  timeOrPrice: /\d{1,2}:\d{2}(\s*[ap]\.?m)?$|[$€£]\s?[\d.,]+$/iu,
};
