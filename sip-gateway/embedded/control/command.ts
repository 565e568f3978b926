/** What a client asks for; the first line of its frame, taken apart. */
export type Command = { readonly id: string } & CommandBody;

type CommandBody =
  | { readonly kind: 'authenticate'; readonly secret: string }
  | { readonly kind: 'ping' }
  | { readonly kind: 'route'; readonly verb: string }
  | { readonly kind: 'remove-route'; readonly verb: string }
  | {
      readonly kind: 'sip';
      /** '' where none was given, as for `dialogId` and `nextHop`. */
      readonly transactionId: string;
      readonly dialogId: string;
      readonly nextHop: string;
      readonly message: Uint8Array;
    }
  | { readonly kind: 'unsupported'; readonly name: string };

/** `undefined` when there is not even an id and a name. */
export function parseCommand(payload: Uint8Array): Command | undefined {
  const lineEnd = payload.indexOf(0x0d);
  const leader = utf8.decode(lineEnd < 0 ? payload : payload.subarray(0, lineEnd));
  const fields = leader.split('|');
  const [id, name] = fields;
  if (id === undefined || name === undefined || !/^[\x21-\x7e]{1,64}$/.test(id)) return undefined;
  switch (name) {
    case 'authenticate':
      return { id, kind: 'authenticate', secret: fields[2] ?? '' };
    case 'ping':
      return { id, kind: 'ping' };
    case 'route':
      return { id, kind: 'route', verb: (fields[2] ?? '').toLowerCase() };
    case 'remove_route':
      return { id, kind: 'remove-route', verb: (fields[2] ?? '').toLowerCase() };
    case 'sip':
      return {
        id,
        kind: 'sip',
        transactionId: fields[2] ?? '',
        dialogId: fields[3] ?? '',
        nextHop: fields[4] ?? '',
        message: lineEnd < 0 ? new Uint8Array(0) : payload.subarray(lineEnd + 2),
      };
    default:
      return { id, kind: 'unsupported', name: name.slice(0, 40) };
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
