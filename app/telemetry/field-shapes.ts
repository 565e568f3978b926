/** What may leave of one field; undefined: nothing. Each is a closed form: text that does not fit it does not pass. */
export type Shape = (value: unknown, showSaid: boolean) => unknown;

export const number: Shape = (value) => (typeof value === 'number' || typeof value === 'boolean' ? value : undefined);

/** One of our own constants, such as `STT_TIMEOUT`, `caller/hangup`, `book-room`. */
export const code: Shape = (value) => (typeof value === 'string' && /^[A-Za-z][\w./-]{0,63}$/.test(value) ? value : REDACTED);

/** Of what the network named: a Call-ID, an address with its port. */
export const id: Shape = (value) => (typeof value === 'string' && /^[\w.@:/+%[\]~!*'`-]{1,128}$/.test(value) ? value : REDACTED);

export function oneOf(...words: readonly string[]): Shape {
  return (value) => (typeof value === 'string' && words.includes(value) ? value : REDACTED);
}

/** What somebody said, wanted or was told, the topic included: for operators who asked for transcripts. */
export const said: Shape = (value, showSaid) =>
  showSaid && (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') ? value : REDACTED;

/** Whatever the operator asked for. */
export const never: Shape = () => REDACTED;

/** An object of numbers, such as the statistics of a call. */
export const numbers: Shape = (value) => {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => /^\w{1,40}$/.test(key) && typeof item === 'number')
      .slice(0, MAX_NUMBER_FIELDS),
  );
};

export function object(fields: Readonly<Record<string, Shape>>): Shape {
  return (value, showSaid) =>
    typeof value === 'object' && value !== null ? closed(value as Readonly<Record<string, unknown>>, fields, showSaid) : undefined;
}

/** What is listed of an object, in its form; all else stays here. */
export function closed(
  value: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, Shape>>,
  showSaid: boolean,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, shape] of Object.entries(fields)) {
    const shown = value[key] === undefined ? undefined : shape(value[key], showSaid);
    if (shown !== undefined) result[key] = shown;
  }
  return result;
}

/**
 * Text of a library or of the system. What it quotes, numbers as long as a telephone's, mail and SIP addresses may be what a caller said or is
 * called: they are taken out of it, and only the first line is shown.
 */
export const fault: Shape = (value) => {
  if (typeof value !== 'string') return undefined;
  return (value.split('\n', 1)[0] ?? '')
    .slice(0, MAX_FAULT_CHARS * 2)
    .replace(/"(?:[^"\\]|\\.)*(?:"|$)|'[^']*'(?!\w)|`[^`]*(?:`|$)|\u201C[^\u201D]*(?:\u201D|$)|\u00AB[^\u00BB]*(?:\u00BB|$)/g, '"..."')
    .replace(/\b(sips?|tel|mailto):[^\s>;,]+/gi, '$1:...')
    .replace(/[^\s<>()@]+@[^\s<>()]+/g, '...')
    .replace(/\+?\(?\d[\d ()/-]{5,}\d/g, '...')
    .slice(0, MAX_FAULT_CHARS);
};

/** What was thrown while something that a caller said was in hand: its kind, its code and where, never its words. */
export const thrown: Shape = (value) => {
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, type, code: errorCode, stack, message } = value as Readonly<Record<string, unknown>>;
  const kind = typeof type === 'string' ? type : name;
  return {
    type: code(kind, false),
    ...(typeof errorCode === 'string' ? { code: code(errorCode, false) } : {}),
    // The text of the error comes first, and may look like a frame.
    at: frames(typeof stack === 'string' && typeof message === 'string' ? stack.replace(message, '') : stack, false) ?? [],
  };
};

/** Where, of the text of a stack. */
export const frames: Shape = (value) =>
  typeof value === 'string'
    ? value
        .split('\n')
        .filter((line) => FRAME.test(line))
        .slice(0, MAX_STACK_FRAMES)
        .map((line) => line.trim().slice(0, MAX_FAULT_CHARS))
    : undefined;

/** A line that a service or one of its libraries printed. Of Python's tracebacks the words of the error stay out. */
export const printed: Shape = (value, showSaid) => {
  if (typeof value !== 'string') return undefined;
  if (showSaid) return value.slice(0, MAX_FAULT_CHARS * 4);
  const error = /^\s*((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*(?:Error|Exception|Warning|Interrupt|Exit))\b\s*:/.exec(value)?.[1];
  return error ?? (PYTHON_FRAME.test(value) ? value.trim().slice(0, MAX_FAULT_CHARS) : fault(value, false));
};

const REDACTED = '[redacted]';
const PYTHON_FRAME = /^\s*File "[^"]{1,300}", line \d+, in [\w<>.]+$/;
/** Of JavaScript and of Python. */
const FRAME = new RegExp(
  `^\\s*at (?:async )?(?:[\\w$.#<>]{1,80} (?:\\[as [\\w$]{1,40}\\] )?)?\\(?(?:file:|node:)?[\\w./@-]{1,300}:\\d+:\\d+\\)?$|${PYTHON_FRAME.source}`,
);
const MAX_FAULT_CHARS = 300;
const MAX_STACK_FRAMES = 8;
const MAX_NUMBER_FIELDS = 40;
