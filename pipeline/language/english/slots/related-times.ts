import type { TimeMeaning } from '../../../dialogue/slots/meanings.ts';
import { textAt } from '../../../dialogue/slots/tokens.ts';
import type { Token } from '../../../dialogue/slots/tokens.ts';
import { durationAt } from './durations.ts';

interface ClockAt {
  readonly meaning: TimeMeaning;
  readonly next: number;
}

/** "An hour before noon", "half an hour after two". "For an hour after two" is how long. */
export function relatedTimeAt(
  tokens: readonly Token[],
  index: number,
  clockAt: (index: number) => ClockAt | undefined,
): ClockAt | undefined {
  if (textAt(tokens, index - 1) === 'for') return undefined;
  const length = durationAt(tokens, index);
  const relation = length === undefined ? undefined : RELATIONS.get(textAt(tokens, length.next));
  const base = length === undefined || relation === undefined || length.value >= 720 ? undefined : clockAt(length.next + 1);
  if (length === undefined || relation === undefined || base?.meaning.kind !== 'clock') return undefined;
  const { minutes, half } = base.meaning;
  const known = half === undefined || half === 'known' ? minutes : (minutes % 720) + (half === 'pm' ? 720 : 0);
  return {
    meaning: {
      kind: 'clock',
      minutes: (known + relation * Math.round(length.value) + 1440) % 1440,
      half: half === undefined ? undefined : 'known',
    },
    next: base.next,
  };
}

const RELATIONS: ReadonlyMap<string, 1 | -1> = new Map([
  ['before', -1],
  ['after', 1],
  ['past', 1],
]);
