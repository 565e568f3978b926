/** Where a SIP message came from or went to, as every frame that carries one says. */
export interface FrameMeta {
  readonly source: 'network' | 'application';
  /** Size of the SIP message. */
  readonly bytes: number;
  readonly protocol: string;
  /** Peer for what was received, our own listener for what was sent; '' and 0 for answers the server made up. */
  readonly address: string;
  readonly port: number;
  /** Unix time, milliseconds, fractions allowed. */
  readonly wallMs: number;
}

/** The answer to a client's frame that carries no message. */
export function replyLeader(id: string, requestId: string, ...fields: readonly string[]): string {
  return [id, 'response', requestId, ...fields.map(field)].join('|');
}

/** A new request from the network: carries the listener it came in on, and no dialog. */
export function newRequestLeader(id: string, meta: FrameMeta, transactionId: string, localHost: string, localPort: number): string {
  return `${id}|sip|${metaFields(meta)}|${transactionId}||${localHost}|${localPort}|`;
}

/** A request in a dialog, an ACK, a CANCEL, or any response. `dialogId` may be ''. */
export function messageLeader(id: string, meta: FrameMeta, transactionId: string, dialogId: string): string {
  return `${id}|sip|${metaFields(meta)}|${transactionId}|${field(dialogId)}|`;
}

/** What was sent on behalf of frame `requestId`; must precede every response of its transaction. */
export function sentRequestLeader(id: string, requestId: string, meta: FrameMeta, transactionId: string): string {
  return `${id}|response|${requestId}|OK|${metaFields(meta)}|${transactionId}|Msg sent:|`;
}

/** The client reads the dialog id, the To tag and the Contact of its dialog from this echo. */
export function sentResponseLeader(id: string, requestId: string, meta: FrameMeta, transactionId: string, dialogId: string): string {
  return `${id}|response|${requestId}|OK|${metaFields(meta)}|${transactionId}|${field(dialogId)}||Msg sent:|`;
}

function metaFields(meta: FrameMeta): string {
  return `${meta.source}|${meta.bytes}|${meta.protocol}|${meta.address}|${meta.port}|${timeOfDay(meta.wallMs)}`;
}

/** `HH:MM:SS.micros`, UTC. */
export function timeOfDay(wallMs: number): string {
  const micros = Math.floor((((wallMs % DAY_MS) + DAY_MS) % DAY_MS) * 1000);
  const seconds = Math.floor(micros / 1_000_000);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${clock.map((part) => String(part).padStart(2, '0')).join(':')}.${String(micros % 1_000_000).padStart(6, '0')}`;
}

/** A Call-ID may hold a bar or anything else; a field may not. */
function field(text: string): string {
  return text.replace(/[|\r\n]/g, '_');
}

const DAY_MS = 86_400_000;
