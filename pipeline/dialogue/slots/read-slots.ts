import type { SlotContext, SlotReading, SlotType, Span } from './slot-type.ts';

export interface SlotToRead {
  readonly name: string;
  readonly type: SlotType;
  /** The bot has just asked for this one. */
  readonly asked: boolean;
}

export interface SlotRead {
  readonly name: string;
  readonly reading: Exclude<SlotReading, { kind: 'none' }>;
}

/**
 * All that one utterance says for these slots; nothing is read twice, so no two spans overlap. First what is beyond doubt, the asked slot
 * before the others and special types before general ones; then the asked slot takes what is left, a bare "two" among it. Types that take
 * any words (names, digits, free text) go first where they were asked for.
 */
export function readSlots(utterance: string, slots: readonly SlotToRead[], context: Pick<SlotContext, 'now' | 'known'>): readonly SlotRead[] {
  const reads: SlotRead[] = [];
  let left = utterance;
  let known = context.known;
  const take = (slot: SlotToRead, asked: boolean): void => {
    if (reads.some((read) => read.name === slot.name)) return;
    const reading = slot.type.read(left, { now: context.now, known, asked });
    if (reading.kind === 'none' || reads.some((read) => overlap(read.reading.span, reading.span))) return;
    reads.push({ name: slot.name, reading });
    left = masked(left, reading.span);
    if (reading.kind === 'value') known = { ...known, [slot.name]: reading.value };
  };
  const asked = slots.filter((slot) => slot.asked);
  for (const slot of asked) if (GREEDY.has(slot.type.type)) take(slot, true);
  for (const slot of [...asked, ...bySpecificity(slots)]) if (slot.type.type !== 'yes-no') take(slot, false);
  for (const slot of asked) take(slot, true);
  return reads;
}

function overlap(left: Span, right: Span): boolean {
  return left[0] < right[1] && right[0] < left[1];
}

/** Spaces and a mark in place of what has been read: no words on its two sides may join. */
function masked(text: string, [from, to]: Span): string {
  return to <= from ? text : `${text.slice(0, from)}|${' '.repeat(to - from - 1)}${text.slice(to)}`;
}

function bySpecificity(slots: readonly SlotToRead[]): readonly SlotToRead[] {
  return slots.filter((slot) => !slot.asked).sort((a, b) => rank(a) - rank(b));
}

function rank(slot: SlotToRead): number {
  const place = SPECIFICITY.indexOf(slot.type.type);
  return place < 0 ? SPECIFICITY.length : place;
}

const GREEDY: ReadonlySet<string> = new Set(['text', 'name', 'email', 'phone', 'digits', 'choice']);
/** Led text before all, as any words may be in it. Dates before times: a time is read with the date it belongs to. Counts last of the numbers: theirs are the loosest words. */
const SPECIFICITY = ['text', 'email', 'phone', 'digits', 'choice', 'date', 'money', 'duration', 'time', 'count', 'number', 'name'];
