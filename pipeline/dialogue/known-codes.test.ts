import { describe, expect, it } from 'vitest';
import { countryFault, currencyFault, languageFault, timeZoneFault } from './known-codes.ts';

const meant = (fault: string | undefined): string | undefined => (fault === undefined ? 'right' : /did you mean (\S+)\?$/.exec(fault)?.[1]);

// `country: UK` was taken, and British numbers were read as American.
describe('codes are looked up', () => {
  it.each([
    ['US', 'right'],
    ['GB', 'right'],
    ['DE', 'right'],
    ['UK', 'GB'],
    ['EN', 'GB'],
    ['USA', 'US'],
    ['us', 'US'],
    ['Germany', 'DE'],
    ['united kingdom', 'GB'],
    ['XX', undefined],
    ['ZZ', undefined],
    ['EU', undefined],
    ['', undefined],
    ['__proto__', undefined],
  ])('country %s: %s', (code, expected) => expect(meant(countryFault(code))).toBe(expected));
  it.each([
    ['USD', 'right'],
    ['EUR', 'right'],
    ['usd', 'USD'],
    ['dollars', 'USD'],
    ['US Dollar', 'USD'],
    ['Euro', 'EUR'],
    ['€', 'EUR'],
    ['RMB', 'CNY'],
    ['ABC', undefined],
    ['', undefined],
  ])('currency %s: %s', (code, expected) => expect(meant(currencyFault(code))).toBe(expected));
  it.each([
    ['en', 'right'],
    ['en-us', 'right'],
    ['EN-GB', 'right'],
    ['pt-br', 'right'],
    ['en-uk', 'en-gb'],
    ['en_GB', 'en-gb'],
    ['iw', 'he'],
    ['xx', undefined],
    ['en-xx', undefined],
    ['xx-us', undefined],
    ['english', undefined],
    ['', undefined],
  ])('language %s: %s', (code, expected) => expect(meant(languageFault(code))).toBe(expected));
  it.each([
    ['America/New_York', 'right'],
    ['Europe/Berlin', 'right'],
    ['UTC', 'right'],
    ['Berlin', 'Europe/Berlin'],
    ['New York', 'America/New_York'],
    ['+02:00', undefined],
    ['Mars/Olympus', undefined],
    ['', undefined],
  ])('time zone %s: %s', (code, expected) => expect(meant(timeZoneFault(code))).toBe(expected));
});
