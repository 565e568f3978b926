import type { ToolCall } from '../ports.ts';

/** One piece of a streamed call, as `delta.tool_calls` has it: OpenAI gives an index, some servers only an id or neither. */
export interface ToolCallDelta {
  readonly index?: number | null | undefined;
  readonly id?: string | null | undefined;
  readonly function?: { readonly name?: string | null | undefined; readonly arguments?: string | null | undefined } | null | undefined;
}

/**
 * Core: puts the calls of one reply together. Names and arguments may come in any number of pieces; what is too long or
 * too many is dropped and told by `overflow`, so that half a call is never taken for a whole one.
 */
export class ToolCallAssembler {
  readonly #calls: Collected[] = [];
  #overflow = false;

  push(deltas: readonly ToolCallDelta[]): void {
    for (const delta of deltas) this.#add(delta);
  }

  /** More was asked for than is kept: none of it counts. */
  get overflow(): boolean {
    return this.#overflow;
  }

  /** The calls, once the reply is whole. Those without a name are none. */
  get calls(): readonly ToolCall[] {
    if (this.#overflow) return [];
    return this.#calls
      .map((call) => ({ ...call, name: nameOf(call) }))
      .filter(({ name }) => name !== '')
      .map(({ id, name, argumentsText }, at) => ({ id: id === '' ? `call-${at + 1}` : id, name, argumentsText }));
  }

  #add({ index, id, function: part }: ToolCallDelta): void {
    const call = this.#callOf(index ?? undefined, id ?? '', (part?.name ?? '') !== '');
    if (call === undefined) return;
    if (call.id === '') call.id = (id ?? '').slice(0, MAX_NAME_CHARS);
    if (part?.name !== undefined && part.name !== null && part.name !== '') call.nameParts.push(part.name);
    call.argumentsText += part?.arguments ?? '';
    if (nameOf(call).length > MAX_NAME_CHARS || call.nameParts.length > MAX_NAME_PARTS || call.argumentsText.length > MAX_ARGUMENTS_CHARS)
      this.#overflow = true;
  }

  #callOf(index: number | undefined, id: string, isNamed: boolean): Collected | undefined {
    const last = this.#calls.at(-1);
    const known =
      index === undefined
        ? id === ''
          ? last
          : this.#calls.find((call) => call.id === id)
        : this.#calls.findLast((call) => call.index === index);
    // Some servers send several whole calls under the same index; another id and a name tell them apart. Others make up a new id for each piece.
    if (known !== undefined && (id === '' || known.id === '' || known.id === id || !isNamed)) return known;
    if (this.#calls.length >= MAX_CALLS) {
      this.#overflow = true;
      return undefined;
    }
    const call: Collected = { index, id: '', nameParts: [], argumentsText: '' };
    this.#calls.push(call);
    return call;
  }
}

interface Collected {
  readonly index: number | undefined;
  id: string;
  readonly nameParts: string[];
  argumentsText: string;
}

/** Most servers give a name once, some in pieces, some again with every piece of the arguments, some all of it so far each time. */
function nameOf({ nameParts }: Collected): string {
  const [first = ''] = nameParts;
  if (nameParts.every((part) => part === first)) return first;
  const grows = nameParts.every((part, at) => at === 0 || part.startsWith(nameParts[at - 1] ?? ''));
  return grows ? (nameParts.at(-1) ?? '') : nameParts.join('');
}

const MAX_CALLS = 8;
const MAX_NAME_CHARS = 64;
/** As many as pieces of the longest arguments, where a server repeats the name with each. */
const MAX_NAME_PARTS = 8192;
/** A full set of arguments is some hundred characters. */
const MAX_ARGUMENTS_CHARS = 8192;
