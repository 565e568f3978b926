import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeardLedger } from './heard-ledger.ts';

function ledgerOf(...pieces: readonly string[]): HeardLedger {
  const ledger = new HeardLedger(15);
  pieces.forEach((text, pieceId) => {
    ledger.add(pieceId, text);
    ledger.made(pieceId, text.length * 1_000);
    ledger.complete(pieceId);
  });
  return ledger;
}

describe('what the caller heard', () => {
  it('is nothing before anything was played', () => {
    expect(ledgerOf('Good morning.').heardText).toBe('');
  });

  it('ends with the last word that was through', () => {
    const ledger = ledgerOf('Breakfast is at seven.', 'Dinner is at eight.');
    ledger.played(0, 22_000);
    ledger.played(1, 11_500);
    expect(ledger.heardText).toBe('Breakfast is at seven. Dinner is');
  });

  it('is reported once a piece, and the begun one at the end', () => {
    const ledger = ledgerOf('Breakfast is at seven.', 'Dinner is at eight.');
    ledger.played(0, 22_000);
    expect(ledger.takeHeard(false)).toBe('Breakfast is at seven.');
    ledger.played(1, 11_500);
    expect(ledger.takeHeard(false)).toBe('');
    expect(ledger.takeHeard(true)).toBe('Dinner is');
    expect(ledger.takeHeard(true)).toBe('');
  });

  it('does not run ahead of a piece that is still being made', () => {
    const ledger = new HeardLedger(15);
    ledger.add(0, 'A long sentence whose speech has only just begun to arrive.');
    ledger.made(0, 4_800);
    ledger.played(0, 4_800);
    expect(ledger.heardText).toBe('A');
  });

  it('is always a beginning of what was said, made of whole words, and grows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.lorem({ maxCount: 6 }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(60_000), { maxLength: 10 }),
        (pieces, steps) => {
          const ledger = ledgerOf(...pieces);
          const words = pieces.join(' ').split(' ');
          let before = 0;
          for (const [pieceId, text] of pieces.entries()) {
            for (const step of steps.toSorted((a, b) => a - b)) {
              ledger.played(pieceId, step);
              const heard = ledger.heardText.split(' ').filter((word) => word !== '');
              expect(heard).toEqual(words.slice(0, heard.length));
              expect(heard.length).toBeGreaterThanOrEqual(before);
              before = heard.length;
            }
            ledger.played(pieceId, text.length * 1_000);
          }
          expect(ledger.heardText).toBe(pieces.join(' '));
        },
      ),
    );
  });
});
