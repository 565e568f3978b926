import { describe, expect, it } from 'vitest';
import { pipelineOptions } from './options.ts';

describe('the options of the pipeline', () => {
  it('have a default for everything', () => {
    expect(pipelineOptions.parse({}).turn.digitsMs).toBe(2_000);
    expect(pipelineOptions.parse(undefined).silence.firstMs).toBe(8_000);
  });

  it('name the key of every fault, all at once', () => {
    const result = pipelineOptions.safeParse({ turn: { digitsMs: 1 }, maxCallMs: 'long', unknown: true });
    expect(result.error?.issues.map(({ path }) => path.join('.')).toSorted()).toEqual(['', 'maxCallMs', 'turn.digitsMs']);
  });
});
