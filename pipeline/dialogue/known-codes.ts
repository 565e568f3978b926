import { getCountries, isSupportedCountry } from 'libphonenumber-js/min';

/**
 * Codes that a setting may have, checked against what there is and not by their shape: `UK` has the shape of a country, and telephone numbers were
 * read as American with it. Each function says what is wrong, with the code that was probably meant; undefined: nothing.
 */
export function countryFault(text: string): string | undefined {
  if (isSupportedCountry(text)) return undefined;
  const wanted = text.trim().toUpperCase();
  const meant =
    USUAL_COUNTRIES[wanted] ?? getCountries().find((country) => country === wanted || nameOf('region', country)?.toUpperCase() === wanted);
  return `a country by ISO 3166 such as US${didYouMean(meant)}`;
}

export function currencyFault(text: string): string | undefined {
  const known = Intl.supportedValuesOf('currency');
  if (known.includes(text)) return undefined;
  const wanted = text.trim().toUpperCase();
  const singular = wanted.replace(/S$/, '');
  const meant = USUAL_CURRENCIES[singular] ?? known.find((code) => code === wanted || nameOf('currency', code)?.toUpperCase() === singular);
  return `a currency by ISO 4217 such as USD${didYouMean(meant)}`;
}

/** `en` or `en-gb`, in any case. */
export function languageFault(text: string): string | undefined {
  const shape = /^[a-z]{2}(-[a-z]{2})?$/i.test(text);
  const canonical = shape ? Intl.getCanonicalLocales(text)[0] : undefined;
  const [language = '', region] = (canonical ?? '').split('-');
  const isKnown =
    nameOf('language', language) !== undefined && (region === undefined || (nameOf('region', region) !== undefined && region !== 'ZZ'));
  if (isKnown && canonical?.toLowerCase() === text.toLowerCase()) return undefined;
  const meant = isKnown
    ? canonical?.toLowerCase()
    : nameOf('language', text.split(/[-_]/)[0]?.toLowerCase() ?? '') === undefined
      ? undefined
      : repaired(text);
  return `a language by ISO 639, with a country by ISO 3166 where that matters, such as en or en-gb${didYouMean(meant)}`;
}

export function timeZoneFault(text: string): string | undefined {
  // An offset knows no summer time.
  if (!/^[+-]/.test(text) && isTimeZone(text)) return undefined;
  const city = text.trim().replaceAll(' ', '_').toLowerCase();
  const meant = Intl.supportedValuesOf('timeZone').find((zone) => zone.toLowerCase().endsWith(`/${city}`));
  return `a time zone by its IANA name, such as America/New_York${didYouMean(meant)}`;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** `en_GB`, `en-UK` and `en-us-nyc` as they should be written, where that is a language. */
function repaired(text: string): string | undefined {
  const plain = text.replaceAll('_', '-').split('-').slice(0, 2).join('-').toLowerCase();
  return plain !== text.toLowerCase() && languageFault(plain) === undefined ? plain : undefined;
}

function nameOf(type: 'region' | 'currency' | 'language', code: string): string | undefined {
  try {
    return new Intl.DisplayNames(['en'], { type, fallback: 'none' }).of(code);
  } catch {
    return undefined;
  }
}

function didYouMean(code: string | undefined): string {
  return code === undefined ? '' : `; did you mean ${code}?`;
}

/** What people write, where neither the code nor the name in English finds it. */
const USUAL_COUNTRIES: Readonly<Record<string, string>> = {
  UK: 'GB',
  EN: 'GB',
  ENGLAND: 'GB',
  BRITAIN: 'GB',
  SCOTLAND: 'GB',
  WALES: 'GB',
  GBR: 'GB',
  USA: 'US',
  AMERICA: 'US',
  GER: 'DE',
  DEU: 'DE',
  FRA: 'FR',
  ESP: 'ES',
  ITA: 'IT',
  AUT: 'AT',
  CHE: 'CH',
  NLD: 'NL',
  HOLLAND: 'NL',
  CAN: 'CA',
  AUS: 'AU',
  JAP: 'JP',
  JPN: 'JP',
  EL: 'GR',
};
const USUAL_CURRENCIES: Readonly<Record<string, string>> = {
  DOLLAR: 'USD',
  US$: 'USD',
  $: 'USD',
  EURO: 'EUR',
  '€': 'EUR',
  POUND: 'GBP',
  '£': 'GBP',
  UKP: 'GBP',
  STERLING: 'GBP',
  YEN: 'JPY',
  '¥': 'JPY',
  FRANC: 'CHF',
  SFR: 'CHF',
  RUPEE: 'INR',
  '₹': 'INR',
  RMB: 'CNY',
  YUAN: 'CNY',
};
