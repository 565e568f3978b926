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
    return this.#calls.filter(({ name }) => name !== '').map(({ id, name, argumentsText }, at) => ({ id: id === '' ? `call-${at + 1}` : id, name, argumentsText }));
  }

  #add({ index, id, function: part }: ToolCallDelta): void {
    const call = this.#callOf(index ?? undefined, id ?? '');
    if (call === undefined) return;
    if (call.id === '') call.id = (id ?? '').slice(0, MOST_NAME_CHARS);
    call.name += part?.name ?? '';
    call.argumentsText += part?.arguments ?? '';
    if (call.name.length > MOST_NAME_CHARS || call.argumentsText.length > MOST_ARGUMENTS_CHARS) this.#overflow = true;
  }

  #callOf(index: number | undefined, id: string): Collected | undefined {
    const last = this.#calls.at(-1);
    const known = index === undefined ? (id === '' ? last : this.#calls.find((call) => call.id === id)) : this.#calls.findLast((call) => call.index === index);
    // Some servers send several whole calls under the same index; another id tells them apart.
    if (known !== undefined && (id === '' || known.id === '' || known.id === id)) return known;
    if (this.#calls.length >= MOST_CALLS) {
      this.#overflow = true;
      return undefined;
    }
    const call = { index, id: '', name: '', argumentsText: '' };
    this.#calls.push(call);
    return call;
  }
}

interface Collected {
  readonly index: number | undefined;
  id: string;
  name: string;
  argumentsText: string;
}

const MOST_CALLS = 8;
const MOST_NAME_CHARS = 64;
/** A full set of arguments is some hundred characters. */
const MOST_ARGUMENTS_CHARS = 8192;
