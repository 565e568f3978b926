import type { Persona } from '../persona.ts';
import { maySay, NAMES, textsOf } from './caller-words.ts';

export interface PlaceFault {
  readonly path: readonly PropertyKey[];
  /** Begins after the key: ` = "x": ...`. */
  readonly message: string;
}

/** Places that mean nothing, that have no words for callers of whom nothing is known, or that stand where none may. */
export function placeFaults(persona: Persona): readonly PlaceFault[] {
  const headers = new Set(persona.callerHeaders.map((name) => name.toLowerCase()));

  return textsOf(persona, []).flatMap(({ path, text }) => {
    const fault = (message: string): PlaceFault => ({ path, message: ` = ${JSON.stringify(text.slice(0, 60))}: ${message}` });
    return [...text.matchAll(ANY_PLACE)].flatMap(([whole, name = '', bar]) => {
      const header = /^header\.(.+)$/i.exec(name)?.[1]?.toLowerCase();

      if (!maySay(path)) return [fault(`${whole} may not stand here; ${WHERE}`)];
      if (header !== undefined && !headers.has(header))
        return [fault(`${whole}: the header ${header} is not in callerHeaders (${[...headers].join(', ') || 'which is empty'})`)];
      if (header === undefined && !NAMES.includes(name))
        return [fault(`${whole} is unknown; there are ${NAMES.map((each) => `{${each}|}`).join(', ')}, {header.NAME|}`)];
      if (bar === undefined)
        return [fault(`${whole} needs words for callers of whom this is not known, such as {${name}|there} or {${name}|}`)];
      return [];
    });
  });
}

const WHERE =
  'it may in greeting, goodbye, silentGoodbye, stillThere, unsure, notHeard, holding, stopped, offerMessage, otherWords, takeMessage and the answers of entries';
const ANY_PLACE = /\{((?:caller|header)\b[^{}|]{0,100})(\|[^{}]{0,200})?\}/gi;
