import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ThinkFilter } from './think-filter.ts';

function filtered(text: string, chunkChars: number, expectsClose = false): string {
  const filter = new ThinkFilter(expectsClose);
  let out = '';
  for (let at = 0; at < text.length; at += chunkChars) out += filter.push(text.slice(at, at + chunkChars));
  return out + filter.flush();
}

describe.each([1, 2, 3, 7, 1000])('ThinkFilter, in chunks of %i', (chunkChars) => {
  it.each([
    ['<think>The user greets. </thin k> Hm.</think>\n\nHello!', 'Hello!'],
    ['\n<think>\n\n</think>\n\nHello! <think>', 'Hello! <think>'],
    ['<think>never ends', ''],
    ['<thin ice', '<thin ice'],
    ['<thi', '<thi'],
    ['', ''],
    ['<thinking>They ask for the price.</thinking>Ten dollars.', 'Ten dollars.'],
    ['<reasoning>\nLet me see.\n</reasoning>\nYes.', 'Yes.'],
    ['<|START_THINKING|>Hm.<|END_THINKING|>Yes.', 'Yes.'],
    ['<|begin_of_thought|>Hm.<|end_of_thought|>Yes.', 'Yes.'],
    ['<scratchpad>Hm.</scratchpad>Yes.', 'Yes.'],
    ['<thoughts>Hm.</thoughts>Yes.', 'Yes.'],
    ['[THINK]Bonjour?[/THINK]Yes.', 'Yes.'],
    ['◁think▷Hm.◁/think▷Yes.', 'Yes.'],
    ['<think>One.</think>\n<think>Two.</think>Yes.', 'Yes.'],
    ['<|channel|>analysis<|message|>The user greets.<|end|><|start|>assistant<|channel|>final<|message|>Hello!<|return|>', 'Hello!'],
    [
      '<|start|>assistant<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>commentary<|message|>A plan.<|end|><|start|>assistant<|channel|>final<|message|>Hello<there!',
      'Hello<there!',
    ],
    ['<|channel|>final<|message|>Hello!<|end|>', 'Hello!'],
    ['<|channel|>final <|constrain|>json<|message|>Hello!', 'Hello!'],
    ['analysisThe user greets. We answer.assistantfinalHello!', 'Hello!'],
    ['analysis of your bill takes a day.', 'analysis of your bill takes a day.'],
    ['anal', 'anal'],
    ['5 < 6, and 7 <', '5 < 6, and 7 <'],
  ])('of %j the caller hears %j', (text, heard) => {
    expect(filtered(text, chunkChars)).toBe(heard);
  });

  it('a model that begins in the middle of its thoughts is heard from their end on, once that is known of it', () => {
    const reply = 'The user greets me. I should answer.\n</think>\n\nHello!';
    const first = new ThinkFilter();
    first.push(reply);
    expect(first.sawStrayClose).toBe(true);
    expect(filtered(reply, chunkChars, true)).toBe('Hello!');
    expect(filtered('<think>Hm.</think>Hello!', chunkChars, true)).toBe('Hello!');
    // A reply without thoughts is not lost.
    expect(filtered('Hello!', chunkChars, true)).toBe('Hello!');
  });

  it('the closing mark itself is never said', () => {
    expect(filtered('The user greets me.</think>Hello!', chunkChars)).toBe('The user greets me.Hello!');
  });
});

describe('ThinkFilter', () => {
  it('leaves other text alone', () => {
    const plain = fc
      .string({ unit: 'binary' })
      .filter((text) => !/^\s*(?:[<[◁]|analysis|commentary)|think|thought|reason|THINK|reflection/.test(text));
    fc.assert(
      fc.property(plain, fc.integer({ min: 1, max: 9 }), fc.boolean(), (text, chunkChars, expectsClose) => {
        expect(filtered(text, chunkChars, expectsClose)).toBe(text);
      }),
    );
  });

  it('gives the same however the text is cut', () => {
    const bits = fc.constantFrom(
      '<think>',
      '</think>',
      '<thinking>',
      '<|channel|>',
      'final',
      'analysis',
      '<|message|>',
      '<|end|>',
      '<|start|>',
      'assistant',
      ' ',
      '\n',
      'Hello',
      '<',
      '</',
      'assistantfinal',
      'X',
    );
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 12 }), fc.integer({ min: 1, max: 9 }), fc.boolean(), (parts, chunkChars, expectsClose) => {
        const text = parts.join('');
        expect(filtered(text, chunkChars, expectsClose)).toBe(filtered(text, 10_000, expectsClose));
      }),
      { numRuns: 2000 },
    );
  });
});
